package hooks

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"
)

// A value says what it is when it is asked.
type valuer struct{ of slog.Value }

func (v valuer) LogValue() slog.Value { return v.of }

// What a handler writes of attributes that have been replaced is what it writes when it
// replaces them itself.
func TestReplace(t *testing.T) {
	replace := func(groups []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case "hide":
			return slog.String(a.Key, fmt.Sprint("hidden ", groups))
		case "drop":
			return slog.Attr{}
		case "unpack":
			return slog.Group("unpacked", "hide", 1, "drop", 2, "stays", len(groups))
		case "later":
			return slog.Any("later", valuer{slog.StringValue("resolved")})
		}
		return a
	}
	for _, attrs := range [][]slog.Attr{
		nil,
		{slog.Int("stays", 1), slog.Int("hide", 2), slog.Int("drop", 3), slog.Any("", nil)},
		{slog.Group("g", "hide", 1, slog.Group("h", "hide", 2, "drop", 3), "stays", 4)},
		{slog.Group("g", "drop", 1, slog.Group("h", "drop", 2)), slog.Group("empty")},
		{slog.Group("", "hide", 1), slog.Int("unpack", 1), slog.Int("later", 1)},
		{slog.Group("g", "unpack", 1), slog.Any("hide", valuer{slog.GroupValue(slog.Int("hide", 1))})},
		{slog.Any("err", errors.New("e")), slog.Any("nil", nil), slog.Any("valuer", valuer{slog.AnyValue(valuer{slog.IntValue(1)})})},
	} {
		for _, groups := range [][]string{nil, {"a"}, {"a", "b"}} {
			line := func(r replacer, attrs []slog.Attr) string {
				var out bytes.Buffer
				var h slog.Handler = slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: r})
				for _, g := range groups {
					h = h.WithGroup(g)
				}
				record := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
				record.AddAttrs(attrs...)
				if err := h.Handle(t.Context(), record); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			got, want := line(nil, replaceAll(replace, groups, attrs)), line(replace, attrs)
			if got != want {
				t.Errorf("%v in %v\n got %swant %s", attrs, groups, got, want)
			}
		}
	}
}
