package hooks

import (
	"reflect"
	"strings"

	"github.com/go-redis/redis/v8"

	"github.com/goweaver/weaver/builtin/internal/known"
)

// Where the program has added a hook that makes spans, such as redisotel's TracingHook, that
// tells of the client's calls. It is looked for at each call, since it may be added at any
// time; the library looks at the same list in the same way then.

// The hooks of each type that has some.
var (
	clientHooks  = hooksOf[redis.Client]()
	clusterHooks = hooksOf[redis.ClusterClient]()
	ringHooks    = hooksOf[redis.Ring]()
	txHooks      = hooksOf[redis.Tx]()
)

// instrumentations are packages that have such hooks.
var instrumentations = []string{
	"github.com/go-redis/redis/extra/redisotel", "go.opentelemetry.io/contrib/instrumentation/github.com/go-redis",
	"github.com/uptrace/opentelemetry-go-extra/otelredis", "github.com/signalfx/splunk-otel-go/instrumentation",
	"github.com/DataDog/dd-trace-go", "gopkg.in/DataDog/dd-trace-go.v1", "go.elastic.co/apm/module/apmgoredis",
	"github.com/newrelic/go-agent", "github.com/instana/go-sensor",
}

// hooksOf returns where T has the hooks that were added to it, in the struct that it embeds.
func hooksOf[T any]() known.Member[T, []redis.Hook] {
	return known.MemberOf[T, []redis.Hook]("hooks", "hooks")
}

// told reports whether one of the hooks of v makes spans.
func told[T any](v *T, hooks known.Member[T, []redis.Hook]) bool {
	list := hooks.Of(v)
	if list == nil {
		return false
	}
	for _, h := range *list {
		if makesSpans(h) {
			return true
		}
	}
	return false
}

func makesSpans(h redis.Hook) bool {
	t := reflect.TypeOf(h)
	if t == nil {
		return false
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, module := range instrumentations {
		if rest, ok := strings.CutPrefix(t.PkgPath(), module); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}
