package hooks

import "github.com/redis/go-redis/v9"

// Where the program has redisotel, the library's own instrumentation, its options are to
// count: for spans or for metrics, for that client, and for nodes that get calls from it.

// InstrumentTracing is for redisotel.InstrumentTracing.
func InstrumentTracing(c redis.UniversalClient) func(error) {
	return func(err error) {
		if known := universal(c); known != nil && err == nil {
			known.SetTraced()
		}
	}
}

// InstrumentMetrics is for redisotel.InstrumentMetrics.
func InstrumentMetrics(c redis.UniversalClient) func(error) {
	return func(err error) {
		if known := universal(c); known != nil && err == nil {
			known.SetMeasured()
		}
	}
}

func universal(c redis.UniversalClient) *client {
	switch c := c.(type) {
	case *redis.Client:
		return ifOn(c, clientOf)
	case *redis.ClusterClient:
		return ifOn(c, clusterOf)
	case *redis.Ring:
		return ifOn(c, ringOf)
	}
	return nil // which redisotel has no answer for either
}
