package servertest_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/servertest"
)

// A server answers, and is gone with its test.
func TestMemcached(t *testing.T) {
	var addr string
	t.Run("inner", func(t *testing.T) {
		addr = servertest.Memcached(t)
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprint(conn, "version\r\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(conn).ReadString('\n'); !strings.HasPrefix(line, "VERSION ") || err != nil {
			t.Errorf("%q, %v", line, err)
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
