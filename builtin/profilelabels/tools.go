//go:build tools

package profilelabels

// The aspect names its hooks as text, so nothing else keeps them in a vendor folder.
import _ "github.com/goweaver/weaver/builtin/profilelabels/hooks/route"
