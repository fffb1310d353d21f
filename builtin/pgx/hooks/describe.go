package hooks

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/statement"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// system is OpenTelemetry's name for what pgx speaks to.
const system = "postgresql"

// dialect is how its statements are read.
var dialect = statement.Of(system)

// The kinds of calls, by what the text of a key is.
const (
	byName  uint8 = iota // the operation's name
	execute              // the statement, whether it returns rows or not
	prepare              // the statement
	batched              // the statement, which is sent several times
	copied               // the table
)

var ping = dbspan.CallKey{Kind: byName, Text: "PING"}

// describe says what is told of calls with that key.
func describe(t *dbspan.Target, key dbspan.CallKey) dbspan.Told {
	switch key.Kind {
	case byName:
		return dbspan.Told{Name: key.Text + " " + t.Name, Measured: []attribute.KeyValue{semconv.DBOperationName(key.Text)}}
	case copied:
		told := dbspan.Statement("COPY", "COPY "+key.Text, "")
		told.Measured = append(told.Measured, semconv.DBCollectionName(key.Text))
		return told
	case prepare:
		summary, text := statement.Told(key.Text, dialect)
		return dbspan.Statement("PREPARE", strings.TrimSpace("PREPARE "+summary), text)
	case batched:
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

// longestTable is how many bytes the name of a table may have that is told.
const longestTable = 255

// copyKey returns the key of a copy into the table.
func copyKey(table pgx.Identifier) dbspan.CallKey {
	name := telemetry.Text(strings.Join(table, "."))
	if len(name) > longestTable {
		name = ""
	}
	return dbspan.CallKey{Kind: copied, Text: name}
}

// failed returns how a call has failed. That there are no rows is an answer.
func failed(err error) *dbspan.Failure {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	f := &dbspan.Failure{}
	var answer *pgconn.PgError
	var scan pgx.ScanArgError
	switch {
	case errors.As(err, &answer):
		f.Code = answer.Code
		f.Message = err.Error()
		if before, _, found := strings.Cut(f.Message, `: "`); found && strings.HasPrefix(f.Code, "22") {
			f.Message = before + " (SQLSTATE " + f.Code + ")" // a data exception quotes the data
		}
	case errors.As(err, &scan):
		f.Message = fmt.Sprintf("can't scan into dest[%d]", scan.ColumnIndex)
	default:
		f.Message = err.Error()
	}
	for _, known := range []struct {
		err  error
		name string
	}{
		{pgx.ErrTxClosed, "github.com/jackc/pgx/v5.ErrTxClosed"},
		{pgx.ErrTxCommitRollback, "github.com/jackc/pgx/v5.ErrTxCommitRollback"},
	} {
		if errors.Is(err, known.err) {
			f.Kind = known.name
		}
	}
	// What pgx can not make into a value, or a value into, it quotes.
	for _, quotes := range []string{"unable to encode ", "failed to encode ", "cannot parse ", " parsing ", "cannot scan "} {
		if before, _, found := strings.Cut(f.Message, quotes); found {
			f.Message = before + strings.TrimRight(quotes, " ")
		}
	}
	return f
}
