package weaver

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/goweaver/weaver/weaver/internal/logs"
)

// The wrapper's own log, and that of the tools of its build, which it shows where there
// is no log file.

// openLog makes the log that the flags or the environment ask for.
func (c *command) openLog() error {
	c.log = slog.New(slog.DiscardHandler)
	var err error
	if c.logging, err = logs.Resolve(c.logLevel, c.logFile, os.Getenv); err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	c.logging = c.logging.Abs(dir)
	switch {
	case c.logging.Off():
	case c.logging.File == "":
		c.log = slog.New(newTerminalHandler(os.Stderr, c.logging.Level))
	default:
		// Not to be able to write the log that was asked for is better known now than
		// after the build.
		if err := os.MkdirAll(filepath.Dir(c.logging.File), 0o777); err != nil {
			return err
		}
		c.log = slog.New(logs.NewHandler(c.logging.Open(), c.logging.Level))
	}
	return nil
}

// follow shows the log records that tools append to the report, until the function that
// it returns is called, which shows the last of them. Tools that log to a file leave
// none.
func (c *command) follow(file string) (stop func()) {
	if c.logging.Off() || c.logging.File != "" {
		return func() {}
	}
	done := make(chan struct{})
	var finished sync.WaitGroup
	finished.Go(func() {
		f := follower{handler: c.log.Handler(), file: file}
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				f.read()
			case <-done:
				f.read()
				return
			}
		}
	})
	return func() {
		close(done)
		finished.Wait()
	}
}

// A follower reads the log records in a report that grows.
type follower struct {
	handler slog.Handler
	file    string
	offset  int64
	rest    []byte // the start of a line whose end is not there yet
}

func (f *follower) read() {
	r, err := os.Open(f.file)
	if err != nil {
		return // no tool has said anything
	}
	defer r.Close()
	if _, err := r.Seek(f.offset, io.SeekStart); err != nil {
		return
	}
	data, err := io.ReadAll(r)
	f.offset += int64(len(data))
	f.rest = append(f.rest, data...)
	if err != nil {
		return // the rest comes with the next look
	}
	for {
		i := bytes.IndexByte(f.rest, '\n')
		if i < 0 {
			return
		}
		line := f.rest[:i+1]
		f.rest = f.rest[i+1:]
		if !logs.IsRecord(line) {
			continue
		}
		if rec, err := logs.Decode(line); err == nil {
			_ = f.handler.Handle(context.Background(), rec)
		}
	}
}
