package instrument_test

// The package's introduction claims what its example signatures do. They are
// declared here and held against the targets that it names.

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

func docDo(req *http.Request) func(err error)              { return nil }
func docServe(l net.Listener)                              {}
func docAuthorize(ctx context.Context, f *hook.Func) error { return nil }
func docQuery(ctx context.Context, query string) (_ context.Context, end func(err error)) {
	return ctx, nil
}
func docRetry(ctx context.Context, body func() error) error    { return body() }
func docTakesQuery(query string)                               {}
func docTakesThree(db *sql.DB, query string, args []any)       {}
func docOtherOrder(args []any, query string)                   {}
func docNoItem(c *sql.Conn)                                    {}
func docGiven(ctx context.Context, f *hook.Func, query string) {}
func docExit() func(err error)                                 { return nil }
func docExitReplaces() func(rows *sql.Rows, err error) error   { return nil }
func docReplaces(ctx context.Context) context.Context          { return ctx }
func docMayRefuse(query string) (string, error)                { return query, nil }
func docNotTaken(query string) context.Context                 { return nil }
func docBoth(oldpath, newpath string)                          {}
func docEither(path string)                                    {}
func docSwap(newpath, oldpath string) func(err error)          { return nil }
func docAddress(query *string)                                 {}
func docEnclose(query string, body func(query string) (*sql.Rows, error)) (*sql.Rows, error) {
	return body(query)
}
func docSort(x any)                                                     {}
func docClock(now func() time.Time) func() time.Time                    { return now }
func docSend(c *http.Client, req *http.Request) (*http.Response, error) { return c.Do(req) }
func docMax(s []int) int                                                { return 0 }
func docLoad(value any, err error) error                                { return err }
func docLoadInt(value int, err error) (int, error)                      { return value, err }
func docRequest(req *http.Request, err error) (*http.Request, error)    { return req, err }

func TestIntroduction(t *testing.T) {
	query := instrument.BodyOf((*sql.DB).QueryContext)
	rename := instrument.BodyOf(os.Rename)
	for name, tt := range map[string]struct {
		rule    instrument.Rule
		refused string // a part of the text; empty where the rule holds
	}{
		"Do":         {instrument.BodyOf((*http.Client).Do).Around(docDo), ""},
		"Serve":      {instrument.BodyOf((*http.Server).Serve).Before(docServe), ""},
		"Authorize":  {query.Check(docAuthorize), ""},
		"Query":      {query.Around(docQuery), ""},
		"Retry":      {query.Enclose(docRetry), ""},
		"takes one":  {query.Before(docTakesQuery), ""},
		"three":      {query.Before(docTakesThree), ""},
		"order":      {query.Before(docOtherOrder), "comes earlier"},
		"no item":    {query.Before(docNoItem), "does not have"},
		"given":      {query.Before(docGiven), ""},
		"exit":       {query.Around(docExit), ""},
		"exit gives": {query.Around(docExitReplaces), ""},
		"replaces":   {query.Before(docReplaces), ""},
		"may refuse": {query.Check(docMayRefuse), ""},
		"not taken":  {query.Before(docNotTaken), "did not take"},
		"both":       {rename.Before(docBoth), ""},
		"either":     {rename.Before(docEither), "ambiguous"},
		"Take":       {rename.Before(docEither).Take(instrument.Param(1)), ""},
		"Take exit":  {rename.Around(docSwap).Take(instrument.Param(1), instrument.Param(0), instrument.Result(-1)), ""},
		"address":    {query.Before(docAddress), ""},
		"enclose":    {query.Enclose(docEnclose), ""},
		"generic":    {instrument.BodyOf(slices.Sort[[]int]).Before(docSort), ""},
		"instance":   {instrument.CallTo(slices.Max[[]int]).Replace(docMax), ""},
		"all":        {instrument.CallNamed("example.com/a.Load").Wrap(docLoad), ""},
		"one":        {instrument.CallNamed("example.com/a.Load").Wrap(docLoadInt), ""},
		"reference":  {instrument.RefTo(time.Now).Replace(now), ""},
		"Wrap ref":   {instrument.RefTo(time.Now).Wrap(docClock), ""},
		"method ref": {instrument.RefTo((*http.Client).Do).Replace(docSend), ""},
		"Replace":    {instrument.CallTo(time.Now).Replace(now), ""},
		"Wrap":       {instrument.CallTo(http.NewRequest).Wrap(docRequest), ""},
	} {
		got := strings.Join(validate(aspect("a", tt.rule)), "\n")
		if (got == "") != (tt.refused == "") || !strings.Contains(got, tt.refused) {
			t.Errorf("%s: got %q, want one with %q", name, got, tt.refused)
		}
	}
}
