package instrument_test

// The lines of this file stand in the example's output, so it has a file to itself.

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/instrument"
)

// Headers wants what no parameter of its target is.
func Headers(h http.Header) {}

// Each mistake has the line that made it. The folder is cut off here.
func ExampleValidate() {
	aspect := &instrument.Aspect{
		Name: "wrong",
		Rules: []instrument.Rule{
			instrument.BodyOf((*http.Client).Do).Before(Headers),
			instrument.BodyOf((*http.Client).Do).
				Around(Headers),
			instrument.BodyNamed("net/http.(*Client).Do").Before(nil),
		},
	}
	for line := range strings.SplitSeq(instrument.Validate(aspect).Error(), "\n") {
		file, rest, _ := strings.Cut(line, ":")
		fmt.Println(filepath.Base(file) + ":" + rest)
	}
	// Output:
	// example_validate_test.go:22: wrong: instrument_test.Headers: parameter 1 is http.Header, which (*http.Client).Do does not have; it has, in order, *http.Client, *http.Request
	// example_validate_test.go:24: wrong: instrument_test.Headers is used by Around but does not return an exit function; return a func last, or use Before
	// example_validate_test.go:25: wrong: "net/http.(*Client).Do" does not name a function; write "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method"
	// example_validate_test.go:25: wrong: the hook is nil; name a function
}
