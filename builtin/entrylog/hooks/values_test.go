package hooks

// Nothing secret is in a line, whatever leads to it and however a handler writes.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument/hook"
)

const number = "4111111111111111"

type Card struct{ Number string }

func (c Card) String() string { return "card " + c.Number }

type Account struct {
	Name, Password string
	APIToken       string
	PIN            string `json:"card_pin"`
	Internal       string `json:"-"`
	secret         string
	Seen           time.Time
}

func (a Account) String() string {
	return fmt.Sprintf("%+v", struct{ A, B string }{a.Name, a.Password})
}

type Masked struct{ Number string }

func (m Masked) LogValue() slog.Value { return slog.StringValue("…" + m.Number[len(m.Number)-4:]) }

type byPointer struct{ Number string }

func (m *byPointer) LogValue() slog.Value { return slog.StringValue("own") }

type nested struct{ A any }

type failing struct{ v any }

func (f failing) LogValue() slog.Value { return slog.AnyValue(f.v) }

type Embedding struct {
	Account
	ID int
}

type cycle struct {
	Name string
	Next *cycle
}

// lines returns what both of log/slog's handlers write of the values.
func lines(t *testing.T, redact string, keysAndValues ...any) string {
	t.Helper()
	s := newSettings(&hook.Func{Options: []hook.Option{{Key: "redact", Value: redact}}})
	var b bytes.Buffer
	attrs := s.parameters(nil, hook.Captured{Values: hook.MakeValues(keysAndValues...)}, false, &hidden{})
	for _, h := range []slog.Handler{
		slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: drop}),
		slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: drop}),
	} {
		slog.New(h).LogAttrs(t.Context(), slog.LevelInfo, "", attrs...)
	}
	return b.String()
}

func drop(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
		return slog.Attr{}
	}
	return a
}

func TestNothingSecret(t *testing.T) {
	card, account := Card{number}, Account{Name: "ann", Password: number, APIToken: number, PIN: number, Internal: number, secret: number}
	for claim, v := range map[string]any{
		"a value":                          card,
		"a pointer":                        &card,
		"a pointer to a pointer":           func() **Card { p := &card; return &p }(),
		"in a struct":                      struct{ C Card }{card},
		"in an interface":                  struct{ C any }{card},
		"in a slice":                       []Card{card},
		"in an array of pointers":          [1]*Card{&card},
		"in a map":                         map[string]Card{"a": card},
		"a map's key":                      map[Card]int{card: 1},
		"below a secret key":               map[string]string{"X-Auth-Token": number},
		"below a secret key, of any":       map[string]any{"password": []string{number}},
		"in slices of maps of structs":     []map[string]struct{ P *Card }{{"a": {&card}}},
		"by the name of a field":           account,
		"by a pointer":                     &account,
		"in what is embedded":              Embedding{account, 7},
		"in what a LogValue hands on":      failing{account},
		"in a group that a LogValue makes": failing{slog.GroupValue(slog.Any("a", account))},
		"in a Stringer":                    fmt.Stringer(account),
		"in an error":                      fmt.Errorf("refused: %w", &cardError{Card: card}),
		"in joined errors":                 errors.Join(errors.New("a"), &cardError{Card: card}),
		"far down":                         nested{nested{nested{nested{nested{nested{nested{card}}}}}}},
	} {
		if got := lines(t, "github.com/goweaver/weaver/builtin/entrylog/hooks.Card,card_pin", "v", v); strings.Contains(got, number) || !strings.Contains(got, "v") {
			t.Errorf("%s: %s", claim, got)
		}
	}
}

type cardError struct {
	Card Card
	Err  error
}

func (e *cardError) Error() string                { return fmt.Sprintf("%v: %v", e.Card, e.Err) }
func (e *cardError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Card) }

func TestShown(t *testing.T) {
	u, _ := url.Parse("https://ann:" + number + "@example.com/x")
	for _, tt := range []struct {
		v    any
		want string
	}{
		{7, `v=7 {"v":7}`},
		{"a", `v=a {"v":"a"}`},
		{nil, `v=<nil> {"v":null}`},
		{time.Second, `v=1s {"v":1000000000}`},
		{(*Card)(nil), `v=<nil> {"v":null}`},
		{Masked{number}, `v=…1111 {"v":"…1111"}`},
		{[]Masked{{number}}, `v=[…1111] {"v":["…1111"]}`},
		{byPointer{number}, `v=own {"v":"own"}`},
		{struct{ Password Masked }{Masked{number}}, `v.Password=…1111 {"v":{"Password":"…1111"}}`},
		{Embedding{Account{Name: "ann"}, 7}, `v.Name=ann v.Password=[REDACTED] v.APIToken=[REDACTED] v.PIN=[REDACTED] v.Seen=0001-01-01T00:00:00.000Z v.ID=7 ` +
			`{"v":{"Name":"ann","Password":"[REDACTED]","APIToken":"[REDACTED]","PIN":"[REDACTED]","Seen":"0001-01-01T00:00:00Z","ID":7}}`},
		{[]struct{ A, B int }{{1, 2}}, `v="[map[A:1 B:2]]" {"v":[{"A":1,"B":2}]}`},
		{[]byte("abc"), `v="3 bytes" {"v":"3 bytes"}`},
		{make([]int, 18), `v="[0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 … 2 more]" {"v":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"… 2 more"]}`},
		{map[int]string{2: "b", 1: "a"}, `v="map[1:a 2:b]" {"v":{"1":"a","2":"b"}}`},
		{struct{ a int }{1}, `v={} {"v":"{}"}`},
		{func() {}, `v=func() {"v":"func()"}`},
		{json.RawMessage(`{"a":1}`), `v="{\"a\":1}" {"v":{"a":1}}`},
		{errors.New("bad"), `v=bad {"v":"bad"}`},
		{fmt.Errorf("b: %w", errors.New("bad")), `v="b: bad" {"v":"b: bad"}`},
		{func() *cycle { c := &cycle{Name: "x"}; c.Next = c; return c }(), `v.Name=x v.Next.Name=x v.Next.Next.Name=x v.Next.Next.Next=… {"v":{"Name":"x","Next":{"Name":"x","Next":{"Name":"x","Next":"…"}}}}`},
		{u, `v.Scheme=https v.Opaque="" v.User=[REDACTED] v.Host=example.com`},
	} {
		got := strings.ReplaceAll(strings.TrimSpace(lines(t, "card_pin,User", "v", tt.v)), "\n", " ")
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%T:\n%s\nwant\n%s", tt.v, got, tt.want)
		}
	}
}

func TestNamed(t *testing.T) {
	s := newSecrets(&hook.Func{Options: []hook.Option{{Key: "redact", Value: "card, order.note"}}})
	for n, want := range map[string]bool{
		"card": true, "Card": true, "CardNumber": true, "card_id": true, "cards": true, "X-Card": true, "oldCard2": true,
		"discard": false, "cardinality": false, "wildcard": false, "": false, "o": false,
		"password": true, "PasswordHash": true, "userpassword": true, "APIKey": true, "apikey": true, "api_keys": true,
		"order.user.Token": true, "order.ID": false, "order.note": true, "other.note": false, "CVV": true, "cvv2": true,
		"Authorization": true, "Set-Cookie": true, "author": false,
	} {
		if got := s.named(n); got != want {
			t.Errorf("%s: %v", n, got)
		}
	}
}

// What is hidden of the parameters, or in an error itself, is not in the error's text either,
// and an error with nothing to hide is logged as the value that it is.
func TestErrorOf(t *testing.T) {
	s := newSecrets(&hook.Func{Options: []hook.Option{{Key: "redact", Value: "github.com/goweaver/weaver/builtin/entrylog/hooks.Card"}}})
	var none *cardError
	for _, tt := range []struct {
		err   error
		found []string
		want  string // "" if it stays itself
	}{
		{errors.New("refused"), nil, ""},
		{errors.New("refused"), []string{number}, ""},
		{fmt.Errorf("card %s", number), []string{number}, "card [REDACTED]"},
		{errors.New("41111 is in 4111111"), []string{"4111", "4111111"}, "[REDACTED]1 is in [REDACTED]"},
		{fmt.Errorf("a: %w", &cardError{Card: Card{number}}), nil, "a: card [REDACTED]: <nil>"},
		{errors.Join(errors.New("x"), &cardError{Card: Card{number}}), nil, "x\ncard [REDACTED]: <nil>"},
		{none, nil, ""},
	} {
		got := s.errorOf(tt.err, &hidden{texts: tt.found})
		if tt.want == "" && got != tt.err { //nolint:errorlint // the very value
			t.Errorf("%v is replaced by %v", tt.err, got)
		}
		if tt.want != "" && got.Error() != tt.want {
			t.Errorf("%v, want %s", got, tt.want)
		}
	}
}

// When a function has ended nothing is read that another goroutine may write by then.
func TestPlain(t *testing.T) {
	s := newSettings(&hook.Func{})
	values := hook.Captured{Values: hook.MakeValues("n", 1, "p", &Card{}, "s", []int{1}, "c", Card{"1"}, "t", time.Time{}, "m", map[string]int{}, "e", errors.New("x"), "z", nil)}
	keys := ""
	for _, a := range s.parameters(nil, values, true, &hidden{}) {
		keys += a.Key
	}
	if keys != "nctz" {
		t.Errorf("the values that are read late are %s", keys)
	}
}
