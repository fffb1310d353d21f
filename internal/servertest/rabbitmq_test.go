package servertest_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/goweaver/weaver/internal/servertest"
)

// A server answers as AMQP has it, and is gone with its test.
func TestRabbitMQ(t *testing.T) {
	var addr string
	t.Run("inner", func(t *testing.T) {
		addr = servertest.RabbitMQ(t)
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
		if _, err := io.WriteString(conn, "AMQP\x00\x00\x09\x01"); err != nil {
			t.Fatal(err)
		}
		start := make([]byte, 11) // a frame's header, and connection.start
		if _, err := io.ReadFull(conn, start); err != nil || start[0] != 1 || start[8] != 10 || start[10] != 10 {
			t.Errorf("%v, %v", start, err)
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
