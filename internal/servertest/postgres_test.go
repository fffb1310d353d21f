package servertest

import (
	"net"
	"os"
	"strconv"
	"testing"
)

// The server is there as long as the test, under both its addresses, and then it is gone
// with all that it had.
func TestPostgres(t *testing.T) {
	var folder, address string
	t.Run("during", func(t *testing.T) {
		var port int
		folder, port = Postgres(t)
		address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		for network, address := range map[string]string{"tcp": address, "unix": folder + "/.s.PGSQL." + strconv.Itoa(port)} {
			c, err := net.Dial(network, address)
			if err != nil {
				t.Error(err)
				continue
			}
			_ = c.Close()
		}
	})
	if folder == "" {
		t.Skip("there was no server")
	}
	if c, err := net.Dial("tcp", address); err == nil {
		_ = c.Close()
		t.Error("the server is still there")
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
}
