package hooks

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// SendBatch is for (*pgx.Conn).SendBatch. A batch lasts until its results are closed.
func SendBatch(ctx context.Context, c *pgx.Conn, b *pgx.Batch) (context.Context, func(pgx.BatchResults, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	known := wanted(ctx, c)
	if known == nil || b == nil || b.Len() == 0 { // which is not sent
		return ctx, nil
	}
	call, own := batchCall(known.target, b)
	ctx, op := start(ctx, c, known, call, own...)
	return ctx, op.sent
}

// sent is told what a batch has returned: an error may have come before anything was sent.
func (op *operation) sent(results pgx.BatchResults, how hook.Exit) {
	op.begin()
	if how != hook.Returned {
		op.end(nil, how)
	} else if err := earlyError(results); err != nil {
		op.end(err, how)
	}
}

// earlyError returns the error that results have before anybody has asked for one.
func earlyError(results pgx.BatchResults) error {
	v := reflect.ValueOf(results)
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
		if v.Kind() != reflect.Struct {
			continue
		}
		if inner := v.FieldByName("BatchResults"); inner.IsValid() { // of one that begins a transaction
			v = inner
			continue
		}
		f := v.FieldByName("err")
		if !f.IsValid() || f.Type() != reflect.TypeFor[error]() {
			return nil
		}
		return *(*error)(f.Addr().UnsafePointer())
	}
	return nil
}

// CloseBatch is for the methods Close of batches' results, which it is given the context of.
func CloseBatch(captured hook.Captured) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	ctx, _ := captured.At(0).Any().(context.Context)
	if ctx == nil {
		return nil
	}
	if op := operationOf(ctx); op != nil && !op.over.Load() {
		return op.end
	}
	return nil
}

// batchCall returns what is told of a batch. One of a single statement is told of like the
// statement, but for its name, and so is one that has the same one several times.
func batchCall(t *dbspan.Target, b *pgx.Batch) (*dbspan.Call, []attribute.KeyValue) {
	texts, same := statementsOf(b)
	var own []attribute.KeyValue
	if len(texts) > 1 {
		own = []attribute.KeyValue{semconv.DBOperationBatchSize(len(texts))}
	}
	switch {
	case len(texts) == 1:
		return t.Call(dbspan.CallKey{Kind: execute, Text: texts[0]}, describe), own
	case same:
		return t.Call(dbspan.CallKey{Kind: batched, Text: texts[0]}, describe), own
	}
	return t.NewCall(describeBatch(texts)), own
}

// statementsOf returns the statements of a batch, and whether they are all the same. Older
// versions do not export them.
func statementsOf(b *pgx.Batch) (texts []string, same bool) {
	queue := field(reflect.ValueOf(b).Elem(), "QueuedQueries", "queuedQueries")
	if queue.Kind() != reflect.Slice {
		return make([]string, b.Len()), true
	}
	same = true
	for i := range queue.Len() {
		text := field(queue.Index(i).Elem(), "SQL", "query")
		if text.Kind() != reflect.String {
			return make([]string, b.Len()), true
		}
		texts = append(texts, telemetry.Text(text.String()))
		same = same && texts[i] == texts[0]
	}
	return texts, same
}

// field returns the field of the first of these names that a struct has, or the zero Value.
func field(v reflect.Value, names ...string) reflect.Value {
	for _, name := range names {
		if v.Kind() != reflect.Struct {
			break
		}
		if f := v.FieldByName(name); f.IsValid() {
			return f
		}
	}
	return reflect.Value{}
}
