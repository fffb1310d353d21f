package otlp

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

// encodeLogs writes an ExportLogsServiceRequest.
func encodeLogs(records []sdklog.Record) []byte {
	return encodeGroups(grouped(records, func(r sdklog.Record) (*resource.Resource, instrumentation.Scope) {
		return r.Resource(), r.InstrumentationScope()
	}), (*encoder).record)
}

// record writes the fields of a LogRecord.
func (e *encoder) record(r sdklog.Record) {
	e.time(1, r.Timestamp())
	e.uint(2, severity(r.Severity()))
	e.text(3, r.SeverityText())
	e.message(5, func() { e.value(r.Body()) })
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		e.keyValue(6, kv)
		return true
	})
	e.count(7, r.DroppedAttributes())
	e.fixed32(8, uint32(r.TraceFlags()))
	if id := r.TraceID(); id.IsValid() {
		e.bytes(9, id[:])
	}
	if id := r.SpanID(); id.IsValid() {
		e.bytes(10, id[:])
	}
	e.time(11, r.ObservedTimestamp())
	e.text(12, r.EventName())
}

// severity returns the protocol's number, which the API's are too; 0 for one out of its range.
func severity(s log.Severity) uint64 {
	if s < log.SeverityTrace || s > log.SeverityFatal4 {
		return 0
	}
	return uint64(s)
}
