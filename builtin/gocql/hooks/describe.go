package hooks

import (
	"strings"
	"time"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/statement"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// system is OpenTelemetry's name for what the library speaks to.
const system = "cassandra"

// dialect is how its statements are read.
var dialect = statement.Of(system)

// noTime is for what begins when it is told of.
var noTime time.Time

// The kinds of calls, by what the text of a key is.
const (
	query   uint8 = iota // the statement
	batched              // the statement, which is sent several times
)

// describe says what is told of calls with that key.
func describe(_ *dbspan.Target, key dbspan.CallKey) dbspan.Told {
	if key.Kind == batched {
		return describeBatch([]string{key.Text, key.Text})
	}
	summary, text := statement.Told(key.Text, dialect)
	return dbspan.Statement("", summary, text)
}

// describeBatch says what is told of several statements that are sent together.
func describeBatch(statements []string) dbspan.Told {
	summary, text := statement.Batch(statements, dialect)
	return dbspan.Statement("BATCH", summary, text)
}

// longest is how many bytes of a name are told.
const longest = 255

// text returns a name as it can be told.
func text(name string) string {
	name = telemetry.Text(name)
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "")
	}
	return name
}
