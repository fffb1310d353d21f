package weaver

import (
	"reflect"
	"runtime/debug"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

func TestInjected(t *testing.T) {
	own := func() *debug.BuildInfo {
		return &debug.BuildInfo{
			Main: debug.Module{Path: "example.com/app", Version: "(devel)"},
			Deps: []*debug.Module{{Path: "example.com/b", Version: "v1.0.0", Sum: "h1:b"}, {Path: "example.com/y", Version: "v1.0.0"}},
		}
	}
	linked := map[string]bool{"example.com/a/hooks": true, "example.com/app/hooks": true, "example.com/b/x": true, "example.com/x": true, "example.com/z/deep": true}
	for _, tt := range []struct {
		name    string
		modules []plan.Module
		want    []debug.Module // beside the program's own
	}{
		{"nothing", nil, nil},
		{"the main module", []plan.Module{{Path: "example.com/app", Version: "(devel)", Packages: []string{"example.com/app/hooks"}}}, nil},
		{"one that is there", []plan.Module{{Path: "example.com/b", Version: "v1.0.0", Packages: []string{"example.com/b/x"}}}, nil},
		{"one that is not linked", []plan.Module{{Path: "example.com/c", Version: "v1.0.0", Packages: []string{"example.com/c", "example.com/c/d"}}}, nil},
		{
			"several, one by its second package",
			[]plan.Module{
				{Path: "example.com/z", Version: "v1.2.3", Sum: "h1:z", Packages: []string{"example.com/z", "example.com/z/deep"}},
				{Path: "example.com/a", Version: "(devel)", Packages: []string{"example.com/a/hooks"}},
			},
			[]debug.Module{{Path: "example.com/a", Version: "(devel)"}, {Path: "example.com/z", Version: "v1.2.3", Sum: "h1:z"}},
		},
		{
			"a replaced one",
			[]plan.Module{{Path: "example.com/x", Version: "v1.0.0", Replace: &plan.Module{Path: "../x", Version: "(devel)"}, Packages: []string{"example.com/x"}}},
			[]debug.Module{{Path: "example.com/x", Version: "v1.0.0", Replace: &debug.Module{Path: "../x", Version: "(devel)"}}},
		},
	} {
		info := own()
		added := injected(info, tt.modules, func(p string) bool { return linked[p] })
		if added != (len(tt.want) > 0) {
			t.Errorf("%s: added %v", tt.name, added)
		}
		var more []debug.Module
		for i, m := range info.Deps {
			if i > 0 && info.Deps[i-1].Path >= m.Path {
				t.Errorf("%s: %s stands behind %s", tt.name, m.Path, info.Deps[i-1].Path)
			}
			if m.Path != "example.com/b" && m.Path != "example.com/y" {
				more = append(more, *m)
			}
		}
		if !reflect.DeepEqual(more, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, more, tt.want)
		}
		if text := info.String(); tt.want != nil {
			if again, err := debug.ParseBuildInfo(text); err != nil || !reflect.DeepEqual(again.Deps, info.Deps) {
				t.Errorf("%s: the build info does not come back: %v\n%s", tt.name, err, text)
			}
		}
	}
}

// The build info of a woven program names the -gcflags that the user gave, and no marks.
func TestRestore(t *testing.T) {
	for _, tt := range []struct {
		name         string
		marks        *plan.Marks
		is, gave     string
		want         string
		wantsChanged bool
	}{
		{"marks alone", &plan.Marks{}, "weaver:main=-weaver=1", "", "", true},
		{"marks behind the user's", &plan.Marks{}, "weaver:main=-weaver=1", "all=-N", "all=-N", true},
		{"a build without marks", nil, "all=-N", "", "all=-N", false},
		{"a build without the flag", nil, "", "", "", false},
	} {
		info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "-compiler", Value: "gc"}}}
		if tt.is != "" {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: "-gcflags", Value: tt.is})
		}
		tl := &tool{plan: &plan.Plan{Marks: tt.marks, Build: plan.Build{GCFlags: tt.gave}}}
		if changed := tl.restore(info); changed != tt.wantsChanged {
			t.Errorf("%s: changed: %v", tt.name, changed)
		}
		got := ""
		for _, s := range info.Settings {
			if s.Key == "-gcflags" {
				got = s.Value
			}
		}
		if got != tt.want || info.Settings[0].Key != "-compiler" {
			t.Errorf("%s: the build info has %+v, want -gcflags=%s", tt.name, info.Settings, tt.want)
		}
	}
}
