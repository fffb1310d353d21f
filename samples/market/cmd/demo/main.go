// Command demo starts the commands shop and stock, which lie beside it, does what a
// customer does, and ends them.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	redis := flag.String("redis", "localhost:6379", "where Redis listens")
	flag.Parse()
	if err := run(context.Background(), *redis); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, redis string) error {
	stock, stopStock, err := start("stock", "-addr=localhost:0")
	if err != nil {
		return err
	}
	defer stopStock()
	shop, stopShop, err := start("shop", "-addr=localhost:0", "-stock="+stock, "-redis="+redis)
	if err != nil {
		return err
	}
	defer stopShop()
	for _, order := range []string{
		`{"product": "sencha", "pieces": 2}`, `{"product": "assam", "pieces": 500}`, `{"product": "cola", "pieces": 1}`,
	} {
		if err := send(ctx, "POST", "http://"+shop+"/orders", order); err != nil {
			return err
		}
	}
	return send(ctx, "GET", "http://"+shop+"/products", "")
}

// start starts a command that lies beside this one, and returns where it listens.
func start(name string, args ...string) (addr string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(filepath.Join(filepath.Dir(self), name+filepath.Ext(self)), args...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(os.Stdout, stdout)
		_ = cmd.Wait()
	}
	if _, err := fmt.Fscanln(stdout, &addr); err != nil {
		stop()
		return "", nil, fmt.Errorf("%s did not say where it listens: %w", name, err)
	}
	return addr, stop, nil
}

// send prints what is answered.
func send(ctx context.Context, method, url, body string) error {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	fmt.Println(method, req.URL.Path, body, "->", res.StatusCode, string(bytes.TrimSpace(answer)))
	return nil
}
