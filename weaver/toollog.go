package weaver

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/report"
)

// What a tool process logs. It prints nothing where all goes well: the go command keeps
// what a tool prints, and would print it again whenever it finds the tool's work in its
// cache. So a record goes to the log file, or through the report to the wrapper.

// logWord is the start of the argument that tells a tool process what to log.
const logWord = "-log="

// openLog makes the log. Without a file there has to be a wrapper to read the report.
func (t *tool) openLog() {
	handler := slog.DiscardHandler
	switch {
	case t.logging.Off():
	case t.logging.File != "":
		t.logFile = t.logging.Open()
		handler = logs.NewHandler(t.logFile, t.logging.Level)
	case t.report != "-":
		t.logFile = logs.OpenReport(t.report)
		handler = logs.NewReportHandler(t.logFile, t.logging.Level)
	}
	t.log = slog.New(handler)
}

// closeLog closes the log. That it could not be written is a finding of this build, and
// of none after it: no archive has it.
func (t *tool) closeLog() {
	err := t.logFile.Close()
	if err == nil || t.report == "-" {
		return
	}
	rec := report.Record{Found: []match.Finding{{Pos: "log", Aspect: "weaver", Text: err.Error()}}}
	_ = report.Append(t.report, "", &rec) // if that fails as well, nobody is left to tell
}

func (t *tool) enabled(level slog.Level) bool { return t.log.Enabled(context.Background(), level) }

func (t *tool) trace(msg string, attrs ...slog.Attr) {
	if t.enabled(logs.LevelTrace) {
		attrs = append(attrs, slog.String("package", os.Getenv("TOOLEXEC_IMPORTPATH")))
		t.log.LogAttrs(context.Background(), logs.LevelTrace, msg, attrs...)
	}
}

// traceFile logs what is in an import config.
func (t *tool) traceFile(msg, file string) {
	if file == "" || !t.enabled(logs.LevelTrace) {
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.log.Error(err.Error())
		return
	}
	t.trace(msg, slog.String("file", file), slog.String("content", string(data)))
}

// logOutcomes logs what became of each rule of the plan in the package: the first thing
// that kept it out, or the number of places at which it was woven.
func (c *compilation) logOutcomes() {
	if !c.enabled(slog.LevelDebug) {
		return
	}
	for i := range c.plan.Rules {
		r := &c.plan.Rules[i]
		c.log.LogAttrs(context.Background(), slog.LevelDebug, "rule", append([]slog.Attr{
			slog.String("package", c.unit.ImportPath), slog.String("aspect", r.Aspect), slog.String("rule", r.Pos),
		}, c.outcome(r)...)...)
	}
}

func (c *compilation) outcome(r *rule.Rule) []slog.Attr {
	if why := c.unit.Excludes(r); why != "" {
		return []slog.Attr{slog.Int("sites", 0), slog.String("because", why)}
	}
	sites := slog.Int("sites", c.rec.Sites[r.ID])
	switch {
	case c.rec.Sites[r.ID] > 0:
		return []slog.Attr{sites}
	case c.absent[r]:
		return []slog.Attr{sites, slog.String("because", "no file has the target's name in it")}
	}
	if _, met := c.rec.Sites[r.ID]; met {
		return []slog.Attr{sites, slog.String("because", "the source opts out of it")}
	}
	for _, f := range c.rec.Found {
		if f.Rule == r.ID {
			return []slog.Attr{sites, slog.String("because", f.Text)}
		}
	}
	return []slog.Attr{sites, slog.String("because", "nothing in the package is what the rule describes and fits its hook")}
}

// logWoven logs the line about a woven package, and findings where there is no wrapper
// that does.
func (c *compilation) logWoven(start time.Time) {
	if c.bare {
		for _, f := range c.rec.Found {
			c.log.Warn("finding", "at", f.Pos, "aspect", f.Aspect, "text", f.Text)
		}
	}
	if c.woven > 0 {
		c.log.LogAttrs(context.Background(), slog.LevelInfo, "woven",
			slog.String("package", c.unit.ImportPath), slog.Int("sites", c.woven), slog.Duration("took", time.Since(start)))
	}
}
