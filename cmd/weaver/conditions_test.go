package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// condition reports whether a condition holds that scripts have beside those of
// testscript:
//
//	[long]        the long scripts are asked for
//	[cc:-flag]    the C compiler makes programs with that flag, as with -fsanitize=address
//	[namespaces]  a program can have mounts and a network of its own
//	[readonly]    folders can be kept from a program that would write to them
//	[root]        nothing is forbidden by the mode bits of files
func condition(name string) (bool, error) {
	flag, isCC := strings.CutPrefix(name, "cc:")
	switch {
	case isCC:
		return compilesC(flag)
	case name == "long":
		return os.Getenv("WEAVER_E2E_LONG") != "", nil
	case name == "namespaces":
		return haveNamespaces(), nil
	case name == "readonly":
		return canReadonly(), nil
	case name == "root":
		return privileged(), nil
	}
	return false, fmt.Errorf("unknown condition %s", name)
}

// compilesC tries the C compiler of the go command on the smallest program.
func compilesC(flag string) (bool, error) {
	out, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		return false, err
	}
	words := strings.Fields(string(out))
	if len(words) == 0 {
		return false, nil
	}
	dir, err := os.MkdirTemp("", "cc")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	cc := exec.Command(words[0], append(words[1:], flag, "-o", filepath.Join(dir, "program"), "-x", "c", "-")...)
	cc.Stdin = strings.NewReader("int main(void) { return 0; }\n")
	return cc.Run() == nil, nil
}
