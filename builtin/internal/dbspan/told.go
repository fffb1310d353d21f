package dbspan

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Told is what is to be told of calls with the same key.
type Told struct {
	Name     string               // of the span; that of the target if it is empty
	Measured []attribute.KeyValue // of spans and metrics
	Alone    []attribute.KeyValue // of spans
}

// Statement returns what is told of a statement with that summary and text. An operation is
// only told where it is not the statement's own, as the conventions have it: a statement may
// have several. What is not known is empty.
func Statement(operation, summary, text string) (told Told) {
	told.Name = summary
	if operation != "" {
		told.Measured = append(told.Measured, semconv.DBOperationName(operation))
	}
	if summary != "" {
		told.Measured = append(told.Measured, semconv.DBQuerySummary(summary))
	}
	if text != "" {
		told.Alone = append(told.Alone, semconv.DBQueryText(text))
	}
	return told
}
