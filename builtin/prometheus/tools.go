//go:build tools

package prometheus

// The aspect names its hooks as text, so nothing else keeps the modules they need
// in go.mod.
import _ "github.com/goweaver/weaver/builtin/prometheus/hooks"
