package otlp

import (
	"bytes"
	"strings"
	"testing"
)

// A message has its length in front, of as many bytes as that takes.
func TestMessageLength(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 127, 128, 16381, 16382, 16383, 16384, 1 << 21} {
		e := &encoder{buf: []byte("before")}
		content := strings.Repeat("x", n)
		e.message(3, func() {
			e.message(1, func() { e.textAlways(2, content) })
		})
		var got string
		depth := 0
		err := fields(e.buf[len("before"):], func(outer int, _ uint64, message []byte) {
			if fields(message, func(inner int, _ uint64, message []byte) {
				if fields(message, func(field int, _ uint64, text []byte) {
					depth, got = outer*100+inner*10+field, string(text)
				}) != nil {
					t.Error("the innermost message is broken")
				}
			}) != nil {
				t.Error("the inner message is broken")
			}
		})
		if err != nil || depth != 312 || got != content {
			t.Errorf("%d bytes: fields %d, %d bytes, %v", n, depth, len(got), err)
		}
	}
}

// Bytes that are no UTF-8 become U+FFFD: a collector takes no others.
func TestTextIsUTF8(t *testing.T) {
	e := &encoder{}
	e.text(1, "a\xffb")
	if want := "\x0a\x05a\uFFFDb"; string(e.buf) != want {
		t.Errorf("%q, want %q", e.buf, want)
	}
}

// Whatever a server answers is read without going past its end, and what was written is read
// as it was.
func FuzzFields(f *testing.F) {
	f.Add([]byte{0x08, 0x96, 0x01})
	f.Add([]byte{0x12, 0x07, 't', 'e', 's', 't', 'i', 'n', 'g'})
	f.Add([]byte{0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{0x0d, 1, 2, 3})
	f.Add([]byte{0x0b})
	f.Fuzz(func(t *testing.T, data []byte) {
		again := &encoder{}
		err := fields(data, func(field int, n uint64, content []byte) {
			if len(content) > len(data) {
				t.Fatalf("%d bytes of %d", len(content), len(data))
			}
			if content != nil {
				again.bytesAlways(field, content)
			} else {
				again.uintAlways(field, n)
			}
		})
		if err == nil && fields(again.buf, func(int, uint64, []byte) {}) != nil {
			t.Errorf("% x is not read again: % x", data, again.buf)
		}
		_ = traces.partial(data)
		retryInfo(string(bytes.ToValidUTF8(data, nil)))
	})
}
