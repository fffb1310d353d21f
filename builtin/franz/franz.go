// Package franz holds the aspect that traces and measures what a program does with Kafka by
// github.com/twmb/franz-go/pkg/kgo: the records that it produces, its polls, and the commits
// that it asks for.
//
// It is woven into the client's own methods; see its hooks for why it is no kgo.Hook.
package franz

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/franz/hooks."

// Aspect traces and measures Kafka clients.
var Aspect = &instrument.Aspect{
	Name: "franz",
	Doc:  "trace and measure what goes through github.com/twmb/franz-go",
	Rules: []instrument.Rule{
		// All other ways to produce and to poll come down to these.
		instrument.BodyNamed("(*github.com/twmb/franz-go/pkg/kgo.Client).Produce").Before(instrument.Named(hooks+"Produce")).Take(ctx, receiver, record, promise),
		instrument.BodyNamed("(*github.com/twmb/franz-go/pkg/kgo.Client).TryProduce").Before(instrument.Named(hooks+"Produce")).Take(ctx, receiver, record, promise),
		instrument.BodyNamed("(*github.com/twmb/franz-go/pkg/kgo.Client).PollRecords").Around(instrument.Named(hooks+"Poll")).Take(ctx, receiver, instrument.Result(0)),
		// What the library commits by itself, in the background, is not told.
		instrument.BodyNamed("(*github.com/twmb/franz-go/pkg/kgo.Client).CommitOffsetsSync").Around(instrument.Named(hooks+"Commit")).Take(ctx, receiver, uncommitted, done),
	},
}

// What the hooks take, where the order is not the target's.
var (
	receiver    = instrument.Recv
	ctx         = instrument.Param(0)
	record      = instrument.Param(1)
	promise     = instrument.Param(2)
	uncommitted = instrument.Param(1)
	done        = instrument.Param(2)
)
