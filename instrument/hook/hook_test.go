package hook_test

// What a hook reads of the function that it runs for.

import (
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

var serve = &hook.Func{
	Package: "net/http",
	Name:    "(*Server).Serve",
	Options: []hook.Option{
		{Key: "op", Value: "serve"},
		{Key: "limit", Value: int64(3)},
		{Key: "on", Value: false},
		{Key: "", Value: "no key"},
		{Key: "op", Value: "listen"},
		{Key: "limit", Value: "none"},
		{Key: "empty", Value: ""},
	},
}

func TestFullName(t *testing.T) {
	for want, f := range map[string]*hook.Func{
		"net/http.(*Server).Serve": serve,
		"main.main":                {Package: "main", Name: "main"},
		"example.com/a.T.M":        {Package: "example.com/a", Name: "T.M"},
	} {
		if got := f.FullName(); got != want {
			t.Errorf("FullName() = %q, want %q", got, want)
		}
	}
}

func TestOption(t *testing.T) {
	for _, tt := range []struct {
		claim string
		key   string
		value any
		text  string
	}{
		{"the last of several counts", "op", "listen", "listen"},
		{"the last counts where its type is another", "limit", "none", "none"},
		{"a value that is no string has no text", "on", false, ""},
		{"an empty string is a value", "empty", "", ""},
		{"a key that is not there", "missing", nil, ""},
		{"keys are told apart by case", "Op", nil, ""},
		{"an empty key is a key", "", "no key", "no key"},
	} {
		if got := serve.Option(tt.key); got != tt.value {
			t.Errorf("%s: Option(%q) = %#v, want %#v", tt.claim, tt.key, got, tt.value)
		}
		if got := serve.Text(tt.key); got != tt.text {
			t.Errorf("%s: Text(%q) = %q, want %q", tt.claim, tt.key, got, tt.text)
		}
	}
}

func TestOptionOfNone(t *testing.T) {
	f := &hook.Func{Package: "main", Name: "main"}
	if v, s := f.Option("op"), f.Text("op"); v != nil || s != "" {
		t.Errorf("without options Option = %#v, Text = %q", v, s)
	}
}

// Reading an option is on the path of every call: it may not allocate.
func TestOptionAllocates(t *testing.T) {
	sink := ""
	n := testing.AllocsPerRun(100, func() {
		if serve.Option("on") == nil {
			sink = "none"
		}
		sink += serve.Text("empty")
	})
	if n != 0 || sink != "" {
		t.Errorf("reading options allocates %v times (%q)", n, sink)
	}
}
