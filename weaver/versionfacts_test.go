package weaver

import "testing"

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		"https://proxy.golang.org,direct":                       "https://proxy.golang.org,direct",
		"https://me:secret@proxy.example.com,off":               "https://…@proxy.example.com,off",
		"https://secret@proxy.example.com/go|https://b.example": "https://…@proxy.example.com/…|https://b.example",
		"https://me:sec/ret@proxy.example.com":                  "https://…/…",
		"https://proxy.example.com/secret/go/":                  "https://proxy.example.com/…",
		"https://proxy.example.com?token=secret":                "https://proxy.example.com",
		"file:///home/me/proxy":                                 "file://~/proxy",
		"/home/me/app: see https://a.example/secret and more":   "~/app: see https://a.example/… and more",
		"plain": "plain",
	} {
		if got := redact(text, "/home/me"); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if got := redact("/a", "/"); got != "/a" {
		t.Errorf("a home folder that is the root: %s", got)
	}
}

func TestRedactFlags(t *testing.T) {
	for flags, want := range map[string]string{
		"-race -tags=a": "-race -tags=a",
		"-race -ldflags=-X=main.key=secret -tags=a": "-race -ldflags=… -tags=a",
		"--ldflags=-s": "--ldflags=…",
		"-race '-ldflags=-s -X main.key=secret' -tags=": "-race '-ldflags=…, and perhaps more",
	} {
		if got := redactFlags(flags); got != want {
			t.Errorf("%s: got %s, want %s", flags, got, want)
		}
	}
}
