//go:build tools

package entrylog

// The aspect names its hooks as text, so nothing else keeps the modules they need
// in go.mod.
import _ "github.com/goweaver/weaver/builtin/entrylog/hooks/request"
