// Package dsn reads from a data source name where the database is, for the forms that the
// common drivers take.
//
// A data source name has credentials in it, and one that its driver refuses may have them
// where they do not belong. So what is not plainly a host, a port or a database is left
// out, rather than told to whoever reads the telemetry.
package dsn

import (
	"net"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// A Source is where a database is. What is not known is zero.
type Source struct {
	Address string // host name, IP address, or the path of a socket
	Port    int    // 0 for a socket
	// Namespace is the database within the server, as OpenTelemetry has it for the system:
	// of PostgreSQL with the schema, of SQL Server with the instance, of SQLite the file.
	Namespace string
	Service   string   // of Oracle
	Secrets   []string // what an error that quotes the data source name must not tell
}

// ports are the systems' default ports.
var ports = map[string]int{
	"postgresql": 5432, "mysql": 3306, "microsoft.sql_server": 1433, "oracle.db": 1521, "clickhouse": 9000,
}

// Parse reads the data source name of a driver for the system, which is named as in
// OpenTelemetry's db.system.name. Of a system that is not known only the secrets are.
func Parse(system, name string) Source {
	var s Source
	switch system {
	case "postgresql":
		s = postgres(name)
	case "mysql":
		s = mysql(name)
	case "sqlite":
		s = sqlite(name)
	case "microsoft.sql_server":
		s = sqlServer(name)
	case "oracle.db":
		s = oracle(name)
	case "clickhouse":
		s = clickHouse(name)
	}
	if strings.HasPrefix(s.Address, "/") {
		s.Port = 0
	} else if s.Address != "" && s.Port == 0 {
		s.Port = ports[system]
	}
	s.Secrets = append(s.Secrets, name)
	return s
}

// postgres reads the forms of libpq: a URL, or key=value. Several hosts are no address.
func postgres(name string) Source {
	if _, ok := cutScheme(name, "postgres", "postgresql"); ok {
		u, ok := parseURL(name)
		if !ok {
			return Source{}
		}
		s := Source{Namespace: u.path, Secrets: u.secrets}
		s.hosts(u.hosts)
		s.settings(u.query)
		return s
	}
	values, secrets := keyValues(name, ' ', '\'')
	s := Source{Secrets: secrets}
	s.settings(values)
	return s
}

// settings sets what libpq's parameters say.
func (s *Source) settings(values map[string]string) {
	if host := first(values, "host", "hostaddr"); host != "" && !strings.Contains(host, ",") {
		s.hosts([]string{host})
		if strings.HasPrefix(host, "/") {
			s.Address, s.Port = host, 0
		}
	}
	if port := number(values["port"]); port != 0 {
		s.Port = port
	}
	if db := first(values, "dbname", "database"); db != "" {
		s.Namespace = db
	}
	if schema, _, _ := strings.Cut(values["search_path"], ","); s.Namespace != "" && plain(schema) {
		s.Namespace += "|" + schema
	}
}

// mysql reads user:password@net(address)/database?parameters, as go-sql-driver does: the
// last slash and the at sign before it count.
func mysql(name string) Source {
	slash := strings.LastIndexByte(name, '/')
	if slash < 0 {
		return Source{}
	}
	var s Source
	db, _, _ := strings.Cut(name[slash+1:], "?")
	if unescaped, err := url.PathUnescape(db); err == nil {
		db = unescaped
	}
	s.Namespace = db
	at := strings.LastIndexByte(name[:slash], '@')
	if at >= 0 {
		_, password, _ := strings.Cut(name[:at], ":")
		s.Secrets = append(s.Secrets, password)
	}
	network, address, ok := strings.Cut(name[at+1:slash], "(")
	address, closed := strings.CutSuffix(address, ")")
	switch {
	case ok && !closed, strings.Contains(network, ":"): // user:password without an @, for one
		return Source{Secrets: s.Secrets}
	case network == "unix":
		if s.Address = address; address == "" {
			s.Address = "/tmp/mysql.sock"
		}
	case address == "" && (network == "" || network == "tcp"):
		s.Address = "127.0.0.1"
	case network == "tcp" || network == "tcp6" || network == "":
		s.hosts([]string{address})
	}
	return s
}

// sqlite takes a file's name, maybe as a URI, for the namespace. The folder is the
// machine's business.
func sqlite(name string) Source {
	file, query, _ := strings.Cut(strings.TrimPrefix(name, "file:"), "?")
	s := Source{}
	for p := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(p, "="); isSecret(key) {
			s.Secrets = append(s.Secrets, value)
		}
	}
	switch {
	case file == "" || strings.Contains(query, "mode=memory"):
		s.Namespace = ":memory:"
	case !strings.Contains(file, "://"):
		s.Namespace = path.Base(strings.ReplaceAll(file, `\`, "/"))
	}
	return s
}

// sqlServer reads a URL, ADO's key=value; and ODBC's.
func sqlServer(name string) Source {
	var values map[string]string
	var s Source
	if _, ok := cutScheme(name, "sqlserver", "mssql"); ok {
		u, ok := parseURL(name)
		if !ok {
			return s
		}
		values, s.Secrets = u.query, u.secrets
		s.hosts(u.hosts)
		if u.path != "" {
			values["instance"] = u.path
		}
	} else {
		text, odbc := strings.CutPrefix(name, "odbc:")
		quote := byte('"')
		if odbc {
			quote = '{'
		}
		values, s.Secrets = keyValues(text, ';', quote)
		server := first(values, "server", "data source", "address", "addr", "network address")
		if i := strings.IndexByte(server, ':'); i >= 0 && i < 4 {
			server = server[i+1:] // tcp:host
		}
		server, port, _ := strings.Cut(server, ",")
		server, instance, _ := strings.Cut(server, `\`)
		if server == "." || strings.EqualFold(server, "(local)") {
			server = "localhost"
		}
		s.hosts([]string{server})
		s.Port, values["instance"] = number(port), instance
	}
	if port := number(values["port"]); port != 0 {
		s.Port = port
	}
	s.Namespace = first(values, "database", "initial catalog")
	if instance := values["instance"]; instance != "" && plain(instance) {
		s.Namespace = strings.TrimSuffix(instance+"|"+s.Namespace, "|")
	}
	return s
}

// oracle reads a URL, user/password@host:port/service, and connectString="…" of godror.
func oracle(name string) Source {
	var s Source
	target := ""
	if _, ok := cutScheme(name, "oracle"); ok {
		u, ok := parseURL(name)
		if !ok {
			return s
		}
		s.Secrets = u.secrets
		s.hosts(u.hosts)
		s.Service = u.path
	} else if strings.Contains(name, "connectString=") {
		values, secrets := keyValues(name, ' ', '"')
		target, s.Secrets = values["connectString"], secrets
	} else if at := strings.LastIndexByte(name, '@'); at >= 0 {
		_, password, _ := strings.Cut(name[:at], "/")
		target, s.Secrets = name[at+1:], []string{password}
	}
	if target != "" && !strings.ContainsAny(target, "(=@") { // a description in parentheses, or anything else
		host, service, ok := strings.Cut(strings.TrimPrefix(target, "//"), "/")
		service, _, _ = strings.Cut(service, "?")
		if s.Service, _, _ = strings.Cut(service, ":"); ok {
			s.hosts([]string{host})
		}
	}
	if !plain(s.Service) {
		s.Service = ""
	}
	return s
}

// clickHouse reads a URL. Over HTTP the default port is another one.
func clickHouse(name string) Source {
	u, ok := parseURL(name)
	if !ok {
		return Source{}
	}
	s := Source{Namespace: u.path, Secrets: u.secrets}
	if db := u.query["database"]; db != "" {
		s.Namespace = db
	}
	if u.query["hosts"]+u.query["alt_hosts"] == "" {
		s.hosts(u.hosts)
	}
	if s.Address != "" && s.Port == 0 {
		switch u.scheme {
		case "http":
			s.Port = 8123
		case "https":
			s.Port = 8443
		}
	}
	return s
}

// hosts sets address and port if there is one host, with or without a port.
func (s *Source) hosts(list []string) {
	if len(list) != 1 {
		return
	}
	host, port, err := net.SplitHostPort(list[0])
	if err != nil {
		host = strings.Trim(list[0], "[]")
	}
	if plain(host) && (port == "" || number(port) != 0) {
		s.Address, s.Port = host, number(port)
	}
}

// plain reports whether s looks like the name of a host, a service, an instance or a
// schema, and like nothing else.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-_.:%$#", c) >= 0 || c >= 0x80) {
			return false
		}
	}
	return s != ""
}

// number returns a port, 0 if s is none.
func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// first returns the first value that is there.
func first(values map[string]string, keys ...string) string {
	for _, k := range keys {
		if v := values[k]; v != "" {
			return v
		}
	}
	return ""
}
