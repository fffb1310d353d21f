// Package hooks holds the functions that make spans and metrics of what a program does with
// github.com/nats-io/nats.go, called from the bodies of the library's own methods. Package
// nats says what is told and why.
package hooks

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the
// calls of the hooks, which have no receiver to keep it in. The conventions have no name for
// NATS, and let one be made up.
var library = newLibrary()

func newLibrary() *messaging.Library {
	l := messaging.NewLibrary("nats", "github.com/goweaver/weaver/builtin/nats", semconv.MessagingSystemKey.String("nats"))
	l.ErrorType = errorType
	return l
}

// connections is what is known of the library's. It outlasts the calls of the hooks.
var connections aside.Table[nats.Conn, messaging.Client]

func clientOf(nc *nats.Conn) *messaging.Client {
	return connections.Of(nc, func(nc *nats.Conn) *messaging.Client { return newClient(nc.Opts.Servers, nc.Opts.Url) })
}

// newClient returns the client of a connection with those options, which nobody may change.
// Of several servers the library chooses one, and another one later: then none is told.
func newClient(servers []string, one string) *messaging.Client {
	if one != "" {
		servers = append(servers[:len(servers):len(servers)], one)
	}
	if len(servers) != 1 {
		return new(messaging.Client)
	}
	server := strings.TrimSpace(servers[0])
	if !strings.Contains(server, "://") { // as the library lets it be
		server = "nats://" + server
	}
	u, err := url.Parse(server)
	if err != nil {
		return new(messaging.Client)
	}
	port, scheme := nats.DefaultPort, map[string]int{"ws": 80, "wss": 443}[u.Scheme]
	if scheme != 0 {
		port = scheme
	}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		port = n
	}
	return &messaging.Client{Shared: messaging.Server(u.Hostname(), port)}
}

// connOf returns the connection that a rule has captured.
func connOf(captured hook.Captured) *nats.Conn {
	if captured.Len() == 0 {
		return nil
	}
	nc, _ := captured.At(0).Any().(*nats.Conn)
	return nc
}

// system reports whether the subject is one of the server's own.
func system(subject string) bool { return strings.HasPrefix(subject, "$") }

// inbox reports whether the subject is one that a client has made up to be answered at: there
// are as many of these as there are requests. Those that have another prefix than the usual
// one are known by what comes behind.
func inbox(subject string) bool {
	if strings.HasPrefix(subject, nats.InboxPrefix) {
		return true
	}
	rest, last := "", subject
	if i := strings.LastIndexByte(subject, '.'); i >= 0 {
		rest, last = subject[:i], subject[i+1:]
	}
	const unique, token = 22, 8 // bytes: of a NUID, and of what a connection puts behind its own
	if len(last) == token || last == "*" {
		last = rest[strings.LastIndexByte(rest, '.')+1:]
	}
	return len(last) == unique && strings.IndexFunc(last, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}
