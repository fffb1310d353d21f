package hooks

import (
	"context"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// Poll is for (*kgo.Client).PollRecords, by which all polls are done. Its context may be nil.
// That there was nothing, or that it was told to end, is no failure.
func Poll(ctx context.Context, cl *kgo.Client) func(kgo.Fetches, hook.Exit) {
	if !library.Live() {
		return nil
	}
	c := clients.Of(cl, describe)
	if c == nil {
		return nil
	}
	if ctx == nil {
		ctx = context.Background()
	}
	began := time.Now()
	return func(fetches kgo.Fetches, how hook.Exit) {
		op := messaging.Operation{Type: messaging.Receive, Name: "poll", Client: &c.consumer, Batch: true}
		var failed error
		fetches.EachError(func(topic string, _ int32, err error) {
			if failed == nil && !ended(ctx, err) {
				op.Destination, failed = topic, err
			}
		})
		if got := fetches.Records(); len(got) > 0 {
			op.Destination, op.Messages = "", records(got)
		}
		library.Record(ctx, began, op, failed, how)
	}
}

// records are what a poll returns.
type records []*kgo.Record

// Len implements [messaging.Messages], as the following do.
func (r records) Len() int { return len(r) }

// Destination returns a record's topic.
func (r records) Destination(i int) string { return r[i].Topic }

// Headers returns a record's headers.
func (r records) Headers(i int) propagation.TextMapCarrier { return headers{r[i]} }

// Attributes returns where a record is.
func (r records) Attributes(i int) []attribute.KeyValue {
	attrs := []attribute.KeyValue{
		semconv.MessagingDestinationPartitionID(strconv.Itoa(int(r[i].Partition))),
		semconv.MessagingKafkaOffset(int(r[i].Offset)),
	}
	if tombstone(r[i]) {
		attrs = append(attrs, semconv.MessagingKafkaMessageTombstone(true))
	}
	return attrs
}

// Offsets are what a commit says of topics and their partitions.
type Offsets = map[string]map[int32]kgo.EpochOffset

// Committed is called with the answer to a commit.
type Committed = func(*kgo.Client, *kmsg.OffsetCommitRequest, *kmsg.OffsetCommitResponse, error)

// Commit is for (*kgo.Client).CommitOffsetsSync, by which the program's commits are done that
// it waits for, if there is anything to commit.
func Commit(ctx context.Context, cl *kgo.Client, offsets Offsets, done Committed) (context.Context, Committed, func(hook.Exit)) {
	if !library.Live() || len(offsets) == 0 {
		return ctx, done, nil
	}
	c := clients.Of(cl, describe)
	if c == nil {
		return ctx, done, nil
	}
	op := messaging.Operation{Type: messaging.Settle, Name: "commit", Client: &c.consumer}
	if len(offsets) == 1 {
		for topic, partitions := range offsets {
			op.Destination, op.Attributes = topic, one(partitions)
		}
	}
	ctx, span := library.Start(ctx, op)
	if span == nil {
		return ctx, done, nil
	}
	var failed error
	return ctx, func(cl *kgo.Client, req *kmsg.OffsetCommitRequest, resp *kmsg.OffsetCommitResponse, err error) {
		failed = refused(resp, err)
		if done != nil {
			done(cl, req, resp, err)
		}
	}, func(how hook.Exit) { span.End(failed, how) }
}

// one returns what is told of the partition, if it is only one.
func one(partitions map[int32]kgo.EpochOffset) (attrs []attribute.KeyValue) {
	if len(partitions) != 1 {
		return nil
	}
	for partition, at := range partitions {
		attrs = append(attrs, semconv.MessagingDestinationPartitionID(strconv.Itoa(int(partition))), semconv.MessagingKafkaOffset(int(at.Offset)))
	}
	return attrs
}

// refused returns the first error of a commit: that of the request or of a partition.
func refused(resp *kmsg.OffsetCommitResponse, err error) error {
	if err != nil || resp == nil {
		return err
	}
	for _, topic := range resp.Topics {
		for _, partition := range topic.Partitions {
			if err := kerr.ErrorForCode(partition.ErrorCode); err != nil {
				return err
			}
		}
	}
	return nil
}
