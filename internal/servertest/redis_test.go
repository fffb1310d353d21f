package servertest_test

import (
	"net"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/servertest"
)

// A server answers, keeps what it is told, and is gone with its test.
func TestRedis(t *testing.T) {
	var addr string
	t.Run("inner", func(t *testing.T) {
		addr = servertest.Redis(t)
		other := servertest.Redis(t)
		if _, err := servertest.RedisDo(addr, "SET", "a", "b"); err != nil {
			t.Fatal(err)
		}
		if got, err := servertest.RedisDo(addr, "GET", "a"); got != "b" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := servertest.RedisDo(other, "GET", "a"); got != "" || err != nil {
			t.Errorf("the other: %q, %v", got, err)
		}
		if _, err := servertest.RedisDo(addr, "LPUSH", "a", "b"); err == nil || !strings.HasPrefix(err.Error(), "WRONGTYPE ") {
			t.Error(err)
		}
	})
	if addr == "" {
		t.Skip("there is no server")
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		_ = conn.Close()
		t.Error("the server is still there")
	}
}

// Each server of a cluster sends a client on to the one that has the slot.
func TestRedisCluster(t *testing.T) {
	addrs := servertest.RedisCluster(t, 2)
	moved := 0
	for _, addr := range addrs {
		if _, err := servertest.RedisDo(addr, "SET", "a", "b"); err != nil {
			if !strings.HasPrefix(err.Error(), "MOVED ") {
				t.Error(err)
			}
			moved++
		}
	}
	if moved != 1 {
		t.Errorf("%d of 2 do not have the slot", moved)
	}
}
