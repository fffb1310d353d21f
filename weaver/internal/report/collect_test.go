package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func sites(id string) *Record { return &Record{Sites: map[string]int{id: 1}} }

// compile is the action of compiling a package, now or before.
func compile(pkg string) action {
	return action{Mode: "build", Package: pkg, ActionID: "id-" + pkg, BuildID: "id-" + pkg + "/out"}
}

// silent is what a compile reports that has nothing to say.
func silent() *Record { return &Record{} }

// noAsk is for builds in which no archive has to be looked for.
func noAsk() (byID, commands map[string]string, err error) {
	return nil, nil, errors.New("archives were asked for")
}

func collect(t *testing.T, s Source) *Record {
	t.Helper()
	records, missing, err := Collect(s)
	if err != nil || missing != 0 {
		t.Fatalf("%d missing, %v", missing, err)
	}
	return Total(records)
}

// What was seen once is known to builds that compile nothing, and what a package had
// nothing to say of as well.
func TestCollectKnown(t *testing.T) {
	s := Source{
		Graph:    &Graph{[]action{compile("p"), compile("q"), {Mode: "link", Package: "p", ActionID: "l"}}},
		Now:      map[string]*Record{"id-p": sites("r"), "id-q": silent(), "": sites("build"), "id-elsewhere": sites("no")},
		Known:    filepath.Join(t.TempDir(), "below", "known"),
		Archives: noAsk,
	}
	if got, want := collect(t, s).Sites, (map[string]int{"r": 1, "build": 1}); !reflect.DeepEqual(got, want) {
		t.Errorf("compiled now: %v, want %v", got, want)
	}
	s.Graph, s.Now = &Graph{[]action{compile("p"), compile("q")}}, nil
	before, err := os.ReadFile(s.Known)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := collect(t, s).Sites, (map[string]int{"r": 1}); !reflect.DeepEqual(got, want) {
		t.Errorf("from the cache: %v, want %v", got, want)
	}
	if after, err := os.ReadFile(s.Known); err != nil || string(after) != string(before) {
		t.Errorf("a build with nothing new wrote: %v\n%s", err, after)
	}
}

// Actions of a build that failed or was interrupted say nothing.
func TestCollectUnfinished(t *testing.T) {
	failed, started, waiting := compile("failed"), compile("started"), compile("waiting")
	failed.Failed, started.BuildID, waiting.ActionID = true, "", ""
	collect(t, Source{Graph: &Graph{[]action{failed, started, waiting}}, Known: filepath.Join(t.TempDir(), "known"), Archives: noAsk})
}

// What came from the cache and is not known is in the archive, which is asked once.
func TestCollectArchive(t *testing.T) {
	dir := t.TempDir()
	woven, plain := archive(t), archive(t)
	if err := sites("r").Keep(woven); err != nil {
		t.Fatal(err)
	}
	asked := 0
	s := Source{
		Graph: &Graph{[]action{compile("p"), compile("q"), compile("gone"), compile("now")}},
		Known: filepath.Join(dir, "known"),
		Now:   map[string]*Record{"id-now": silent()},
		Archives: func() (byID, commands map[string]string, err error) {
			asked++
			return map[string]string{"id-p/out": woven, "id-q/out": plain}, nil, nil
		},
	}
	records, missing, err := Collect(s)
	if err != nil || missing != 1 || Total(records).Sites["r"] != 1 || asked != 1 {
		t.Errorf("%+v, %d missing, asked %d times, %v", records, missing, asked, err)
	}
	s.Graph, s.Now = &Graph{[]action{compile("p"), compile("q"), compile("now")}}, nil
	if sum := collect(t, s); sum.Sites["r"] != 1 || asked != 1 {
		t.Errorf("the second time: %+v, asked %d times", sum, asked)
	}
	s.Graph = &Graph{[]action{compile("gone")}}
	if _, missing, err := Collect(s); err != nil || missing != 1 || asked != 2 {
		t.Errorf("what was nowhere: %d missing, asked %d times, %v", missing, asked, err)
	}
	s.Archives = noAsk
	if _, _, err := Collect(s); err == nil {
		t.Error("that archives can not be asked for is no error")
	}
	s.Archives = func() (byID, commands map[string]string, err error) {
		return map[string]string{"id-gone/out": filepath.Join(dir, "none")}, nil, nil
	}
	if _, _, err := Collect(s); err == nil {
		t.Error("an archive that can not be read is no error")
	}
}

// The archive of a command from another build will do, but is remembered only of the
// main package of a test, and only while all else is as it was.
func TestCollectCommands(t *testing.T) {
	woven := archive(t)
	if err := sites("r").Keep(woven); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		command    string
		lib        action
		remembered bool
	}{
		{"app", compile("lib"), false},
		{"lib.test", compile("lib"), true},
		{"lib.test", action{Mode: "build", Package: "lib", ActionID: "id-lib", BuildID: "id-lib/before"}, false},
	} {
		asked := 0
		s := Source{
			Graph: &Graph{[]action{tt.lib, compile(tt.command)}},
			Known: filepath.Join(t.TempDir(), "known"),
			Now:   map[string]*Record{"id-lib": silent()},
			Archives: func() (byID, commands map[string]string, err error) {
				asked++
				return map[string]string{"id-lib/out": woven}, map[string]string{tt.command: woven}, nil
			},
		}
		for range 2 {
			if sum := collect(t, s); sum.Sites["r"] != 1 {
				t.Errorf("%s: %+v", tt.command, sum)
			}
		}
		if remembered := asked == 1; remembered != tt.remembered {
			t.Errorf("%s with %s: remembered %v", tt.command, tt.lib.BuildID, remembered)
		}
	}
}

// A file that a full disk cut short costs what is on the cut line.
func TestCollectKnownCutShort(t *testing.T) {
	s := Source{Known: filepath.Join(t.TempDir(), "known"), Archives: noAsk}
	for _, p := range []string{"p", "q"} {
		s.Graph, s.Now = &Graph{[]action{compile(p)}}, map[string]*Record{"id-" + p: sites(p)}
		collect(t, s)
	}
	info, err := os.Stat(s.Known)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(s.Known, info.Size()-5); err != nil {
		t.Fatal(err)
	}
	s.Now, s.Graph = nil, &Graph{[]action{compile("p")}}
	if sum := collect(t, s); sum.Sites["p"] != 1 {
		t.Errorf("the line before: %+v", sum)
	}
	// What is written behind the cut is lost with it, and asked for again.
	for range 2 {
		s.Graph, s.Now = &Graph{[]action{compile("q")}}, map[string]*Record{"id-q": sites("q")}
		collect(t, s)
	}
	s.Graph, s.Now = &Graph{[]action{compile("p"), compile("q")}}, nil
	if sum := collect(t, s); sum.Sites["p"] != 1 || sum.Sites["q"] != 1 {
		t.Errorf("written again: %+v", sum)
	}
}

// A file that has grown too large is begun anew with what the build needs.
func TestCollectKnownTooLarge(t *testing.T) {
	s := Source{Known: filepath.Join(t.TempDir(), "known"), Archives: noAsk}
	s.Graph, s.Now = &Graph{[]action{compile("p"), compile("old")}}, map[string]*Record{"id-p": sites("p"), "id-old": silent()}
	collect(t, s)
	f, err := os.OpenFile(s.Known, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(f, "{\"actions\":[%q]}\n", strings.Repeat("x", maxKnown)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s.Graph, s.Now = &Graph{[]action{compile("p"), compile("new")}}, map[string]*Record{"id-new": sites("new"), "": sites("build")}
	collect(t, s)
	known, size := readKnown(s.Known)
	if want := map[string]*Record{"id-p": sites("p"), "id-new": sites("new")}; !reflect.DeepEqual(known, want) || size > 1000 {
		t.Errorf("%d bytes: %v", size, known)
	}
}

// Two wrappers at once forget nothing of each other's.
func TestCollectParallel(t *testing.T) {
	known := filepath.Join(t.TempDir(), "known")
	const wrappers, packages = 4, 50
	all := &Graph{}
	var done sync.WaitGroup
	for w := range wrappers {
		for p := range packages {
			all.actions = append(all.actions, compile(fmt.Sprint(w, "-", p)))
		}
		done.Go(func() {
			for p := range packages {
				a := compile(fmt.Sprint(w, "-", p))
				if _, _, err := Collect(Source{Graph: &Graph{[]action{a}}, Now: map[string]*Record{a.ActionID: sites("r")}, Known: known, Archives: noAsk}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	if sum := collect(t, Source{Graph: all, Known: known, Archives: noAsk}); sum.Sites["r"] != wrappers*packages {
		t.Errorf("%d records, want %d", sum.Sites["r"], wrappers*packages)
	}
}
