// Package service is how the programs of the integrations' scripts run side by side: one
// starts the others, which say where they listen, and end when it wants them to.
package service

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Start starts the program of that name beside the one that runs, and returns the address
// that it listens on. What stop returns from has ended.
func Start(program string) (addr string, stop func()) {
	self, err := os.Executable()
	check(err)
	cmd := exec.Command(filepath.Join(filepath.Dir(self), program+filepath.Ext(self)))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	check(err)
	stdout, err := cmd.StdoutPipe()
	check(err)
	check(cmd.Start())
	_, err = fmt.Fscanln(stdout, &addr)
	check(err)
	return addr, func() {
		check(stdin.Close())
		check(cmd.Wait())
	}
}

// Run serves on a free port, tells the program that has started this one which, and
// stops when that wants it to.
func Run(serve func(net.Listener) error, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(l.Addr())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = serve(l)
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
	stop()
	<-ended
}

// HTTP is Run for a handler.
func HTTP(h http.Handler) {
	s := &http.Server{Handler: h}
	Run(s.Serve, func() { check(s.Shutdown(context.Background())) })
}

// Here serves the handler in this process, and returns its URL.
func Here(h http.Handler) (url string, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	s := &http.Server{Handler: h}
	go s.Serve(l)
	return "http://" + l.Addr().String(), func() { check(s.Shutdown(context.Background())) }
}

// H2C is Here for a handler that is asked by HTTP/2 as well, without TLS.
func H2C(h http.Handler) (url string, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	s := &http.Server{Handler: h, Protocols: &http.Protocols{}}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	go s.Serve(l)
	return "http://" + l.Addr().String(), func() { check(s.Shutdown(context.Background())) }
}

// Get returns what is answered to a GET.
func Get(ctx context.Context, url string) string { return do(ctx, "GET", url) }

// Post returns what is answered to a POST, in a trace of its own.
func Post(url string) string { return do(context.Background(), "POST", url) }

func do(ctx context.Context, method, url string) string {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	check(err)
	res, err := http.DefaultClient.Do(req)
	check(err)
	body, err := io.ReadAll(res.Body)
	check(err)
	check(res.Body.Close())
	return fmt.Sprintf("%d %s", res.StatusCode, strings.TrimSpace(string(body)))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
