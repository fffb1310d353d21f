//go:build tools

package audit

// The aspect names its hooks as text, so nothing else says that they belong to it.
import _ "github.com/goweaver/weaver/builtin/audit/hooks"
