package instrument_test

// Examples of the advices on a body and on a call. The hooks stand beside the aspects here; in a
// program they have a package of their own.

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

// Request marks what is sent, and logs how it ended.
func Request(req *http.Request) (*http.Request, func(res *http.Response, err error)) {
	req = req.Clone(req.Context())
	req.Header.Set("X-Request-From", "shop")
	return req, func(res *http.Response, err error) { log.Println(req.URL, err) }
}

// The first result replaces the request for all of the body, the last one runs when it ends,
// with the results.
func ExampleBody_Around() {
	// func Request(req *http.Request) (*http.Request, func(res *http.Response, err error))
	aspect := &instrument.Aspect{
		Name:  "requests",
		Rules: []instrument.Rule{instrument.BodyOf((*http.Client).Do).Around(Request)},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Again calls the body up to the rule's number of times, until it does not fail.
func Again(ctx context.Context, f *hook.Func, body func() error) (err error) {
	attempts, _ := f.Option("attempts").(int64)
	for range attempts {
		if err = body(); err == nil || ctx.Err() != nil {
			break
		}
	}
	return err
}

// The hook has the body as a function, so it may run it again.
func ExampleBody_Enclose() {
	// func Again(ctx context.Context, f *hook.Func, body func() error) error
	aspect := &instrument.Aspect{
		Name: "again",
		Rules: []instrument.Rule{
			instrument.BodyNamed("(*example.com/shop/payments.Client).Charge").Enclose(Again).With("attempts", 3),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// What a constant may be, the rule says: of With here, and of the directives in the source.
func ExampleRule_Range() {
	// func Again(ctx context.Context, f *hook.Func, body func() error) error
	aspect := &instrument.Aspect{
		Name: "again",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.HasDirective("again", "attempts")).Enclose(Again).
				With("attempts", 30).Range("attempts", 1, 10),
		},
	}
	_, mistake, _ := strings.Cut(instrument.Validate(aspect).Error(), "again: ")
	fmt.Println(mistake)
	// Output: attempts is 30, and it may be 1 to 10; correct it
}

// Sent sets what every new request has.
func Sent(req *http.Request, err error) (*http.Request, error) {
	if err == nil {
		req.Header.Set("X-Request-From", "shop")
	}
	return req, err
}

// The hook is given all results of the call, and returns what takes their place.
func ExampleCall_Wrap() {
	// func Sent(req *http.Request, err error) (*http.Request, error)
	aspect := &instrument.Aspect{
		Name:  "sent",
		Rules: []instrument.Rule{instrument.CallTo(http.NewRequest).Wrap(Sent)},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// ErrLate says that something took too long.
var ErrLate = errors.New("late")

// Late is one more error after noon.
func Late() error {
	if time.Now().Hour() >= 12 {
		return ErrLate
	}
	return nil
}

// errors.Join takes any number of errors, and the calls in the main modules get one more.
func ExampleCall_Append() {
	// func Late() error
	aspect := &instrument.Aspect{
		Name:  "late",
		Rules: []instrument.Rule{instrument.CallTo(errors.Join).Append(Late)},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
