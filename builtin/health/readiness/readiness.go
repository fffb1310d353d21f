// Package readiness says whether a program is ready for requests, and serves it to who
// sends them: a load balancer, or the readiness probe of Kubernetes.
//
//	readiness.Add("database", db.PingContext)
//	internal.Handle("GET /readyz", readiness.Handler())
//
// What it says is made of the checks that the program adds, of the functions that have the
// directive //weaver:health, and of the circuits of the built-in breaker. It works in a program
// that is not woven as well, with the first of these alone.
//
// It is not for a liveness probe: who asks that restarts the program, and a database that does not
// answer is no reason to. A handler that does nothing but answer is the right one there.
package readiness

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/goweaver/weaver/builtin/internal/vitals"
)

// A Status is how a check, or the whole program, does.
type Status string

const (
	// OK is that all is well.
	OK Status = "ok"
	// Degraded is that something does not work, and that the program is ready all the same.
	Degraded Status = "degraded"
	// Failing is that the program is not ready.
	Failing Status = "failing"
)

// A Report says whether the program is ready, and why.
type Report struct {
	// Status is that of the check that does worst; without any it is OK.
	Status Status `json:"status"`
	// Checks are in the order of their names.
	Checks []Check `json:"checks,omitempty"`
}

// A Check is what a report says of one thing.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Error is what is wrong, empty where nothing is.
	Error string `json:"error,omitempty"`
}

// Optional returns an error that has its check degraded, and not failing: for what the program can
// do without. A nil error comes back as it is.
func Optional(err error) error {
	if err == nil {
		return nil
	}
	return &optional{err}
}

type optional struct{ error }

func (o *optional) Unwrap() error { return o.error }

// Add has check asked under that name whenever the program's readiness is: a nil error is well, one
// of [Optional] degraded, any other failing. Its context ends when nobody waits for it any more. It
// runs in a goroutine of its own beside the other checks and is not asked again before it has
// returned; a panic of its is an error. remove takes it out, and may be called more than once.
func Add(name string, check func(context.Context) error) (remove func()) {
	c := &probe{name: name, check: check}
	probes.Lock()
	defer probes.Unlock()
	probes.all = append(slices.Clone(probes.all), c)
	return func() {
		probes.Lock()
		defer probes.Unlock()
		probes.all = slices.DeleteFunc(slices.Clone(probes.all), func(other *probe) bool { return other == c })
	}
}

// probes are those of the program: who adds one, who serves them and what weaver wove do not
// know of each other.
var probes struct {
	sync.Mutex
	all []*probe // replaced, never written to
}

// Now returns whether the program is ready, as [Handler] serves it: for who tells it otherwise, such
// as by gRPC's health protocol. Checks that have not answered when ctx ends are failing.
func Now(ctx context.Context) Report { return Config{}.Now(ctx) }

// Now is as [Now], by that configuration.
func (c Config) Now(ctx context.Context) Report {
	timeout, maxAge := c.orDefaults()
	probes.Lock()
	all := probes.all
	probes.Unlock()
	checks := make([]Check, len(all))
	var wg sync.WaitGroup
	for i, p := range all {
		wg.Go(func() { checks[i] = p.ask(ctx, timeout, maxAge) })
	}
	wg.Wait()
	for _, v := range vitals.All() {
		checks = append(checks, Check{v.Name, [...]Status{OK, Degraded, Failing}[v.State], v.Detail})
	}
	slices.SortStableFunc(checks, func(a, b Check) int { return cmp.Compare(a.Name, b.Name) })
	return Report{worst(checks), checks}
}

func worst(checks []Check) Status {
	status := OK
	for _, c := range checks {
		if c.Status == Failing || status == OK {
			status = c.Status
		}
	}
	return status
}

// checked returns what the report says of a check that has returned err.
func checked(name string, err error) Check {
	switch o := (*optional)(nil); {
	case err == nil:
		return Check{name, OK, ""}
	case errors.As(err, &o):
		return Check{name, Degraded, err.Error()}
	}
	return Check{name, Failing, err.Error()}
}

// A Config is how checks are asked and served. The zero value is what [Handler] has.
type Config struct {
	// Timeout is how long a check may take. 0 means 800 ms, which leaves time to answer within the
	// second that Kubernetes waits unless it is told otherwise.
	Timeout time.Duration
	// MaxAge is how long what a check has said is said again without asking it, so that probes,
	// however many, do not load what they ask about. 0 means a second; negative is not at all,
	// but one answer still is for all who wait for it.
	MaxAge time.Duration
	// Brief leaves the checks out of what is served: their names and errors are for those who run
	// the program, and no business of others.
	Brief bool
}

func (c Config) orDefaults() (timeout, maxAge time.Duration) {
	timeout, maxAge = c.Timeout, c.MaxAge
	if timeout <= 0 {
		timeout = 800 * time.Millisecond
	}
	if maxAge == 0 {
		maxAge = time.Second
	}
	return timeout, maxAge
}
