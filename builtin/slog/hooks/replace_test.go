package hooks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"
)

// A value says what it is when it is asked.
type valuer struct{ of slog.Value }

func (v valuer) LogValue() slog.Value { return v.of }

// What the ReplaceAttr of a handler hides is not exported, be it of a record or of what the
// handler was given.
func TestHidden(t *testing.T) {
	got := exported(t)
	old := inside
	t.Cleanup(func() { inside = old })
	adopt(nil, nil, func(slog.Handler) ([]string, replacer) {
		return nil, func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == "password" {
				return slog.Attr{}
			}
			return a
		}
	})
	secret := slog.String("password", "s3cret")
	h := jsonWith(slog.NewJSONHandler(io.Discard, nil), secret, slog.Int("given", 1))
	x := slog.NewTextHandler(io.Discard, nil)
	end := TextWithAttrs(x, []slog.Attr{secret, slog.Int("given", 1)})
	next := slog.NewTextHandler(io.Discard, nil)
	end(next)
	grouped := slog.NewTextHandler(io.Discard, nil)
	TextWithGroup(next, "g")(grouped)
	for _, c := range []struct {
		h    slog.Handler
		want string
	}{
		{h, "INFO m given=INT64:1 k=INT64:2"},
		{next, "INFO m given=INT64:1 k=INT64:2"},
		{grouped, `INFO m given=INT64:1 g=MAP:{"k":2}`},
	} {
		got.all = nil
		Log(slog.New(c.h), t.Context()).InfoContext(t.Context(), "m", secret, slog.Int("k", 2))
		if len(got.all) != 1 || text(got.all[0]) != c.want {
			t.Errorf("%v, want %s", got.all, c.want)
		}
	}
}

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
