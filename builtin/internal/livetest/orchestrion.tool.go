//go:build tools

// Command main lists the aspects that the tests of this module are woven with.
package main

import (
	"github.com/goweaver/weaver/builtin/gorm"
	"github.com/goweaver/weaver/builtin/sql"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

var aspects = []*instrument.Aspect{
	sql.Aspect,
	gorm.Aspect,
}

func main() { weaver.Main(aspects...) }
