// Package gorm holds the aspect that traces what a program does through gorm.io/gorm: a span
// for each of gorm's operations, of every gorm.DB, whoever opened it. The queries that an
// operation comes down to are the aspect sql's, which has them below it.
//
// gorm's official plugin, gorm.io/plugin/opentelemetry, is not what is woven in. It imports
// the dialects of PostgreSQL, MySQL and ClickHouse, and so every program would be linked
// with their drivers, which database/sql then lists, and have its versions of these and of
// gorm raised (v0.1.16 has 102 packages beyond gorm's and OpenTelemetry's own, and needs
// gorm v1.25.10 itself and v1.30.0 by its dialects). By default its spans have
// the values of a query in them. A program that has installed it keeps it, with its options
// and with its spans only: see package hooks.
//
// Nothing is registered with gorm, either: what is woven is the one method through which all
// operations go. A program finds in Plugins and in its callbacks what it has put there.
package gorm

import "github.com/goweaver/weaver/instrument"

// The hook is named, not referenced: the registration binary then links neither gorm nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/gorm/hooks."

// Aspect traces what a program does through gorm.
var Aspect = &instrument.Aspect{
	Name: "gorm",
	Doc:  "trace what goes through gorm.io/gorm",
	Rules: []instrument.Rule{
		// Which operation it is, only the receiver tells, whose type is not exported.
		instrument.BodyNamed("(*gorm.io/gorm.processor).Execute").Around(instrument.Named(hooks + "Execute")).Capture("p"),
	},
}
