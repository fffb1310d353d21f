// What the scripts need to ask gopls, the language server that editors use, about a module.
package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// gopls is the language server that the scripts run.
const gopls = "golang.org/x/tools/gopls@v0.23.0"

// cmdGopls asks gopls, in the current directory. Of files it must find nothing wrong; and
// it must find that a text of a file refers to something that another file declares, if it
// has the settings of an editor's settings.json:
//
//	gopls check FILE…
//	[!] gopls definition SETTINGS FILE TEXT DECLARED
func (l *lab) cmdGopls(ts *testscript.TestScript, neg bool, args []string) {
	program, err := l.developerTool(gopls)
	if err != nil {
		scriptTB{ts}.Skipf("there is no gopls: %v", err)
	}
	switch {
	case len(args) > 1 && args[0] == "check" && !neg:
		for _, f := range args[1:] {
			ts.Check(ts.Exec(program, "check", f))
			must(ts, ts.ReadFile("stdout") == "", "%s: %s", f, ts.ReadFile("stdout"))
		}
	case len(args) == 5 && args[0] == "definition":
		var settings struct{ Gopls json.RawMessage }
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &settings))
		cmd := exec.Command(program)
		cmd.Dir, cmd.Env = ts.MkAbs("."), scriptEnv(ts)
		file := ts.MkAbs(args[2])
		at, err := definition(cmd, settings.Gopls, file, ts.ReadFile(args[2]), args[3])
		must(ts, err == nil == !neg, "the definition of %s: %v", args[3], err)
		must(ts, neg || at == fileURL(ts.MkAbs(args[4])), "%s is defined in %s", args[3], at)
	default:
		ts.Fatalf("usage: gopls check FILE..., or gopls definition SETTINGS FILE TEXT DECLARED")
	}
}

// definition starts the language server and asks it for the file that declares what the
// last byte of text, which stands in the source file, is part of.
func definition(server *exec.Cmd, settings json.RawMessage, file, source, text string) (uri string, err error) {
	stdin, err := server.StdinPipe()
	if err != nil {
		return "", err
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := server.Start(); err != nil {
		return "", err
	}
	defer func() {
		_ = stdin.Close()
		_ = server.Process.Kill()
		_ = server.Wait()
	}()
	before, _, found := strings.Cut(source, text)
	if !found {
		return "", fmt.Errorf("%s has no %s", file, text)
	}
	before += text[:len(text)-1]
	line := strings.Count(before, "\n")
	column := len(before) - 1 - strings.LastIndex(before, "\n")

	type object = map[string]any
	s := &languageServer{w: stdin, r: bufio.NewReader(stdout)}
	doc := object{"uri": fileURL(file), "languageId": "go", "version": 1, "text": source}
	s.call("initialize", object{"rootUri": fileURL(filepath.Dir(file)), "capabilities": object{}, "initializationOptions": settings}, nil)
	s.send(object{"method": "initialized", "params": object{}})
	s.send(object{"method": "textDocument/didOpen", "params": object{"textDocument": doc}})
	var at []struct{ URI string }
	s.call("textDocument/definition", object{
		"textDocument": object{"uri": doc["uri"]},
		"position":     object{"line": line, "character": column},
	}, &at)
	switch {
	case s.err != nil:
		return "", s.err
	case len(at) != 1:
		return "", fmt.Errorf("%d definitions", len(at))
	}
	return at[0].URI, nil
}

// A languageServer is the client's side of one. After an error it does nothing.
type languageServer struct {
	w   io.Writer
	r   *bufio.Reader
	n   int // of requests
	err error
}

func (s *languageServer) send(message map[string]any) {
	message["jsonrpc"] = "2.0"
	body, err := json.Marshal(message)
	if err == nil && s.err == nil {
		_, err = fmt.Fprintf(s.w, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	if s.err == nil {
		s.err = err
	}
}

// call sends a request and waits for its answer; on the way it answers what the server asks,
// with nothing.
func (s *languageServer) call(method string, params, result any) {
	s.n++
	s.send(map[string]any{"id": s.n, "method": method, "params": params})
	for s.err == nil {
		var m struct {
			ID     json.RawMessage
			Method string
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if s.err = s.receive(&m); s.err != nil {
			return
		}
		switch {
		case m.Method != "" && m.ID != nil:
			s.send(map[string]any{"id": m.ID, "result": nil})
		case m.Method == "" && string(m.ID) == strconv.Itoa(s.n):
			if m.Error != nil {
				s.err = fmt.Errorf("%s: %s", method, m.Error.Message)
			} else if result != nil {
				s.err = json.Unmarshal(m.Result, result)
			}
			return
		}
	}
}

func (s *languageServer) receive(message any) error {
	header, err := textproto.NewReader(s.r).ReadMIMEHeader()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(s.r, body); err != nil {
		return err
	}
	return json.Unmarshal(body, message)
}
