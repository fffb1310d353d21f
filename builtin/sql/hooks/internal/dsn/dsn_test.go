package dsn

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		system, name string
		want         Source // without Secrets
	}{
		{"postgresql", "postgres://bob:s3cret@db.example:6432/shop?sslmode=disable&search_path=app,public", Source{"db.example", 6432, "shop|app", "", nil}},
		{"postgresql", "postgresql://bob:s3cret@[::1]/shop", Source{"::1", 5432, "shop", "", nil}},
		{"postgresql", "postgres:///shop?host=/var/run/postgresql&port=5433", Source{"/var/run/postgresql", 0, "shop", "", nil}},
		{"postgresql", "postgres://bob:s3cret@%2Fvar%2Frun/shop", Source{"", 0, "shop", "", nil}},
		{"postgresql", "postgres://bob:s3cret@a:1,b:2/shop", Source{"", 0, "shop", "", nil}},
		{"postgresql", "postgres://bob:s3/cret@db.example/shop", Source{"db.example", 5432, "shop", "", nil}},
		{"postgresql", "postgres://bob:s3?cret@db.example/shop", Source{}},
		{"postgresql", "postgres://bob:s3cret@db.example:s3cret/shop", Source{"", 0, "shop", "", nil}},
		{"postgresql", `host=db.example port=6432 user=bob password='s3 \'cret' dbname=shop`, Source{"db.example", 6432, "shop", "", nil}},
		{"postgresql", `host=/tmp user=bob password = s3\ cret dbname = 'my shop'`, Source{"/tmp", 0, "my shop", "", nil}},
		{"postgresql", `host=a,b port=1,2 dbname=shop`, Source{"", 0, "shop", "", nil}},
		{"postgresql", `user=bob password=s3cret`, Source{}},
		{"postgresql", `registeredConnConfig0`, Source{}},

		{"mysql", "bob:s3cret@tcp(db.example:3307)/shop?parseTime=true", Source{"db.example", 3307, "shop", "", nil}},
		{"mysql", "bob:s3/cr@et@tcp(db.example)/shop", Source{"db.example", 3306, "shop", "", nil}},
		{"mysql", "bob:s3cret@unix(/run/mysqld/mysqld.sock)/shop", Source{"/run/mysqld/mysqld.sock", 0, "shop", "", nil}},
		{"mysql", "bob:s3cret@cloudsql(project:region:instance)/shop", Source{"", 0, "shop", "", nil}},
		{"mysql", "/shop", Source{"127.0.0.1", 3306, "shop", "", nil}},
		{"mysql", "bob:s3cret/shop", Source{}},
		{"mysql", "bob:s3cret@tcp[::1]:3306/shop", Source{}},
		{"mysql", "nonsense", Source{}},

		{"sqlite", "/var/lib/app/shop.db", Source{"", 0, "shop.db", "", nil}},
		{"sqlite", "file:shop.db?_auth_user=bob&_auth_pass=s3cret&_pragma=busy_timeout(5000)", Source{"", 0, "shop.db", "", nil}},
		{"sqlite", ":memory:", Source{"", 0, ":memory:", "", nil}},
		{"sqlite", "file::memory:?cache=shared", Source{"", 0, ":memory:", "", nil}},
		{"sqlite", "file:a?mode=memory", Source{"", 0, ":memory:", "", nil}},
		{"sqlite", "", Source{"", 0, ":memory:", "", nil}},

		{"microsoft.sql_server", "sqlserver://sa:s3cret@db.example:1434?database=shop", Source{"db.example", 1434, "shop", "", nil}},
		{"microsoft.sql_server", "sqlserver://sa:s3cret@db.example/inst?database=shop", Source{"db.example", 1433, "inst|shop", "", nil}},
		{"microsoft.sql_server", `server=db.example\inst;user id=sa;password="s3;""cret";database=shop`, Source{"db.example", 1433, "inst|shop", "", nil}},
		{"microsoft.sql_server", `Data Source=tcp:db.example,1444;User Id=sa;Password=s3cret;Initial Catalog=shop`, Source{"db.example", 1444, "shop", "", nil}},
		{"microsoft.sql_server", `odbc:server=db.example;user id=sa;password={s3;}}cret};database=shop;port=99`, Source{"db.example", 99, "shop", "", nil}},
		{"microsoft.sql_server", `server=.;database=shop`, Source{"localhost", 1433, "shop", "", nil}},

		{"oracle.db", "oracle://bob:s3cret@db.example:1522/ORCL?TRACE=1", Source{"db.example", 1522, "", "ORCL", nil}},
		{"oracle.db", `user="bob" password="s3cret" connectString="db.example:1522/ORCL"`, Source{"db.example", 1522, "", "ORCL", nil}},
		{"oracle.db", "bob/s3cret@//db.example/ORCL:dedicated", Source{"db.example", 1521, "", "ORCL", nil}},
		{"oracle.db", "bob/s3cret@(DESCRIPTION=(ADDRESS=(HOST=x)))", Source{}},
		{"oracle.db", "bob/s3cret", Source{}},

		{"clickhouse", "clickhouse://bob:s3cret@db.example:9440/shop?secure=true", Source{"db.example", 9440, "shop", "", nil}},
		{"clickhouse", "tcp://db.example?username=bob&password=s3cret&database=shop", Source{"db.example", 9000, "shop", "", nil}},
		{"clickhouse", "http://bob:s3cret@db.example/shop", Source{"db.example", 8123, "shop", "", nil}},
		{"clickhouse", "clickhouse://bob:s3cret@a:9000,b:9000/shop", Source{"", 0, "shop", "", nil}},

		{"other_sql", "scheme://bob:s3cret@db.example/shop", Source{}},
	} {
		got := Parse(c.system, c.name)
		secrets := got.Secrets
		got.Secrets = nil
		if got.Address != c.want.Address || got.Port != c.want.Port || got.Namespace != c.want.Namespace || got.Service != c.want.Service {
			t.Errorf("%s: %s\n got %+v\nwant %+v", c.system, c.name, got, c.want)
		}
		if !slices.Contains(secrets, c.name) {
			t.Errorf("%s: the name itself is no secret", c.name)
		}
	}
}

// The password is known, so that an error that has it can be told without it.
func TestSecrets(t *testing.T) {
	for _, c := range []struct{ system, name, want string }{
		{"postgresql", "postgres://bob:s3%2Fcret@h/d", "s3/cret"},
		{"postgresql", "postgres://bob:s3%2Fcret@h/d", "s3%2Fcret"},
		{"postgresql", "postgres://h/d?user=bob&password=s3cret", "s3cret"},
		{"postgresql", `host=h password='s3 \'cret'`, "s3 'cret"},
		{"mysql", "bob:s3/cr@et@tcp(h)/d", "s3/cr@et"},
		{"sqlite", "file:a.db?_auth_pass=s3cret", "s3cret"},
		{"microsoft.sql_server", `server=h;password="s3;""cret"`, `s3;"cret`},
		{"microsoft.sql_server", `odbc:server=h;pwd={s3;}}cret}`, `s3;}cret`},
		{"oracle.db", "bob/s3cret@h/s", "s3cret"},
		{"oracle.db", `user="bob" password="s3cret" connectString="h/s"`, "s3cret"},
		{"clickhouse", "clickhouse://bob:s3cret@h/d", "s3cret"},
	} {
		if got := Parse(c.system, c.name).Secrets; !slices.Contains(got, c.want) {
			t.Errorf("%s: %q is not in %q", c.name, c.want, got)
		}
	}
}

// Whatever the password is, and however its author escaped it or did not, no part of it
// is in what is told.
func FuzzCredentials(f *testing.F) {
	for i := range 12 {
		f.Add(`@:/?#[]()'";{}\ =&%,`, i)
		f.Add(`1234/5678`, i)
		f.Add(`x@evil.example/y`, i)
		f.Add(`a?b@c`, i)
	}
	forms := []struct{ system, before, after string }{
		{"postgresql", "postgres://bob:", "@db.example:6432/shop"},
		{"postgresql", "postgres://bob:", "@db.example:6432/shop?search_path=a"},
		{"mysql", "bob:", "@tcp(db.example:3306)/shop"},
		{"mysql", "bob:", "@tcp(db.example:3306)/shop?parseTime=true"},
		{"microsoft.sql_server", "sqlserver://sa:", "@db.example?database=shop"},
		{"oracle.db", "oracle://bob:", "@db.example/ORCL"},
		{"oracle.db", "bob/", "@db.example/ORCL"},
		{"clickhouse", "clickhouse://bob:", "@db.example/shop"},
	}
	known := []string{"", "db.example", "shop", "shop|a", "ORCL"}
	f.Fuzz(func(t *testing.T, password string, i int) {
		form := forms[uint(i)%uint(len(forms))]
		for _, p := range []string{password, url.PathEscape(password), url.QueryEscape(password)} {
			s := Parse(form.system, form.before+p+form.after)
			for _, told := range []string{s.Address, s.Namespace, s.Service} {
				if !slices.Contains(known, told) {
					t.Errorf("%s%s%s: %+v", form.before, p, form.after, s)
				}
			}
			if s.Port != 0 && !slices.Contains([]int{6432, 5432, 3306, 1433, 1521, 9000}, s.Port) {
				t.Errorf("%s%s%s: %+v", form.before, p, form.after, s)
			}
			if !strings.Contains(p, "@") && !strings.ContainsAny(p, "?") && s.Address != "db.example" {
				t.Errorf("%s%s%s: no address", form.before, p, form.after)
			}
		}
	})
}
