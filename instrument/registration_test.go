package instrument_test

// What a registration binary says of its own declarations. It is a program of its
// own, since the functions concerned are those of its package main.

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMistakesOfRegistrationFile(t *testing.T) {
	dir := filepath.Join("testdata", "registration")
	src, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	at := marks(t, string(src))
	cmd := exec.Command("go", "run", "./"+filepath.ToSlash(dir), "describe")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if out, err := cmd.Output(); err == nil || string(out) != "mistaken\n" {
		t.Fatalf("a registration with mistakes is described: %v, %s", err, out)
	}
	want := []string{
		fmt.Sprintf("main.go:%d: own: main.target is a function of the registration file, which is no part of the program; use instrument.BodyNamed for one of the program's", at["body"]),
		fmt.Sprintf("main.go:%d: own: main.target is a function of the registration file, which is no part of the program; use instrument.CallNamed for one of the program's", at["call"]),
		fmt.Sprintf("main.go:%d: own: main.hook is in package main, which woven code can not import; move it to a package of its own", at["hook"]),
		fmt.Sprintf("main.go:%d: aspect 2 is nil; name an aspect, or drop it from the list", at["list"]),
		fmt.Sprintf("main.go:%d: empty: there are no rules; add one, or drop the aspect", at["list"]),
		"exit status 1", // the go command's
	}
	if got := inFiles(strings.TrimSpace(stderr.String())); !slices.Equal(got, want) {
		t.Errorf("mistakes\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
