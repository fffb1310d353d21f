package instrument_test

// What a declaration costs. Aspects are declared anew in each process that the go
// command starts for a package, and nearly all of those weave nothing: the time of
// this file is paid some hundred times in a build.

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
)

func BenchmarkDeclare(b *testing.B) {
	for _, bm := range []struct {
		name    string
		declare func() instrument.Rule
	}{
		{"body by value", func() instrument.Rule { return instrument.BodyOf((*http.Server).Serve).Before(hookNothing) }},
		{"body by name", func() instrument.Rule {
			return instrument.BodyNamed("(*net/http.Server).Serve").Before(instrument.Named("example.com/hooks.Serve"))
		}},
		{"pattern", func() instrument.Rule {
			return instrument.BodyWhere(instrument.ParamIs[context.Context](0), instrument.Name("*Order*")).Around(hookAround)
		}},
		{"call", func() instrument.Rule { return instrument.CallTo(time.Now).Replace(now) }},
		{"take and with", func() instrument.Rule {
			return instrument.BodyOf((*store).Move).Around(hookEither).Take(instrument.Param(0)).With("op", "move")
		}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bm.declare()
			}
		})
	}
}

// BenchmarkDescribe is what weaver itself pays, once for a build.
func BenchmarkDescribe(b *testing.B) {
	a := aspect("a", instrument.BodyOf((*http.Server).Serve).Before(hookNothing), instrument.CallTo(time.Now).Replace(now))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := instrument.Describe(a); err != nil {
			b.Fatal(err)
		}
	}
}
