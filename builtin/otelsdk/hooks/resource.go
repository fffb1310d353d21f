package hooks

import (
	"context"
	"runtime/debug"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// describe returns what telemetry says of the process it comes from: what could be found
// out, and over it what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say. Of the
// process' arguments and its owner it says nothing: a password may be in the former.
func describe(ctx context.Context) *resource.Resource {
	found, err := resource.New(ctx,
		resource.WithAttributes(service(debug.ReadBuildInfo())...),
		resource.WithHost(),
		resource.WithOS(),
		resource.WithContainer(),
		resource.WithProcessPID(),
		resource.WithProcessExecutableName(),
		resource.WithProcessRuntimeName(),
		resource.WithProcessRuntimeVersion(),
	)
	if err != nil {
		otel.Handle(err) // it is about a part; the others are there
	}
	all, err := resource.Merge(found, resource.Default())
	if err != nil {
		otel.Handle(err)
		return resource.Default()
	}
	return all
}

// service returns what the build info tells of the service: the version of its main
// module, where that has one.
func service(info *debug.BuildInfo, ok bool) []attribute.KeyValue {
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return nil
	}
	return []attribute.KeyValue{semconv.ServiceVersion(info.Main.Version)}
}
