package hooks

import (
	"database/sql/driver"
	"reflect"
	"strings"

	"github.com/goweaver/weaver/builtin/sql/hooks/internal/dsn"
)

// systems are the drivers that are known, by the import paths that their types' packages
// start with, and the names that they have for sql.Open, with OpenTelemetry's name for
// the database system.
var systems = []struct {
	system string
	paths  []string
	names  []string
}{
	{"postgresql", []string{"github.com/jackc/pgx", "github.com/lib/pq"}, []string{"pgx", "postgres", "cloudsqlpostgres"}},
	{"mysql", []string{"github.com/go-sql-driver/mysql"}, []string{"mysql"}},
	{"sqlite", []string{
		"github.com/mattn/go-sqlite3", "modernc.org/sqlite", "github.com/glebarez/go-sqlite", "github.com/ncruces/go-sqlite3",
	}, []string{"sqlite3", "sqlite"}},
	{"microsoft.sql_server", []string{"github.com/microsoft/go-mssqldb", "github.com/denisenkom/go-mssqldb"}, []string{"sqlserver", "mssql", "azuresql"}},
	{"oracle.db", []string{"github.com/godror/godror", "github.com/sijms/go-ora"}, []string{"oracle", "godror", "goora"}},
	{"clickhouse", []string{"github.com/ClickHouse/clickhouse-go", "github.com/mailru/go-clickhouse"}, []string{"clickhouse"}},
	{"gcp.spanner", []string{"github.com/googleapis/go-sql-spanner"}, []string{"spanner"}},
	{"trino", []string{"github.com/trinodb/trino-go-client"}, []string{"trino"}},
	{"sap.hana", []string{"github.com/SAP/go-hdb"}, []string{"hdb"}},
	{"firebirdsql", []string{"github.com/nakagami/firebirdsql"}, []string{"firebirdsql"}},
	{"ibm.db2", []string{"github.com/ibmdb/go_ibm_db"}, []string{"go_ibm_db"}},
}

// instrumentations are packages by which a program tells of its databases itself. Their
// drivers and connectors are wrappers of the real ones, and what makes it through them has
// a span, whoever that goes to: a second one would say the same.
var instrumentations = []string{
	"github.com/XSAM/otelsql", "go.nhat.io/otelsql", "github.com/nhatthm/otelsql", "github.com/j2gg0s/otsql",
	"github.com/uptrace/opentelemetry-go-extra/otelsql", "github.com/signalfx/splunk-otel-go/instrumentation",
	"github.com/DataDog/dd-trace-go", "gopkg.in/DataDog/dd-trace-go.v1", "go.elastic.co/apm/module/apmsql",
	"github.com/newrelic/go-agent", "github.com/aws/aws-xray-sdk-go", "github.com/instana/go-sensor",
	"contrib.go.opencensus.io/integrations/ocsql", "github.com/luna-duclos/instrumentedsql",
	"github.com/exaring/otelpgx", // a tracer of pgx
}

// describe says what a database is, by its connector and by what sql.Open was called
// with, if it was. A connector is asked for nothing: that is not database/sql's to do
// here, and the answer may be a panic.
func describe(c driver.Connector, driverName, name string) description {
	if c == nil {
		return description{system: otherSQL}
	}
	v := reflect.ValueOf(c)
	from := v
	if plain := v.Type(); plain.PkgPath() == "database/sql" && plain.Name() == "dsnConnector" {
		// database/sql's own, for drivers that have no connectors.
		from = reflect.ValueOf(c.Driver())
		if f := v.FieldByName("dsn"); f.IsValid() && f.Kind() == reflect.String {
			name = f.String()
		}
	}
	d := description{system: otherSQL}
	types := packages(from)
	for _, s := range systems {
		if d.system == otherSQL && within(types, s.paths) {
			d.system = s.system
		}
	}
	for _, s := range systems {
		for _, n := range s.names {
			if d.system == otherSQL && driverName == n {
				d.system = s.system
			}
		}
	}
	config := field(v, "ConnConfig") // of pgx
	d.foreign = within(types, instrumentations) || within(packages(field(config, "Tracer")), instrumentations)
	if driverName != "" || name != "" {
		d.Source = dsn.Parse(d.system, name)
	} else {
		// A connector of its own tells by its exported fields: pgx's and godror's do.
		switch d.system {
		case "postgresql":
			d.Source = configured(config)
		case "oracle.db":
			d.Source = dsn.Parse(d.system, "@"+text(v, "ConnectString"))
		}
	}
	return d
}

// configured returns where a database is by the configuration of pgx.
func configured(config reflect.Value) dsn.Source {
	s := dsn.Source{Address: text(config, "Host"), Namespace: text(config, "Database")}
	if password := text(config, "Password"); password != "" {
		s.Secrets = []string{password}
	}
	if port := field(config, "Port"); port.IsValid() && port.CanUint() && s.Address != "" && s.Address[0] != '/' {
		s.Port = int(port.Uint())
	}
	return s
}

// text is field for a string; "" if there is none.
func text(v reflect.Value, name string) string {
	if f := field(v, name); f.IsValid() && f.Kind() == reflect.String {
		return f.String()
	}
	return ""
}

// field returns the exported field of that name, maybe promoted, of a struct or of what
// points to one, or the zero Value.
func field(v reflect.Value, name string) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	f, ok := v.Type().FieldByName(name)
	if !ok {
		return reflect.Value{}
	}
	found, err := v.FieldByIndexErr(f.Index)
	if err != nil {
		return reflect.Value{} // it is promoted, from behind a nil pointer
	}
	return found
}

// packages returns the import path of the package that the value's type is of. A struct
// without a name, as wrappers are that have just the methods of what they wrap, is of the
// packages of what it embeds.
func packages(v reflect.Value) []string {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.Type().Name() == "" {
		v = v.Elem()
	}
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() != "" || t.Kind() != reflect.Struct || v.Kind() != reflect.Struct {
		return []string{t.PkgPath()}
	}
	var all []string
	for i := range t.NumField() {
		if f := v.Field(i); t.Field(i).Anonymous && f.Kind() == reflect.Interface && !f.IsNil() {
			if e := f.Elem().Type(); e.Kind() == reflect.Pointer {
				all = append(all, e.Elem().PkgPath())
			} else {
				all = append(all, e.PkgPath())
			}
		}
	}
	return all
}

// within reports whether one of the packages is one of the modules', or in it.
func within(packages, modules []string) bool {
	for _, p := range packages {
		for _, m := range modules {
			if rest, ok := strings.CutPrefix(p, m); ok && (rest == "" || rest[0] == '/') {
				return true
			}
		}
	}
	return false
}
