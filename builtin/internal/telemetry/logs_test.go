package telemetry

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// kept is a processor that keeps the last record.
type kept struct{ sdklog.Record }

func (k *kept) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (k *kept) Shutdown(context.Context) error                         { return nil }
func (k *kept) ForceFlush(context.Context) error                       { return nil }
func (k *kept) OnEmit(_ context.Context, r *sdklog.Record) error {
	k.Record = r.Clone()
	return nil
}

// What a program logs that is no text is text in its record, whose other parts stay: an
// exporter would refuse it, and all records that are exported with it.
func TestEmitText(t *testing.T) {
	before, got := global.GetLoggerProvider(), &kept{}
	global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(got)))
	t.Cleanup(func() { global.SetLoggerProvider(before) })
	for _, c := range []struct{ in, want string }{{"plain", "plain"}, {"a\xffb", "a\uFFFDb"}} {
		record := func(text string) (attribute.Value, attribute.KeyValue) {
			s := attribute.StringValue(text)
			return s, attribute.KeyValue{Key: attribute.Key(text), Value: attribute.MapValue(
				attribute.KeyValue{Key: "list", Value: attribute.SliceValue(attribute.IntValue(1), s)},
				attribute.KeyValue{Key: "text", Value: s},
			)}
		}
		var r log.Record
		body, attr := record(c.in)
		r.SetBody(body)
		r.AddAttributes(attr)
		r.SetSeverity(log.SeverityWarn)
		r.SetEventName("event")
		NewLogger("test").Emit(t.Context(), r)
		wantBody, wantAttr := record(c.want)
		if got.Body() != wantBody || got.Severity() != log.SeverityWarn || got.EventName() != "event" || got.AttributesLen() != 1 {
			t.Errorf("%q: %v %v %q with %d attributes", c.in, got.Body(), got.Severity(), got.EventName(), got.AttributesLen())
		}
		got.WalkAttributes(func(kv attribute.KeyValue) bool {
			if kv != wantAttr {
				t.Errorf("%q: %v, want %v", c.in, kv, wantAttr)
			}
			return true
		})
	}
}
