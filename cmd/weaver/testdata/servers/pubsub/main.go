// Command server is the server that Google's client library has for its own tests.
package main

import (
	"fmt"
	"io"
	"os"

	"cloud.google.com/go/pubsub/v2/pstest"
)

func main() {
	s := pstest.NewServer()
	defer s.Close()
	fmt.Println(s.Addr)
	_, _ = io.Copy(io.Discard, os.Stdin)
}
