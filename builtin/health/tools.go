//go:build tools

package health

// The aspect names its hooks as text, so nothing else keeps the modules they need
// in go.mod.
import _ "github.com/goweaver/weaver/builtin/health/hooks"
