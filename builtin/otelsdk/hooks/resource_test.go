package hooks

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
)

// The resource has what the process and its host are, and over it what the environment
// says; it has nothing of the process' arguments.
func TestDescribe(t *testing.T) {
	t.Setenv("OTEL_SERVICE_NAME", "shop")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,host.name=elsewhere")
	set := describe(t.Context()).Set()
	for key, want := range map[attribute.Key]string{
		"service.name":                "shop",
		"deployment.environment.name": "test",
		"host.name":                   "elsewhere",
		"os.type":                     runtime.GOOS,
		"process.runtime.name":        "go",
		"process.runtime.version":     runtime.Version(),
		"process.executable.name":     filepath.Base(os.Args[0]),
		"telemetry.sdk.language":      "go",
	} {
		if got, _ := set.Value(key); got.AsString() != want {
			t.Errorf("%s is %q, not %q", key, got.AsString(), want)
		}
	}
	if got, ok := set.Value("process.pid"); !ok || got.AsInt64() != int64(os.Getpid()) {
		t.Errorf("process.pid is %v", got)
	}
	for _, a := range set.ToSlice() {
		if strings.HasPrefix(string(a.Key), "process.command") || strings.Contains(a.Value.String(), "-test.") {
			t.Errorf("%s tells of the arguments: %s", a.Key, a.Value.String())
		}
	}
}

// The version of the service is that of its main module, where it has one.
func TestService(t *testing.T) {
	info := func(version string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}}
	}
	if got := service(info("v1.2.3"), true); len(got) != 1 || got[0].Value.AsString() != "v1.2.3" {
		t.Errorf("with a version: %v", got)
	}
	if got := append(service(info("(devel)"), true), service(nil, false)...); len(got) != 0 {
		t.Errorf("without a version: %v", got)
	}
}
