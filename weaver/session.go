package weaver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goweaver/weaver/internal/catalog"
	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
	"github.com/goweaver/weaver/weaver/internal/report"
)

// A session is one woven call of the go command: what it is woven by, and the files
// in which its tools and the go command itself leave word for the wrapper.
type session struct {
	*command
	g        *register.Go
	line     *register.CommandLine
	reg      *register.Registration
	planFile string
	dir      string // of the files, removed at the end

	summary *report.Summary // of the whole build, nil where not all of it is known
}

func (c *command) newSession(g *register.Go, line *register.CommandLine, reg *register.Registration) (*session, error) {
	s := &session{command: c, g: g, line: line, reg: reg, planFile: reg.PlanFile}
	var err error
	if s.dir, err = os.MkdirTemp("", "weaver-"); err != nil {
		return nil, err
	}
	for _, f := range []struct{ path, variable string }{
		{s.planFile, "WEAVER_CACHE"}, {s.dir, "TMPDIR"}, {c.logging.File, logs.FileVariable},
	} {
		err = errors.Join(err, quotable(f.path, f.variable))
	}
	// Tools that log append to the report, and do not make it.
	if err = errors.Join(err, os.WriteFile(s.report(), nil, 0o600)); err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, err
	}
	return s, nil
}

// report returns the file that tools append their records to.
func (s *session) report() string { return filepath.Join(s.dir, "report") }

// graph returns the file that the go command writes what it built to, or "" if this
// verb builds nothing that the user asked for.
func (s *session) graph() string {
	switch {
	case s.line.DryRun, s.line.Verb == "list", s.line.Verb == "clean":
		return ""
	case s.line.Graph == "":
		return filepath.Join(s.dir, "graph.json")
	case filepath.IsAbs(s.line.Graph):
		return s.line.Graph
	}
	return filepath.Join(s.g.Dir, s.line.Graph)
}

// run runs the go command and says what was found, and returns the exit code.
func (s *session) run() int {
	call := []string{s.line.Verb, "-toolexec=" + s.toolexec(s.report())}
	if s.line.Graph == "" && s.graph() != "" {
		call = append(call, "-debug-actiongraph="+s.graph())
	}
	call = slices.Concat(call, s.line.GCArgs(), s.reg.Plan.Build.Marks, s.line.Args)
	start := time.Now()
	s.log.Debug("go command", "args", call, "dir", s.g.Dir)
	stop := s.follow(s.report())
	end := s.spawn(s.g, call)
	stop()
	s.log.Info("go command ended", "verb", s.line.Verb, "code", end.code, "took", time.Since(start))
	found, err := s.findings(end.code)
	_ = os.RemoveAll(s.dir)
	if err != nil {
		// The build is as good as without, unless none may be missed.
		found = append(found, match.Finding{Pos: "weaver", Aspect: "findings", Text: err.Error()})
	}
	if code := s.tell(found, end.code); code != end.code {
		return code
	}
	if end.code == 0 {
		s.summarize(len(distinct(found)))
	}
	return end.exit()
}

func (s *session) toolexec(report string) string {
	return toolexecFlag(s.reg.Binary, s.reg.Plan, s.planFile, report, s.logging)
}

// findings returns what could not be woven in the whole build, in packages that came
// from the go command's cache too.
func (s *session) findings(code int) ([]match.Finding, error) {
	now, err := report.Read(s.report())
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var failed error
	sum := report.Total(now)
	if file := s.graph(); file != "" {
		graph, err := report.ReadGraph(file)
		switch {
		case err == nil:
			whole, err := s.whole(graph, now, code)
			if whole != nil {
				sum = whole
			}
			failed = err // what is known of the build is told all the same
		case !os.IsNotExist(err): // the go command may have ended before it built anything
			return nil, err
		}
	}
	s.locate(sum.Found)
	return sum.Found, failed
}

// locate gives the findings their places on disk, and says where their rules are declared.
func (s *session) locate(found []match.Finding) {
	declared := map[string]string{} // rule → where
	for _, r := range s.reg.Plan.Rules {
		if declared[r.ID] == "" {
			declared[r.ID] = s.place(r.Pos)
		}
	}
	for i := range found {
		f := &found[i]
		f.Pos = s.place(f.Pos)
		// What is wrong may be the rule as well as the code that it met.
		if at := declared[f.Rule]; at != "" && at != f.Pos {
			f.Text += " (rule at " + at + ")"
		}
	}
}

// whole returns the record of all that is in the graph.
func (s *session) whole(graph *report.Graph, now map[string]*report.Record, code int) (*report.Record, error) {
	records, missing, err := report.Collect(report.Source{
		Graph: graph, Now: now, Archives: s.archives, Woven: match.Marked(s.reg.Plan),
		Known: filepath.Join(s.reg.Plan.Build.Cache, "known", s.known()+".jsonl"),
	})
	if records == nil {
		return nil, err
	}
	sum := report.Total(records)
	if err != nil {
		return sum, err
	}
	if missing == 0 {
		counts := graph.Summary(records)
		s.summary = &counts
	} else {
		s.notice(fmt.Sprintf("findings in %d packages that came from the build cache are not known; go build -a shows them", missing))
	}
	packages := graph.Packages()
	if code == 0 && missing == 0 && graph.Complete() {
		more, err := s.unmatched(sum, packages)
		if err != nil {
			return sum, err
		}
		sum.Found = append(sum.Found, more...)
	}
	unpinned, err := s.unpinned(packages)
	sum.Found = append(sum.Found, unpinned...)
	return sum, err
}

// known returns the name of what is known of compiles. Where packages have marks the go
// command's keys follow the rules that a package is about, and other rules change nothing.
func (s *session) known() string {
	if s.reg.Plan.Marks != nil {
		return s.reg.Plan.Tool
	}
	return s.reg.Plan.Identity
}

// unpinned returns a finding for each library of the build that weaver has an aspect for,
// and the registration file does not know.
func (s *session) unpinned(packages map[string]bool) ([]match.Finding, error) {
	src, err := os.ReadFile(s.reg.File)
	if err != nil {
		return nil, err
	}
	var out []match.Finding
	for _, b := range catalog.Unpinned(src, packages) {
		out = append(out, match.Finding{Pos: s.reg.Wanted(), Aspect: b.Name, Text: fmt.Sprintf(
			"%s is part of the build, and weaver's aspect for it is not registered; run go tool weaver pin, and delete the line that it adds if you do not want it", b.Library)})
	}
	return out, nil
}

// archives asks the go command where the archives of the build are.
func (s *session) archives() (byID, commands map[string]string, err error) {
	return s.g.Archives(s.listFlags("-"), s.line.Patterns)
}

// listFlags returns the flags by which go list knows the archives of the build, and makes
// those that are not there.
func (s *session) listFlags(report string) []string {
	flags := slices.Concat([]string{"-toolexec=" + s.toolexec(report)}, s.line.Archive, s.reg.Plan.Build.Marks)
	if s.line.Verb == "test" {
		flags = append(append(flags, "-test"), s.line.Cover...)
	}
	return flags
}

// unmatched returns a finding for each rule that matches nothing. A build of a part of
// the main modules says nothing of rules that are for other parts, so it has to be one
// of all their commands, or of all their packages. Those of tests have no package main of a
// command that has tests itself, so they say nothing of rules that are for one.
func (s *session) unmatched(sum *report.Record, packages map[string]bool) ([]match.Finding, error) {
	found := s.unmatchedRules(sum, packages)
	if len(found) == 0 {
		return nil, nil
	}
	mains, err := s.reg.MainPackages(s.line.Archive)
	if err != nil {
		return nil, err
	}
	testing, need := s.line.Verb == "test", mains.Commands
	if testing || len(need) == 0 {
		need = slices.Concat(mains.Commands, mains.Others)
	}
	missing := slices.IndexFunc(need, func(p string) bool { return !packages[p] })
	var out []match.Finding
	for r, f := range found {
		// A package that no command imports may have tests, or users elsewhere.
		there := report.Elsewhere(r, packages) && slices.Contains(mains.Others, r.Target.Pkg)
		unbuilt := testing && len(mains.Tested) > 0 && s.ofCommand(r)
		if missing < 0 && !there && !unbuilt {
			out = append(out, f)
			continue
		}
		s.log.Info("a rule matches nothing in this part of the main modules", "rule", r.Pos, "aspect", r.Aspect)
	}
	slices.SortFunc(out, match.Finding.Compare)
	return out, nil
}

// ofCommand reports whether the rule is about package main of a command, or of an aspect of
// another module, of which it is said that no rule matches, one of them.
func (s *session) ofCommand(r *rule.Rule) bool {
	about := func(r rule.Rule) bool {
		return r.Target != nil && r.Target.Pkg == "main" && !r.OnlyTests()
	}
	return about(*r) || !s.reg.Plan.Declares(r.Pos) && slices.ContainsFunc(s.reg.Plan.Rules, func(o rule.Rule) bool {
		return o.Aspect == r.Aspect && about(o)
	})
}

// unmatchedRules returns the rules that were woven nowhere in the build and should have
// been, with what is to be said of them.
//
// A rule of the main modules is a wish of the user's. An aspect of another module knows
// libraries that a program may not use, and forms that its functions may not have, so it
// is the aspect as a whole that should match something; and in the default list nobody
// asked for that either.
func (s *session) unmatchedRules(sum *report.Record, packages map[string]bool) map[*rule.Rule]match.Finding {
	unmatched := report.Unmatched(s.reg.Plan, sum)
	matched := map[string]bool{} // aspects
	for i := range s.reg.Plan.Rules {
		if r := &s.reg.Plan.Rules[i]; !slices.Contains(unmatched, r) {
			matched[r.Aspect] = true
		}
	}
	out := map[*rule.Rule]match.Finding{}
	told := map[string]bool{}
	for _, r := range unmatched {
		wish := report.Wish(r)
		switch {
		case r.OnlyTests() && s.line.Verb != "test", told[wish]:
		case s.reg.Plan.Declares(r.Pos):
			out[r], told[wish] = report.Nothing(r, packages), true
		case !matched[r.Aspect] && !s.reg.Default && !report.Elsewhere(r, packages):
			matched[r.Aspect] = true // said once
			out[r] = report.Useless(r, s.reg.File)
		}
	}
	return out
}

// place returns the place of a finding, which is named as the compiler recorded it, as
// one on disk, relative to the working folder where that is shorter.
func (s *session) place(pos string) string {
	if rest, ok := strings.CutPrefix(pos, "$GOROOT"); ok {
		return filepath.FromSlash(s.reg.GOROOT + rest)
	}
	file, line, _ := strings.Cut(pos, ".go:")
	switch {
	case line != "":
		file, line = s.reg.OnDisk(file+".go"), ":"+line
	case !filepath.IsAbs(pos): // an import path
		return pos
	}
	if rel, err := filepath.Rel(s.g.Dir, file); err == nil && len(rel) < len(file) {
		file = rel
		if filepath.IsLocal(rel) {
			file = "." + string(filepath.Separator) + rel
		}
	}
	return file + line
}

// tell prints the findings, each once, and returns the exit code: with --strict a
// finding makes a good build a failed one.
func (c *command) tell(found []match.Finding, code int) int {
	found = distinct(found)
	for _, f := range found {
		if c.logging.File != "" { // on stderr it would stand twice
			c.log.Warn("finding", "at", f.Pos, "aspect", f.Aspect, "text", f.Text)
		}
		if c.strict || !c.quiet {
			fmt.Fprintln(os.Stderr, f)
		}
	}
	if c.strict && len(found) > 0 && code == 0 {
		return complain(fmt.Errorf("findings: %d, and --strict makes each an error", len(found)), 1)
	}
	return code
}

// distinct returns the findings without those that read like an earlier one.
func distinct(found []match.Finding) []match.Finding {
	said := map[string]bool{}
	var out []match.Finding
	for _, f := range found {
		if line := f.String(); !said[line] {
			said[line] = true
			out = append(out, f)
		}
	}
	return out
}
