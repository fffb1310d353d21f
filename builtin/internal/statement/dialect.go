// Package statement says of an SQL statement what telemetry may tell: its text without
// the literals, and a summary of its operations and their targets, by OpenTelemetry's
// conventions for databases.
//
// It knows tokens, not grammars: what a literal is, where it ends, and which words stand
// before the name of a table. Where dialects differ in that, the database system decides,
// and for an unknown one, whichever reading lets less of the statement through.
package statement

import "strings"

// A Dialect is what the systems differ in as to where literals begin and end.
// The zero value is that of the SQL standard.
type Dialect struct {
	backslash    reading // a backslash in a plain string is an escape
	doubleQuotes reading // "text" is a string, not a name
	dollarQuotes bool    // $tag$text$tag$ is a string
	dollarMoney  bool    // $1 is a number, not a placeholder
	brackets     bool    // [text] is a name
	hashComment  bool    // # starts a comment
	hashName     bool    // # may be part of a name
	nested       bool    // a block comment may contain others
	markNumber   bool    // ?1 is a placeholder
	quoteLetter  bool    // q'[text]' is a string
	tripleQuotes bool    // '''text''' is a string

	// params are the signs by which placeholders are known, and nothing else is: "?", "$"
	// before a number, ":" or "@" before a name, and "p" for @p before a number. Where a sign
	// has another meaning as well it is not listed, and no statement of the system that
	// has it counts as parametrized for that.
	params string
}

// A reading is how a dialect understands something that others understand differently.
type reading uint8

const (
	no reading = iota
	yes
	unsure
)

// Of returns the dialect of a system, by its name in OpenTelemetry's db.system.name.
func Of(system string) Dialect {
	switch system {
	case "postgresql", "cockroachdb", "aws.redshift":
		return Dialect{dollarQuotes: true, nested: true, params: "$"} // ? is an operator on JSON
	case "mysql", "mariadb":
		return Dialect{backslash: yes, doubleQuotes: yes, hashComment: true, params: "?"} // @ is for variables
	case "sqlite":
		return Dialect{doubleQuotes: unsure, brackets: true, markNumber: true, params: "?$:@"}
	case "microsoft.sql_server":
		// A name behind @ may be a variable, or that of a procedure's parameter.
		return Dialect{brackets: true, hashName: true, nested: true, dollarMoney: true, params: "p"}
	case "oracle.db":
		return Dialect{hashName: true, quoteLetter: true, params: ":"}
	case "clickhouse":
		return Dialect{backslash: yes, dollarQuotes: true, params: "$@"} // ? has a : in its other meaning
	case "gcp.spanner":
		return Dialect{backslash: yes, doubleQuotes: yes, hashComment: true, tripleQuotes: true, params: "?@"}
	case "cassandra":
		return Dialect{dollarQuotes: true, params: "?"} // a : stands in maps of literals too
	case "ibm.db2", "trino", "firebirdsql", "sap.hana", "teradata":
		return Dialect{params: "?"}
	}
	return Dialect{
		backslash: unsure, doubleQuotes: yes, dollarQuotes: true, quoteLetter: true, markNumber: true,
	}
}

// has reports whether placeholders are known by the sign.
func (d Dialect) has(sign byte) bool { return strings.IndexByte(d.params, sign) >= 0 }
