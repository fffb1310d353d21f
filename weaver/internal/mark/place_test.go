package mark

import (
	"path/filepath"
	"testing"
)

// A package is named by its folder as the go command compares that, unless another has the
// folder too or its name means something in a pattern.
func TestPlaces(t *testing.T) {
	root := t.TempDir()
	at := func(elem ...string) string { return filepath.Join(append([]string{root}, elem...)...) }
	packages := map[string]*Package{}
	for path, dir := range map[string]string{
		"main": at("app"), "main/sub": at("app", "sub"), "net/http": at("go", "net", "http"),
		"equal": at("a=b"), "dots": at("x...y"), "space": at("end "), "unknown": "",
		"files": at("both"), "both": at("both"),
	} {
		packages[path] = &Package{ImportPath: path, Dir: dir}
	}
	p := placesOf(at("app"), packages)
	for path, want := range map[string]string{
		"main": "./.", "main/sub": "./sub", "net/http": "./../go/net/http", "main/...": "main/...",
		"equal": "equal", "dots": "dots", "space": "space", "unknown": "unknown", "files": "files", "both": "both",
	} {
		got := p.spell(path)
		if got != want {
			t.Errorf("%s is spelled %s, want %s", path, got, want)
		}
		if q := packages[path]; q != nil && matcherOf(got, at("app")) != nil && !matcherOf(got, at("app"))(q) {
			t.Errorf("%s does not match %s", got, path)
		}
	}
}
