package statement

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var systems = []string{
	"postgresql", "mysql", "sqlite", "microsoft.sql_server", "oracle.db", "clickhouse", "gcp.spanner", "trino", "other_sql",
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, system, in, want string }{
		{"a string", "postgresql", `SELECT 'secret'`, `SELECT ?`},
		{"a doubled quote", "postgresql", `SELECT 'it''s', 1`, `SELECT ?, ?`},
		{"a backslash is itself", "postgresql", `SELECT 'C:\', 'x'`, `SELECT ?, ?`},
		{"a backslash escapes in E''", "postgresql", `SELECT E'it\'s', 'x'`, `SELECT ?, ?`},
		{"a backslash escapes in MySQL", "mysql", `SELECT 'it\'s', 'x'`, `SELECT ?, ?`},
		{"nobody knows what a backslash does", "other_sql", `SELECT 'it\'s' a, b`, `SELECT ?`},
		{"letters before a quote", "microsoft.sql_server", `SELECT N'x', X'1F', b'01'`, `SELECT ?, ?, ?`},
		{"a character set before a quote", "mysql", `SELECT _utf8'x'`, `SELECT _utf8?`},
		{"dollar quotes", "postgresql", `SELECT $$it's$$, $a$x$$y$a$, $1`, `SELECT ?, ?, $1`},
		{"dollar quotes that never end", "postgresql", `SELECT $a$ x FROM t`, `SELECT ?`},
		{"a dollar in a name", "postgresql", `SELECT a$b$ FROM t$1`, `SELECT a$b$ FROM t$1`},
		{"money", "microsoft.sql_server", `SELECT $12.50`, `SELECT ?`},
		{"Oracle's own quotes", "oracle.db", `SELECT q'[it's]', nq'!don't!', 'x' FROM dual`, `SELECT ?, ?, ? FROM dual`},
		{"numbers", "postgresql", `SELECT 1, -2.5, .5, 1e10, 1.5E-3, 0x1F, 1_000`, `SELECT ?, -?, ?, ?, ?, ?, ?`},
		{"hexadecimal with an e", "mysql", `SELECT 0xE+1`, `SELECT ?+?`},
		{"names with digits", "postgresql", `SELECT t1.col2 FROM t1`, `SELECT t1.col2 FROM t1`},
		{"a slice of an array", "postgresql", `SELECT a[1:2]`, `SELECT a[?:?]`},
		{"a cast", "postgresql", `SELECT '1'::int`, `SELECT ?::int`},
		{"truth", "postgresql", `SELECT TRUE, false, null`, `SELECT ?, ?, null`},
		{"quoted names", "postgresql", `SELECT "a 1" FROM "s"."t""2"`, `SELECT "a 1" FROM "s"."t""2"`},
		{"double quotes are strings", "mysql", `SELECT "it\"s" FROM t`, `SELECT ? FROM t`},
		{"double quotes may be strings", "sqlite", `SELECT "t"."a" FROM "t" WHERE b = "secret" AND c IS DISTINCT FROM "d"`,
			`SELECT "t"."a" FROM "t" WHERE b = ? AND c IS DISTINCT FROM ?`},
		{"double quotes of an unknown system", "other_sql", `SELECT "secret"`, `SELECT ?`},
		{"backticks and brackets", "sqlite", "SELECT `a'1`, [b'2]", "SELECT `a'1`, [b'2]"},
		{"no brackets", "postgresql", `SELECT a[1]`, `SELECT a[?]`},
		{"comments", "postgresql", "SELECT a -- it's 1\n, /* 'x' /* 2 */ 3 */ b", "SELECT a  \n,   b"},
		{"a hash comment", "mysql", "SELECT a # it's\n, 'b'", "SELECT a  \n, ?"},
		{"a name with a hash", "microsoft.sql_server", `SELECT * FROM #t WHERE a = 'x'`, `SELECT * FROM #t WHERE a = ?`},
		{"placeholders", "sqlite", `SELECT ?1, ?, :a, @b, $c`, `SELECT ?1, ?, :a, @b, $c`},
		{"a number behind a placeholder", "mysql", `SELECT ?1`, `SELECT ??`},
		{"Oracle's placeholders", "oracle.db", `SELECT :1, 2`, `SELECT :1, ?`},
		{"a password", "mysql", `CREATE USER 'bob'@'%' IDENTIFIED BY 'secret'`, `CREATE USER ?@? IDENTIFIED BY ?`},
		{"a string that never ends", "postgresql", `SELECT 'secret`, `SELECT ?`},
		{"a name that never ends", "postgresql", `SELECT "secret`, `SELECT ?`},
		{"three quotes", "gcp.spanner", `SELECT """it's "x" 1""", r'\'', 'y'`, `SELECT ?, ?, ?`},
		{"bytes that are no text", "postgresql", "SELECT \xff, '\xff'", "SELECT \uFFFD, ?"},
		{"nothing", "postgresql", ``, ``},
	} {
		if got := Parse(c.in, Of(c.system)).Text(); got != c.want {
			t.Errorf("%s (%s): %s\n got %q\nwant %q", c.name, c.system, c.in, got, c.want)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct{ system, in, want string }{
		// The conventions' own examples.
		{"", `SELECT * FROM wuser_table WHERE username = ?`, `SELECT wuser_table`},
		{"", `INSERT INTO shipping_details (order_id, address) SELECT order_id, address FROM orders WHERE order_id = ?`, `INSERT shipping_details SELECT orders`},
		{"", `SELECT * FROM songs, artists WHERE songs.artist_id == artists.id`, `SELECT songs artists`},
		{"", `SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.customer_id)`, `SELECT SELECT orders customers`},
		{"postgresql", `SELECT * FROM "song list", 'artists'`, `SELECT "song list"`}, // what is in single quotes may be data
		{"", `{call some_stored_procedure}`, `call some_stored_procedure`},

		{"", `select 1`, `select`},
		{"", `(SELECT a FROM t) UNION (SELECT b FROM u)`, `SELECT t SELECT u`},
		{"", `SELECT a FROM t AS x LEFT OUTER JOIN s.u AS y USING (a), v z WHERE f(a, b) IN (SELECT c FROM w)`, `SELECT t s.u v SELECT w`},
		{"", `SELECT a, b FROM t ORDER BY a, b`, `SELECT t`},
		{"", `SELECT EXTRACT(YEAR FROM d), TRIM(BOTH 'x' FROM e) FROM t`, `SELECT t`},
		{"", `SELECT a IS NOT DISTINCT FROM b FROM t`, `SELECT t`},
		{"", `SELECT * FROM generate_series(1, 3), LATERAL f(x), ONLY t`, `SELECT t`},
		{"", `SELECT a FROM t FOR UPDATE OF t`, `SELECT t`},
		{"", `WITH RECURSIVE a AS (SELECT 1 FROM t), b (c, d) AS NOT MATERIALIZED (SELECT 2) SELECT * FROM a JOIN u`, `SELECT t SELECT SELECT u`},
		{"", `WITH a AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM a`, `DELETE t INSERT u SELECT`},
		{"", `INSERT INTO t(a) VALUES (?), (?) ON CONFLICT (a) DO UPDATE SET a = 1`, `INSERT t`},
		{"", `insert or ignore into t values (1)`, `insert t`},
		{"mysql", "REPLACE INTO `a`.`b` SET c = REPLACE(c, 'x', 'y') ON DUPLICATE KEY UPDATE d = 1", "REPLACE `a`.`b`"},
		{"mysql", `SELECT a INTO OUTFILE '/tmp/x' FROM t`, `SELECT t`},
		{"", `UPDATE t SET a = (SELECT b FROM u) FROM v WHERE c`, `UPDATE t SELECT u v`},
		{"", `DELETE FROM t USING u WHERE t.a = u.a`, `DELETE t u`},
		{"", `MERGE INTO t USING u ON a = b WHEN MATCHED THEN UPDATE SET c = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)`, `MERGE t u`},
		{"microsoft.sql_server", `SELECT * FROM [my db]..[t 1] WITH (NOLOCK)`, `SELECT [my db]..[t 1]`},
		{"microsoft.sql_server", `EXEC dbo.GetUser @id = 1`, `EXEC dbo.GetUser`},
		{"microsoft.sql_server", `dbo.GetUser`, `dbo.GetUser`},
		{"", `CREATE TEMP TABLE IF NOT EXISTS s.t (a int)`, `CREATE TABLE s.t`},
		{"", `CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (a)`, `CREATE INDEX i t`},
		{"", `CREATE INDEX ON t (a)`, `CREATE INDEX t`},
		{"", `DROP TABLE IF EXISTS t`, `DROP TABLE t`},
		{"", `CREATE USER bob IDENTIFIED BY secret`, `CREATE USER`},
		{"", `TRUNCATE TABLE t`, `TRUNCATE t`},
		{"", `EXPLAIN ANALYZE SELECT * FROM t`, `EXPLAIN SELECT t`},
		{"", `COPY t (a) FROM STDIN`, `COPY t STDIN`},
		{"", "-- first\nSELECT /* FROM u */ a FROM t; DELETE FROM t", `SELECT t DELETE t`},
		{"", `SET search_path TO x`, `SET`},
		{"", `PRAGMA journal_mode = wal`, `PRAGMA`},
		{"", `SELECT * FROM $1`, `SELECT`},
		{"", `this-is no statement`, `this`},
		{"", `key1234 secret`, ``},
		{"", `'secret'`, ``},
		{"", ``, ``},
		{"", "SELECT * FROM \xff", "SELECT \uFFFD"},
		{"", `SELECT a FROM ` + strings.Repeat("x", 300) + `; DELETE FROM t`, `SELECT`},
		{"", strings.Repeat("SELECT a FROM abcd;", 100), strings.TrimSpace(strings.Repeat("SELECT abcd ", 21)) + " SELECT"[:0]},
	} {
		if got := Parse(c.in, Of(c.system)).Summary; got != c.want {
			t.Errorf("%s (%s)\n got %q\nwant %q", c.in, c.system, got, c.want)
		}
	}
}

func TestParametrized(t *testing.T) {
	for _, c := range []struct {
		system, in string
		want       bool
	}{
		{"sqlite", `SELECT ?`, true}, {"sqlite", `SELECT ?1`, true}, {"sqlite", `SELECT :a`, true}, {"sqlite", `SELECT @a`, true}, {"sqlite", `SELECT $a`, true},
		{"sqlite", `SELECT '?'`, false}, {"sqlite", `SELECT a -- ?`, false}, {"sqlite", `SELECT "?", [?]`, false},
		{"postgresql", `SELECT $1`, true}, {"postgresql", `SELECT a ? 'secret'`, false}, {"postgresql", `SELECT a::int`, false}, {"postgresql", `SELECT @a`, false},
		{"mysql", `SELECT ?`, true}, {"mysql", `SELECT @a, @@b, 'secret'`, false},
		{"microsoft.sql_server", `SELECT @p1`, true}, {"microsoft.sql_server", `EXEC f @id = 42`, false}, {"microsoft.sql_server", `SELECT @p`, false},
		{"oracle.db", `SELECT :1 FROM dual`, true}, {"oracle.db", `SELECT :a FROM dual`, true}, {"oracle.db", `BEGIN x := 1; END;`, false},
		{"clickhouse", `SELECT a ? 'secret' : b`, false},
		{"gcp.spanner", `SELECT @a`, true}, {"gcp.spanner", `SELECT @@a`, false},
		{"other_sql", `SELECT ?, 'secret'`, false},
	} {
		if got := Parse(c.in, Of(c.system)).Parametrized; got != c.want {
			t.Errorf("%s: %s: %v", c.system, c.in, got)
		}
	}
}

// A statement of any length is read to a point, and what is cut through is no less hidden.
func TestLong(t *testing.T) {
	in := `SELECT '` + strings.Repeat("ä", Longest) + `'`
	if got := Parse(in, Of("postgresql")).Text(); got != `SELECT ?` {
		t.Errorf("got %.80q", got)
	}
	if got := Cut(in); len(got) > Longest || !utf8.ValidString(got) || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-8:])
	}
}

// Whatever a statement is, its text is made without a panic, is text, stays the same if it
// is made again, and has no literal left.
func FuzzText(f *testing.F) {
	for i := range systems {
		f.Add(`SELECT 'it''s', "a", $x$b$x$, E'\'', 1.5e3, [c] /* d */ FROM "t".u -- e`, i)
		f.Add("q'[x]' \\' `a`` # $$ ?1 :2 @@x N'", i)
	}
	f.Fuzz(func(t *testing.T, in string, system int) {
		d := Of(systems[uint(system)%uint(len(systems))])
		info := Parse(in, d)
		out := info.Text()
		if !utf8.ValidString(out) || !utf8.ValidString(info.Summary) || len(info.Summary) > longestSummary {
			t.Fatalf("%q: text %q, summary %q", in, out, info.Summary)
		}
		if again := Parse(out, d).Text(); len(out) <= Longest && again != out {
			t.Fatalf("%q: %q becomes %q", in, out, again)
		}
		for _, k := range lex(out, d) {
			if k.kind == text || k.kind == number || k.kind == comment {
				t.Fatalf("%q: %q is left in %q", in, k.text, out)
			}
		}
	})
}

// Whatever is in a string, it is read as one string: nothing of it is left, and nothing
// else is taken with it.
func FuzzString(f *testing.F) {
	for i := range 5 {
		f.Add(`it's \ "x" $$ /* -- [`, i)
		f.Add(`\'`, i)
	}
	double := func(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }
	escape := func(s string) string { return `'` + strings.NewReplacer(`'`, `\'`, `\`, `\\`).Replace(s) + `'` }
	tag := func(s string) string {
		name := "$t"
		for strings.Contains(s, name) {
			name += "t"
		}
		return name + "$" + s + name + "$"
	}
	notations := []struct {
		system string
		quote  func(string) string
	}{
		{"postgresql", double},
		{"postgresql", tag},
		{"postgresql", func(s string) string { return "E" + escape(s) }},
		{"mysql", escape},
		{"mysql", func(s string) string { return `"` + strings.NewReplacer(`"`, `""`, `\`, `\\`).Replace(s) + `"` }},
		{"sqlite", double},
		{"oracle.db", double},
		{"microsoft.sql_server", func(s string) string { return "N" + double(s) }},
		{"clickhouse", escape},
	}
	f.Fuzz(func(t *testing.T, in string, i int) {
		n := notations[uint(i)%uint(len(notations))]
		if len(in) > Longest/4 {
			return
		}
		statement := "SELECT a1 FROM t WHERE b = " + n.quote(in) + " AND c = 42"
		if got := Parse(statement, Of(n.system)).Text(); got != "SELECT a1 FROM t WHERE b = ? AND c = ?" {
			t.Fatalf("%s: %q: %q", n.system, statement, got)
		}
	})
}
