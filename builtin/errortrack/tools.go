//go:build tools

package errortrack

// The aspect names its hooks as text, so nothing else keeps them in a vendor folder.
import _ "github.com/goweaver/weaver/builtin/errortrack/hooks"
