package hooks

import (
	"context"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// Fetch is for (*kafka.Reader).FetchMessage, by which ReadMessage reads as well. That it was
// told to end is no failure.
func Fetch(ctx context.Context, r *kafka.Reader) func(kafka.Message, error, hook.Exit) {
	if !library.Live() || ctx == nil || r == nil {
		return nil
	}
	began := time.Now()
	return func(m kafka.Message, err error, how hook.Exit) {
		op := messaging.Operation{Type: messaging.Receive, Name: "poll", Client: readers.Of(r, describeReader)}
		switch {
		case err == nil && how == hook.Returned:
			op.Messages = received{m}
		case err != nil && ended(ctx, err):
			return
		default:
			op.Destination = r.Config().Topic
		}
		library.Record(ctx, began, op, err, how)
	}
}

// Commit is for (*kafka.Reader).CommitMessages, by which ReadMessage commits as well.
func Commit(ctx context.Context, r *kafka.Reader, msgs []kafka.Message) func(error, hook.Exit) {
	if !library.Live() || r == nil || len(msgs) == 0 {
		return nil
	}
	_, span := library.Start(ctx, messaging.Operation{
		Type: messaging.Settle, Name: "commit", Client: readers.Of(r, describeReader), Messages: received(msgs), Batch: len(msgs) > 1,
	})
	if span == nil {
		return nil
	}
	return func(err error, how hook.Exit) { span.End(err, how) }
}

// received are messages that a reader has fetched.
type received []kafka.Message

// Len implements [messaging.Messages], as the following do.
func (r received) Len() int { return len(r) }

// Destination returns a message's topic.
func (r received) Destination(i int) string { return r[i].Topic }

// Headers returns a message's headers.
func (r received) Headers(i int) propagation.TextMapCarrier { return headers{own: r[i].Headers} }

// Attributes returns where a message is.
func (r received) Attributes(i int) []attribute.KeyValue {
	return tombstone([]attribute.KeyValue{
		semconv.MessagingDestinationPartitionID(strconv.Itoa(r[i].Partition)),
		semconv.MessagingKafkaOffset(int(r[i].Offset)),
	}, r[i])
}
