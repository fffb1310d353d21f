// Package prometheus holds the aspect that lets Prometheus scrape the metrics of the SDK that
// otelsdk sets up. It is for OTEL_METRICS_EXPORTER=prometheus, which serves them at
// /metrics of OTEL_EXPORTER_PROMETHEUS_HOST and _PORT, localhost and 9464 by default, and for
// OTEL_METRICS_PRODUCERS=prometheus, by which the metrics that the program keeps in the
// default registry of Prometheus' client are exported with the others.
//
// It is no part of the default list, since it brings that client and protobuf to each program:
// some 3 MB, and 50 packages to compile. It is listed in front of otelsdk, whose hook asks for
// what is registered.
package prometheus

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/prometheus/hooks."

// Aspect registers the exporter with otelsdk's SDK.
var Aspect = &instrument.Aspect{
	Name: "prometheus",
	Doc:  "let Prometheus scrape the metrics of the SDK",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.main").
			Where(instrument.Not(instrument.TestMain())).
			Before(instrument.Named(hooks + "Register")),
	},
}
