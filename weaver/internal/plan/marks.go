package plan

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// MarkFlag starts the flag that a compile has of a marked package. The compiler does not
// know it.
const MarkFlag = "-weaver="

// A Mark is what stands behind [MarkFlag]: a digest, and in front of it what the process that
// compiles the package has to know of it.
type Mark string

// NewMark returns the mark of a package whose archive says what it imports, or does not, and
// with directives of weaver's in its sources, or without.
func NewMark(handsOn, directed bool, digest string) Mark {
	kind := []byte("--")
	if handsOn {
		kind[0] = 'h'
	}
	if directed {
		kind[1] = 'd'
	}
	return Mark(string(kind) + digest)
}

// HandsOn reports whether the package's archive has to say what it imports.
func (m Mark) HandsOn() bool { return m != "" && m[0] == 'h' }

// Directed reports whether the sources had directives when the mark was made.
func (m Mark) Directed() bool { return len(m) > 1 && m[1] == 'd' }

// MainMark is what stands in the place of a package in the last -gcflags, which is there for
// the build info alone.
const MainMark = "weaver:main"

// MaxMarks is how long the marks of a build may be together, in bytes. Windows allows
// command lines of 32 KiB, and other systems far more.
const MaxMarks = maxMarks

// Marks say which packages of a build have marks.
type Marks struct {
	// Rules are those that may match where the mark is, as indexes of the plan's.
	Rules map[Mark][]int `json:"rules"`
	// Patterns are the packages that have one, or patterns of them.
	Patterns []string `json:"patterns"`
	// Hooks is a digest of the marks of what programs are linked with.
	Hooks string `json:"hooks"`
}

// Needs say which hook packages a program needs that imports a package.
type Needs struct {
	Sets [][]string     `json:"sets"`
	Of   map[string]int `json:"of"` // import path → index of its set
}

// May reports whether the rule is among those of the mark.
func (p *Plan) May(mark Mark, r *rule.Rule) bool {
	return slices.ContainsFunc(p.Marks.Rules[mark], func(i int) bool { return &p.Rules[i] == r })
}

// Stale returns the error that the build is not the one that the plan was made for, and has
// the next build make another plan.
func (p *Plan) Stale(format string, args ...any) error {
	if p.Build.Kept != "" {
		_ = os.Remove(p.Build.Kept)
	}
	return fmt.Errorf(format+"; build again", args...)
}

// CutMark takes the mark out of a command line of the compiler. It is "" where there is
// none.
func CutMark(args []string) (mark Mark, rest []string) {
	for i, a := range args {
		if m, ok := strings.CutPrefix(a, MarkFlag); ok {
			return Mark(m), slices.Delete(slices.Clone(args), i, i+1)
		}
	}
	return "", args
}
