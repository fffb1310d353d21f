// Package statement says of an SQL statement what telemetry may tell: its text without
// the literals, and a summary of its operations and their targets, by OpenTelemetry's
// conventions for databases.
//
// It knows tokens, not grammars: what a literal is, where it ends, and which words stand
// before the name of a table. Where dialects differ in that, the database system decides,
// and for an unknown one, whichever reading lets less of the statement through.
package statement

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
	colonNumber  bool    // :1 is a placeholder
	markNumber   bool    // ?1 is a placeholder
	quoteLetter  bool    // q'[text]' is a string
	tripleQuotes bool    // '''text''' is a string
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
		return Dialect{dollarQuotes: true, nested: true}
	case "mysql", "mariadb":
		return Dialect{backslash: yes, doubleQuotes: yes, hashComment: true}
	case "sqlite":
		return Dialect{doubleQuotes: unsure, brackets: true, markNumber: true}
	case "microsoft.sql_server":
		return Dialect{brackets: true, hashName: true, nested: true, dollarMoney: true}
	case "oracle.db":
		return Dialect{hashName: true, colonNumber: true, quoteLetter: true}
	case "clickhouse":
		return Dialect{backslash: yes, dollarQuotes: true}
	case "gcp.spanner":
		return Dialect{backslash: yes, doubleQuotes: yes, hashComment: true, tripleQuotes: true}
	case "ibm.db2", "trino", "firebirdsql", "sap.hana", "teradata":
		return Dialect{}
	}
	return Dialect{
		backslash: unsure, doubleQuotes: yes, dollarQuotes: true, quoteLetter: true, markNumber: true,
	}
}
