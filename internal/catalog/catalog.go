// Package catalog knows the aspects that weaver offers, as data: the default
// registration file and what go tool weaver pin adds to a module's own are made from it.
// It imports no aspect, so that the command is built without any.
package catalog

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Module is weaver's own module.
const Module = "github.com/goweaver/weaver"

// Tool is the package that a module has as its tool.
const Tool = Module + "/cmd/weaver"

// MainPackage is the package whose Main a registration file calls.
const MainPackage = Module + "/weaver"

// Directive starts the line of a registration file that names the built-ins which pin
// has offered: one that is named there and not listed was taken out by the user.
const Directive = "//weaver:pin"

// A BuiltIn is an aspect that weaver offers.
type BuiltIn struct {
	Name    string // of the package, and of the built-in in the directive
	Path    string // import path
	Var     string // the variable that holds the aspect
	Default bool   // in the default list

	// Concern is set for what is no telemetry of a library's or of Go's, and what users list
	// themselves: functions ask for it by a directive, or a rule of theirs gives it to them.
	Concern bool

	// Library is the import path of the package that the built-in is for: it is wanted
	// where the module is built with that. It is empty for what the standard library is
	// woven by. A built-in for a library is a module of its own, with the built-in's path
	// and the version of weaver that it came with, so that weaver alone moves nobody's
	// version of the library.
	Library string
}

// integration returns the built-in for a library.
func integration(name, library string) BuiltIn {
	return BuiltIn{Name: name, Path: Module + "/builtin/" + name, Var: "Aspect", Default: true, Library: library}
}

// concern returns the built-in for a concern.
func concern(name string) BuiltIn {
	return BuiltIn{Name: name, Path: Module + "/builtin/" + name, Var: "Aspect", Concern: true}
}

// Packages are what go get has to be asked for: the aspect, which a registration file
// imports, and its hooks, which programs are linked with.
func (b BuiltIn) Packages() []string { return []string{b.Path, b.Path + "/hooks"} }

// BuiltIns returns all that weaver offers, in the order in which they are woven.
//
// A built-in for a library has a line here too, with its Library, behind those for the
// standard library.
func BuiltIns() []BuiltIn {
	return []BuiltIn{
		{Name: "prometheus", Path: Module + "/builtin/prometheus", Var: "Aspect"}, // otelsdk asks for it
		{Name: "otelsdk", Path: Module + "/builtin/otelsdk", Var: "Aspect", Default: true},
		{Name: "nethttp", Path: Module + "/builtin/nethttp", Var: "Aspect", Default: true},
		{Name: "sql", Path: Module + "/builtin/sql", Var: "Aspect", Default: true},
		{Name: "slog", Path: Module + "/builtin/slog", Var: "Aspect", Default: true},
		{Name: "log", Path: Module + "/builtin/log", Var: "Aspect", Default: true},
		{Name: "netrpc", Path: Module + "/builtin/netrpc", Var: "Aspect", Default: true},
		{Name: "runtimemetrics", Path: Module + "/builtin/runtimemetrics", Var: "Aspect", Default: true},
		{Name: "spans", Path: Module + "/builtin/spans", Var: "Aspect"},
		concern("entrylog"),
		concern("counters"),
		concern("durations"),
		concern("errortrack"),
		concern("audit"),
		concern("authorize"),
		concern("validate"),
		concern("health"),
		concern("retry"),
		concern("breaker"),
		concern("profilelabels"),
		integration("mux", "github.com/gorilla/mux"),
		integration("chi", "github.com/go-chi/chi/v5"),
		integration("httprouter", "github.com/julienschmidt/httprouter"),
		integration("gin", "github.com/gin-gonic/gin"),
		integration("echo", "github.com/labstack/echo/v4"),
		integration("echov5", "github.com/labstack/echo/v5"),
		integration("grpc", "google.golang.org/grpc"),
		integration("connect", "connectrpc.com/connect"),
		integration("twirp", "github.com/twitchtv/twirp"),
		integration("gorm", "gorm.io/gorm"),
		integration("redis", "github.com/redis/go-redis/v9"),
		integration("redisv8", "github.com/go-redis/redis/v8"),
		integration("fasthttp", "github.com/valyala/fasthttp"),
		integration("fiber", "github.com/gofiber/fiber/v3"),
		integration("fiberv2", "github.com/gofiber/fiber/v2"),
		integration("zap", "go.uber.org/zap"),
		integration("zerolog", "github.com/rs/zerolog"),
		integration("logrus", "github.com/sirupsen/logrus"),
		integration("aws", "github.com/aws/aws-sdk-go-v2/aws"),
		integration("openai", "github.com/openai/openai-go/v3"),
		integration("anthropic", "github.com/anthropics/anthropic-sdk-go"),
		integration("clientgo", "k8s.io/client-go/rest"),
		integration("graphqlgo", "github.com/graph-gophers/graphql-go"),
		integration("gqlgen", "github.com/99designs/gqlgen/graphql/executor"),
		integration("franz", "github.com/twmb/franz-go/pkg/kgo"),
		integration("kafkago", "github.com/segmentio/kafka-go"),
		integration("sarama", "github.com/IBM/sarama"),
		integration("amqp", "github.com/rabbitmq/amqp091-go"),
		integration("nats", "github.com/nats-io/nats.go"),
		integration("redigo", "github.com/gomodule/redigo/redis"),
		integration("rueidis", "github.com/redis/rueidis"),
		integration("memcache", "github.com/bradfitz/gomemcache/memcache"),
		integration("elasticsearch", "github.com/elastic/elastic-transport-go/v8/elastictransport"),
		integration("pgx", "github.com/jackc/pgx/v5"),
		integration("mongo", "go.mongodb.org/mongo-driver/v2/mongo"),
		integration("mongov1", "go.mongodb.org/mongo-driver/mongo"),
		integration("gocql", "github.com/gocql/gocql"),
		integration("pubsub", "cloud.google.com/go/pubsub/v2"),
	}
}

// Wanted returns the built-ins of the default list whose library is among the packages.
// With none there remain those for the standard library.
func Wanted(all []BuiltIn, packages map[string]bool) []BuiltIn {
	return slices.DeleteFunc(slices.Clone(all), func(b BuiltIn) bool {
		return !b.Default || b.Library != "" && !packages[b.Library]
	})
}

// Unpinned returns the built-ins for libraries that are among the packages, which the
// registration file src neither imports nor has been offered by pin.
func Unpinned(src []byte, packages map[string]bool) []BuiltIn {
	var offered []string
	for line := range strings.Lines(string(src)) {
		if rest, ok := strings.CutPrefix(line, Directive); ok {
			offered = append(offered, strings.Fields(rest)...)
		}
	}
	return slices.DeleteFunc(Wanted(BuiltIns(), packages), func(b BuiltIn) bool {
		return b.Library == "" || slices.Contains(offered, b.Name) || bytes.Contains(src, []byte(`"`+b.Path+`"`))
	})
}

// File returns a new registration file that lists the built-ins, of which there is one
// at least, as gofmt prints it.
func File(list []BuiltIn) []byte {
	paths := []string{Module + "/instrument", MainPackage}
	for _, b := range list {
		paths = append(paths, b.Path)
	}
	slices.Sort(paths)
	var out bytes.Buffer
	out.WriteString("//go:build tools\n\n// Command main lists the aspects woven into this module's builds.\npackage main\n\nimport (\n")
	for _, p := range paths {
		fmt.Fprintf(&out, "\t%q\n", p)
	}
	out.WriteString(")\n\n" +
		"// aspects are woven in this order. Delete a line to leave one out; add your own.\n" +
		"// What the line below names and the list has not, pin leaves out.\n//\n")
	fmt.Fprintf(&out, "%s\nvar aspects = []*instrument.Aspect{\n", strings.TrimSpace(Directive+" "+strings.Join(Names(list), " ")))
	for _, b := range list {
		fmt.Fprintf(&out, "\t%s.%s,\n", b.Name, b.Var)
	}
	out.WriteString("}\n\nfunc main() { weaver.Main(aspects...) }\n")
	return out.Bytes()
}

// Names returns the names of the built-ins.
func Names(list []BuiltIn) []string {
	var out []string
	for _, b := range list {
		out = append(out, b.Name)
	}
	return out
}

// A Refresh is what pin makes of a registration file.
type Refresh struct {
	Content  []byte   // the file; equal to what was given if nothing is to change
	Added    []string // the built-ins that it lists now and did not before
	Recorded []string // those that the directive names now and did not before
	LeftOut  []string // those that the user has taken out
}

// A Refresher adds to a registration file what it lacks of the wanted built-ins. The
// name is what errors call the file.
type Refresher func(name string, src []byte, wanted []BuiltIn) (*Refresh, error)
