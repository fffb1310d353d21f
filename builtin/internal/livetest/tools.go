//go:build tools

package main

// The aspects name their hooks as text.
import (
	_ "github.com/goweaver/weaver/builtin/gorm/hooks"
	_ "github.com/goweaver/weaver/builtin/sql/hooks"
)
