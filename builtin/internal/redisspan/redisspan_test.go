package redisspan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

// A command is told by its name, and by that of its group's command, as far as they can be
// names; of a batch is told what all have in common.
func TestCommandNames(t *testing.T) {
	text := func(words ...string) (args []any) {
		for _, w := range words {
			args = append(args, w)
		}
		return args
	}
	for _, c := range []struct {
		mode Mode
		all  [][]any
		want string
		size int
	}{
		{Single, [][]any{text("get", "key")}, "GET", 0},
		{Single, [][]any{text("Config", "Get", "save")}, "CONFIG GET", 0},
		{Single, [][]any{text("config")}, "CONFIG", 0},
		{Single, [][]any{text("client", "set name s3cret")}, "CLIENT", 0},
		{Single, [][]any{text("JSON.SET", "key")}, "JSON.SET", 0},
		{Single, [][]any{text("set key s3cret")}, "", 0},
		{Single, [][]any{text(strings.Repeat("x", longestWord+1))}, "", 0},
		{Single, [][]any{{42, "key"}}, "", 0},
		{Single, [][]any{{}}, "", 0},
		{Pipeline, [][]any{text("get", "a"), text("GET", "b")}, "PIPELINE GET", 2},
		{Pipeline, [][]any{text("get", "a"), text("set", "b")}, "PIPELINE", 2},
		{Pipeline, [][]any{text("config", "get"), text("config", "set")}, "PIPELINE", 2},
		{Pipeline, [][]any{text("get", "a")}, "GET", 0},
		{Pipeline, [][]any{text("asking"), text("get", "a")}, "GET", 0},
		{Multi, [][]any{text("incr", "a"), text("incr", "a"), text("incr", "a")}, "MULTI INCR", 3},
		{Multi, [][]any{text("set key s3cret"), text("set key s3cret")}, "MULTI", 2},
	} {
		got := NewBatch(c.mode, len(c.all), func(i int) Command { return NewCommand(nil, c.all[i]) })
		if name := got.key().operation(); name != c.want || got.size != c.size {
			t.Errorf("%v: %q of %d, want %q of %d", c.all, name, got.size, c.want, c.size)
		}
	}
	script := NewCommand(nil, text("fcall", "f", "1", "key"))
	if script.script != "f" || len(script.options()) != 1 || len(NewCommand(nil, text("get", "f")).options()) != 0 {
		t.Error("a function is not told, or the key of another command is")
	}
}

// A client is said to be where its address is.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		d    Description
		host string
		port int
		pool string
	}{
		{Description{Address: "redis.example:6380", Database: 3}, "redis.example", 6380, "redis.example:6380/3"},
		{Description{Address: ":6379"}, "localhost", 6379, "localhost:6379/0"},
		{Description{Address: "[::1]:6379"}, "::1", 6379, "[::1]:6379/0"},
		{Description{Network: "unix", Address: "redis.sock"}, "redis.sock", 0, "redis.sock/0"},
		{Description{Address: "/run/redis.sock"}, "/run/redis.sock", 0, "/run/redis.sock/0"},
		{Description{Address: "redis.example"}, "redis.example", 0, "redis.example/0"},
		{Description{Address: "a:99999"}, "a", 0, "a/0"},
		{Description{Address: "\xff:1"}, "\uFFFD", 1, "\uFFFD:1/0"},
		{Description{Master: "mymaster", Database: 1}, "", 0, "mymaster/1"},
		{Description{}, "", 0, "redis/0"},
	} {
		target := newTarget(c.d)
		host, port := place(c.d.Network, c.d.Address)
		if host != c.host || port != c.port || target.name != c.pool {
			t.Errorf("%+v: %q %d, pool %q", c.d, host, port, target.name)
		}
	}
}

type answer string

func (a answer) Error() string { return string(a) }
func (answer) RedisError()     {}

// A failure is told by the prefix of what the server has answered, without what was sent to it
// or came from it.
func TestFailureTexts(t *testing.T) {
	l := NewLibrary("redis", "scope")
	for _, c := range []struct {
		err                 error
		kind, code, message string
	}{
		{answer("WRONGTYPE wrong"), "WRONGTYPE", "WRONGTYPE", "WRONGTYPE wrong"},
		{fmt.Errorf("wrapped: %w", answer("ERR no")), "ERR", "ERR", "wrapped: ERR no"},
		{answer("ERR unknown command 'set key s3cret', with args beginning with: 's3cret'"), "ERR", "ERR", "ERR unknown command"},
		{answer("redis: own"), "redisspan.answer", "", "redis: own"},
		{answer(strings.Repeat("X", longestCode+1)), "redisspan.answer", "", strings.Repeat("X", longestCode+1)},
		{errors.New(`redis: can't parse int reply: "s3cret"`), "*errors.errorString", "", "redis: can't parse int reply"},
		{errors.New(`strconv.ParseInt: parsing "s3cret": invalid syntax`), "*errors.errorString", "", "strconv.ParseInt: parsing"},
		{errors.New("\xff" + strings.Repeat("x", 2*longestMessage)), "*errors.errorString", "", "\uFFFD" + strings.Repeat("x", longestMessage-3)},
	} {
		f := l.failed(c.err, hook.Returned)
		if !strings.HasSuffix(f.kind, c.kind) || f.code != c.code || f.message != c.message {
			t.Errorf("%q: %q %q %q", c.err, f.kind, f.code, f.message)
		}
	}
	if f := l.failed(nil, hook.Goexit); f == nil || f.kind == "" {
		t.Errorf("a call that has not returned: %+v", f)
	}
}
