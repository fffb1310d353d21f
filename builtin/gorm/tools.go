//go:build tools

package gorm

// The aspect names its hook as text, so nothing else keeps the modules it needs
// in go.mod.
import _ "github.com/goweaver/weaver/builtin/gorm/hooks"
