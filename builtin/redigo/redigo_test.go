package redigo_test

import (
	"context"
	"testing"

	"github.com/gomodule/redigo/redis"

	"github.com/goweaver/weaver/builtin/redigo"
	"github.com/goweaver/weaver/builtin/redigo/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, redigo.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(redigo.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those of types that are not exported are for
// functions of the same signatures, and show when they are woven.
func TestHooksBind(t *testing.T) {
	param, result := instrument.Param, instrument.Result
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(redis.DialContext).Around(hooks.Dial).Take(param(1), param(2), result(0)),
		instrument.BodyOf(redis.NewConn).Around(hooks.NewConn),
		instrument.BodyOf((*redis.Pool).GetContext).Around(hooks.GetContext).Take(param(0), instrument.Recv, result(0), result(1)),
		instrument.BodyOf((*redis.Pool).Close).Before(hooks.ClosePool),
		instrument.BodyOf(redis.DoContext).Around(hooks.DoContext).Capture("c").Take(param(1), param(2), param(3), result(0), result(1)),
		instrument.BodyOf(redis.DoWithTimeout).Around(hooks.Do).Capture("c"),
		instrument.BodyOf(redis.DoWithTimeout).Around(hooks.DoNone),
		instrument.BodyOf(redis.DoContext).Around(hooks.DoNoneContext).Take(param(1), param(2), param(3), result(1)),
		instrument.BodyOf(redis.ReceiveWithTimeout).Around(hooks.Receive).Capture("c"),
		instrument.BodyOf(send).Before(hooks.Send).Capture("c"),
		instrument.BodyOf(flush).Around(hooks.Flush).Capture("c"),
		instrument.BodyOf(flush).Before(hooks.Close).Capture("c"),
		instrument.BodyOf(flush).Before(hooks.Put).Capture("c"),
		instrument.BodyOf(newConn).Before(hooks.Splunk),
	}}); err != nil {
		t.Error(err)
	}
}

func send(c redis.Conn, name string, args ...any) error { return c.Send(name, args...) }
func flush(c redis.Conn) error                          { return c.Flush() }

// newConn has the signature of splunkredigo's, but for the type of its options.
func newConn(c redis.Conn, _ ...context.CancelFunc) redis.Conn { return c }
