package hooks

// What a logger was given before it logs.
//
// A record has the fields of its own call. Those of With are in the logger's core, which has
// encoded them by then or keeps them to itself. So they are noted where they are given, by
// logger, whatever its core is. That costs something, so it is only done where
// telemetry.Noting says so.

import (
	"sync"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A past is what a logger was given. A nil one is nothing.
type past struct {
	given given

	// What WithLazy was given becomes part of it when the first record is exported, which
	// zap has taken it for by then.
	once   sync.Once
	before *past
	lazy   []zapcore.Field
}

// all returns what the logger was given.
func (p *past) all() given {
	if p == nil {
		return given{}
	}
	p.once.Do(func() {
		if p.lazy != nil {
			p.given = p.before.all().safely(p.lazy)
			p.before, p.lazy = nil, nil
		}
	})
	return p.given
}

// with returns the past of a logger that is given fields more.
func (p *past) with(fields []zapcore.Field) *past {
	return &past{given: p.all().safely(fields)}
}

// safely is with, but for fields that panic, of which nothing is kept.
func (g given) safely(fields []zapcore.Field) (more given) {
	defer func() {
		if recover() != nil {
			more = g
		}
	}()
	return g.with(fields)
}

// pasts holds the past of loggers, each a *past. It is package-level since a hook has no
// receiver that could keep it, and a Logger, which programs may compare, has no room.
var pasts telemetry.Notes

// pastOf returns what l was given, nil if that is nothing.
func pastOf(l *zap.Logger) *past {
	p, _ := telemetry.Noted[zap.Logger, *past](&pasts, l)
	return p
}

// Clone is for (*zap.Logger).clone, by which each logger comes of another one.
func Clone(l *zap.Logger) func(*zap.Logger) {
	if !library.Notes() || l == nil {
		return nil
	}
	p := pastOf(l)
	if p == nil {
		return nil
	}
	return note(func() *past { return p })
}

// note returns a function that notes what past returns for the logger that it is given.
func note(past func() *past) func(*zap.Logger) {
	return func(next *zap.Logger) {
		if next != nil {
			telemetry.Note(&pasts, next, past())
		}
	}
}

// With is for (*zap.Logger).With.
func With(l *zap.Logger, fields []zapcore.Field) func(*zap.Logger) {
	if len(fields) == 0 || !library.Notes() || l == nil {
		return nil
	}
	return note(func() *past { return pastOf(l).with(fields) })
}

// WithLazy is for (*zap.Logger).WithLazy.
func WithLazy(l *zap.Logger, fields []zapcore.Field) func(*zap.Logger) {
	if len(fields) == 0 || !library.Notes() || l == nil {
		return nil
	}
	return note(func() *past { return &past{before: pastOf(l), lazy: fields} })
}

// option makes the option that Fields returns. It is what the file that the aspect adds to zap
// hands over before this package is initialised, so it must not have an initial value, and nil
// where that file is not compiled in, as in this package's own tests.
var option func(o zap.Option, fields []zapcore.Field) zap.Option

// adopt is called by that file, through a linkname.
func adopt(make func(o zap.Option, fields []zapcore.Field) zap.Option) { option = make }

// noteFields is called by such an option, for a logger that was given the fields.
func noteFields(l *zap.Logger, fields []zapcore.Field) {
	if library.Notes() {
		telemetry.Note(&pasts, l, pastOf(l).with(fields))
	}
}

var _, _ = adopt, noteFields // called from zap

// Fields is for zap.Fields, which returns the option to give a logger fields. The one that it
// returns in its place tells of them where it is applied. A hook on WithOptions could look for it
// there, but all options of all calls would have to move to the heap for it.
func Fields(fields []zapcore.Field) func(zap.Option) zap.Option {
	if option == nil || len(fields) == 0 || !library.Notes() {
		return nil
	}
	return func(o zap.Option) zap.Option { return option(o, fields) }
}
