package page

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// A browser is a chromium without a window, which is told what to do by its DevTools protocol,
// through a pipe: https://chromedevtools.github.io/devtools-protocol.
type browser struct {
	t       testing.TB
	to      *os.File
	from    *os.File
	read    *bufio.Reader
	session string // of the tab
	last    int
	events  []event
}

type event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// startBrowser starts a browser, which ends with the test. The test is skipped where there is
// none to start.
func startBrowser(t testing.TB) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			program = p
			break
		}
	}
	if program == "" || runtime.GOOS == "windows" { // which hands on no pipes
		t.Skip("there is no chromium to look at the page with")
	}
	theirIn, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = theirIn.Close(), theirOut.Close()
	b := &browser{t: t, to: to, from: from, read: bufio.NewReader(from)}
	t.Cleanup(func() {
		b.session = ""
		b.call("Browser.close", nil, nil)
		if err := cmd.Wait(); err != nil && t.Failed() {
			t.Logf("chromium: %v\n%s", err, said.Bytes())
		}
		_, _ = to.Close(), from.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call has the browser do something, and reads what it answers into the result if that is not
// nil. Events that come before the answer are kept.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	b.last++
	message := map[string]any{"id": b.last, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(data, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		var answer struct {
			event
			ID     int             `json:"id"`
			Result json.RawMessage `json:"result"`
			Error  *struct{ Message string }
		}
		b.next(&answer)
		if answer.ID == 0 {
			b.events = append(b.events, answer.event)
			continue
		}
		if answer.Error != nil {
			b.t.Fatalf("%s: %s", method, answer.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(answer.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
		return
	}
}

// next reads one message of the browser's.
func (b *browser) next(message any) {
	b.t.Helper()
	_ = b.from.SetReadDeadline(time.Now().Add(time.Minute))
	data, err := b.read.ReadBytes(0)
	if err == nil {
		err = json.Unmarshal(data[:len(data)-1], message)
	}
	if err != nil {
		b.t.Fatalf("chromium: %v", err)
	}
}

// wait returns the parameters of the next event of that name.
func (b *browser) wait(method string) json.RawMessage {
	b.t.Helper()
	for {
		for i, e := range b.events {
			if e.Method == method {
				b.events = b.events[i+1:]
				return e.Params
			}
		}
		var e event
		b.next(&e)
		b.events = append(b.events, e)
	}
}

// open shows a page, and returns how long that took.
func (b *browser) open(html string) time.Duration {
	b.t.Helper()
	start := b.load(html)
	b.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))", nil)
	return time.Since(start)
}

// load has a page loaded, and returns when that began.
func (b *browser) load(html string) time.Time {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "weave.html")
	if err := os.WriteFile(file, []byte(html), 0o666); err != nil {
		b.t.Fatal(err)
	}
	b.events = nil
	start := time.Now()
	b.call("Page.navigate", map[string]any{"url": "file://" + file}, nil)
	b.wait("Page.loadEventFired")
	return start
}

// eval evaluates JavaScript, and reads its value into the result if that is not nil. A promise
// is waited for.
func (b *browser) eval(code string, result any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Exception struct{ Description string }
		}
	}
	b.call("Runtime.evaluate", map[string]any{"expression": code, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", code, answer.ExceptionDetails.Exception.Description)
	}
	if result != nil {
		if err := json.Unmarshal(answer.Result.Value, result); err != nil {
			b.t.Fatalf("%s: %v", code, err)
		}
	}
}

// want says what JavaScript has to be, as text.
func (b *browser) want(code, want string) {
	b.t.Helper()
	var got any
	b.eval(code, &got)
	if text := fmt.Sprint(got); text != want {
		b.t.Errorf("%s is %q, want %q", code, text, want)
	}
}

// press presses keys, one after the other.
func (b *browser) press(keys ...string) {
	b.t.Helper()
	codes := map[string]int{
		"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36,
		"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "/": 191,
	}
	texts := map[string]string{"Enter": "\r", " ": " ", "/": "/"}
	for _, key := range keys {
		for _, kind := range []string{"keyDown", "keyUp"} {
			params := map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
			if texts[key] != "" && kind == "keyDown" {
				params["text"] = texts[key]
			}
			b.call("Input.dispatchKeyEvent", params, nil)
		}
	}
}

// write writes a text where the focus is.
func (b *browser) write(text string) {
	b.t.Helper()
	b.call("Input.insertText", map[string]any{"text": text}, nil)
}
