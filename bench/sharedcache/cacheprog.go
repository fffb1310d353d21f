package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// serveWord is the argument by which this command is a cache program.
const serveWord = "serve-cache"

// A request is what the go command asks a cache program, and a response the answer; see
// package cmd/go/internal/cacheprog of go1.25 and go1.26. The body of a put follows its
// request, as a JSON string in base64.
type request struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// serve answers the requests of one go command from what the folder holds. Of others that
// use it at the same time it sees whole files only.
func serve(dir string, in io.Reader, out io.Writer) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	dec, enc := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	if err := enc.Encode(response{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var r request
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var body []byte
		if r.BodySize > 0 {
			if err := dec.Decode(&body); err != nil {
				return err
			}
		}
		answer := response{}
		var err error
		switch r.Command {
		case "put":
			answer, err = put(dir, r, body)
		case "get":
			answer, err = get(dir, r)
		}
		if err != nil {
			answer.Err = err.Error()
		}
		answer.ID = r.ID
		if err := enc.Encode(answer); err != nil || r.Command == "close" {
			return err
		}
	}
}

// An entry is what an action's file says.
type entry struct {
	OutputID []byte
	Size     int64
	Time     time.Time
}

func action(dir string, id []byte) string {
	return filepath.Join(dir, hex.EncodeToString(id)+"-action")
}
func body(dir string, id []byte) string { return filepath.Join(dir, hex.EncodeToString(id)+"-output") }

func put(dir string, r request, data []byte) (response, error) {
	file := body(dir, r.OutputID)
	if err := write(file, data); err != nil {
		return response{}, err
	}
	text, err := json.Marshal(entry{r.OutputID, int64(len(data)), time.Now()})
	if err != nil {
		return response{}, err
	}
	return response{DiskPath: file}, write(action(dir, r.ActionID), text)
}

func get(dir string, r request) (response, error) {
	text, err := os.ReadFile(action(dir, r.ActionID))
	if os.IsNotExist(err) {
		return response{Miss: true}, nil
	}
	if err != nil {
		return response{}, err
	}
	var e entry
	if err := json.Unmarshal(text, &e); err != nil {
		return response{}, err
	}
	file := body(dir, e.OutputID)
	if info, err := os.Stat(file); err != nil || info.Size() != e.Size {
		return response{}, fmt.Errorf("%s: size is not %d", file, e.Size)
	}
	return response{OutputID: e.OutputID, Size: e.Size, Time: &e.Time, DiskPath: file}, nil
}

// write makes the file, whole or not at all.
func write(file string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
