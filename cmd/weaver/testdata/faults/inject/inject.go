//go:build unix

// Package inject breaks one tool process of a build. It is linked into the registration
// binary and initialised before that does anything. What it does stands in the file that
// FAULTS names: the tool, the import path, and an action with its arguments. Without the
// variable, or the file, it does nothing.
package inject

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func init() {
	file := os.Getenv("FAULTS")
	if file != "" && len(os.Args) == 2 && strings.HasPrefix(os.Args[1], "@") {
		check(os.WriteFile(file+".response", nil, 0o666)) // the command line was too long
	}
	text, err := os.ReadFile(file)
	tool := 1 // without the wrapper; with it stand toolexec, the plan, the report and -marks before
	if len(os.Args) > 4 && os.Args[1] == "toolexec" {
		tool = 4
		if os.Args[tool] == "-marks" {
			tool++
		}
	}
	if err != nil || len(os.Args) < tool+2 {
		return
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if filepath.Base(os.Args[tool]) == words[0] && os.Getenv("TOOLEXEC_IMPORTPATH") == words[1] {
			act(file, words[2], words[3:])
		}
	}
}

func act(file, action string, args []string) {
	switch action {
	case "kill":
		check(syscall.Kill(os.Getpid(), syscall.SIGKILL))
		select {}
	case "kill-child":
		go killChild()
	case "hold": // until the file is gone
		check(os.WriteFile(file+".reached", nil, 0o666))
		for exists(file) {
			time.Sleep(time.Millisecond)
		}
	case "cut", "empty", "zero":
		damage(action, target(args[0]))
	case "remove":
		check(os.RemoveAll(os.ExpandEnv(args[0])))
	case "forget": // what the archive of main says that it imports
		name := os.Args[len(os.Args)-1]
		data, err := os.ReadFile(name)
		check(err)
		check(os.WriteFile(name, bytes.Replace(data, []byte(`"imports":{`), []byte(`"imporxs":{`), 1), 0o666))
	case "note": // the mode of the report's folder and file, and their names
		out, err := os.OpenFile(file+".note", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		check(err)
		for _, name := range []string{filepath.Dir(os.Args[3]), os.Args[3]} {
			info, err := os.Stat(name)
			check(err)
			_, err = out.WriteString(info.Mode().String() + " " + name + "\n")
			check(err)
		}
	default:
		panic("no such fault: " + action)
	}
}

// target returns the file that a word stands for.
func target(word string) string {
	switch word {
	case "plan":
		return os.Args[2]
	case "report":
		return os.Args[3]
	}
	config := ""
	for i, a := range os.Args {
		if a == "-importcfg" {
			config = os.Args[i+1]
		}
	}
	if word == "importcfg" {
		return config
	}
	text, err := os.ReadFile(config)
	check(err)
	for line := range strings.Lines(string(text)) {
		if archive, ok := strings.CutPrefix(strings.TrimSpace(line), "packagefile "+word+"="); ok {
			return archive
		}
	}
	panic("no archive of " + word)
}

// damage leaves of the file what a crash or a full disk may leave of it. Who has the file
// by another name keeps that.
func damage(how, name string) {
	data, err := os.ReadFile(name)
	check(err)
	switch how {
	case "cut":
		data = data[:len(data)/2]
	case "empty":
		data = nil
	case "zero":
		clear(data)
	}
	check(os.WriteFile(name+".damaged", data, 0o700))
	check(os.Rename(name+".damaged", name))
}

// killChild ends the first program that this process starts.
func killChild() {
	own, err := os.Readlink("/proc/self/exe")
	check(err)
	for {
		lists, err := filepath.Glob("/proc/self/task/*/children")
		check(err)
		for _, list := range lists {
			text, _ := os.ReadFile(list)
			for _, word := range strings.Fields(string(text)) {
				pid, err := strconv.Atoi(word)
				check(err)
				if exe, _ := os.Readlink("/proc/" + word + "/exe"); exe == "" || exe == own {
					continue // gone, or not yet a program of its own
				}
				check(syscall.Kill(pid, syscall.SIGKILL))
				return
			}
		}
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
