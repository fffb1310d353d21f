package weaver

import (
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	for line, want := range map[string]string{
		"":                        "completion diff explain go help list pin report toolexec version",
		"ver":                     "version",
		"-":                       "-q --strict --log-level= --log-file= -h",
		"-q --strict l":           "list",
		"--log-level=D":           "--log-level=DEBUG",
		"--log-level I":           "INFO",
		"--log-file w":            "",
		"GOOS=windows GOARCH=arm": "GOARCH=arm GOARCH=arm64",
		"GOOS=plan":               "GOOS=plan9",
		"GOA":                     "GOARCH=",
		"go b":                    "build bug",
		"GOOS=linux go ins":       "install",
		"go build -tr":            "-trimpath",
		"go build -ld":            "-ldflags=",
		"go build -toole":         "",
		"go test -cov":            "-cover -coverpkg= -covermode= -coverprofile=",
		"go build -o ./":          "",
		"go mod t":                "",
		"pin -":                   "-check -h",
		"toolexec -ra":            "-race",
		"list -js":                "-json",
		"explain -al":             "-all",
		"diff -st":                "-stat",
		"help env":                "environment",
		"completion ":             "bash zsh fish",
		"version -":               "-m -h",
		"nosuch x":                "",
	} {
		words := strings.Split(line, " ")
		typed := words[len(words)-1]
		got := map[string]bool{}
		n := 0
		for _, k := range (&command{}).candidates(words[:len(words)-1], typed) {
			if strings.HasPrefix(k.word, typed) {
				got[k.word] = true
				n++
			}
		}
		for _, w := range strings.Fields(want) {
			if !got[w] {
				t.Errorf("%q: no %s", line, w)
			}
		}
		if len(got) != len(strings.Fields(want)) || n != len(got) {
			t.Errorf("%q: got %v, want %s", line, got, want)
		}
	}
}

func TestFolderWords(t *testing.T) {
	for rel, want := range map[string]string{".": ". ./...", "a": "./... ./a", "a/b": "./... ./a/b ./a/..."} {
		var got []string
		for _, k := range folderWords(rel) {
			got = append(got, k.word)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", rel, s, want)
		}
	}
}
