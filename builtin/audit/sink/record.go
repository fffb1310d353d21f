package sink

import (
	"encoding/hex"
	"log/slog"
	"time"
)

// A Record says who did what, and what came of it. It can be given to encoding/json as
// it is, whose names are those of the tags, and to package slog.
//
// A record may be kept after Write has returned, but for nobody to change: the two of one
// call have the same Details.
type Record struct {
	// Call is the same in the record of an attempt and in that of its outcome, and another
	// one for each other call.
	Call ID `json:"call"`
	// Time is when the record was made, in UTC: that of an attempt when the function was
	// called, that of an outcome when it ended.
	Time time.Time `json:"time"`
	// Actor is who called, as the function says that was given to the function Actor.
	Actor string `json:"actor"`
	// Action is what the directive or the rule calls it, or else Function.
	Action string `json:"action"`
	// Function is the audited one: example.com/shop/orders.(*Store).Put.
	Function string `json:"function"`
	// Details are the parameters that the directive or the rule names, in its order, as they
	// were when the function was called.
	Details []Detail `json:"details,omitempty"`
	// Outcome is Attempted before the function runs, and then what came of it.
	Outcome Outcome `json:"outcome"`
	// Error is the text of the error that the function returned. A panic's is not in it.
	Error string `json:"error,omitempty"`
	// Duration is how long the function took, in nanoseconds; 0 of an attempt.
	Duration time.Duration `json:"duration_ns,omitempty"`
}

// A Detail is one parameter of an audited function, or a field of one, as text.
type Detail struct {
	Key   string `json:"key"` // as the directive or the rule names it: order.ID
	Value string `json:"value"`
}

// An Outcome is what came of a call.
type Outcome string

// The outcomes.
const (
	// Attempted is before the function runs. An attempt without an outcome is one that
	// was cut off, by the end of the process for example: nobody knows what it did.
	Attempted Outcome = "attempted"
	// Succeeded is that it returned a nil error.
	Succeeded Outcome = "succeeded"
	// Failed is that it returned another one.
	Failed Outcome = "failed"
	// Panicked is that it ended by a panic, which goes on to its caller.
	Panicked Outcome = "panicked"
	// Exited is that runtime.Goexit ended its goroutine.
	Exited Outcome = "exited"
)

// An ID tells calls apart, those of other processes too: its first half is random and the
// process's own, its second half counts.
type ID [16]byte

// String returns the ID as 32 hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText returns what String does.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText is the reverse of MarshalText. It returns an error for what are not 32
// hexadecimal digits.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(id)) {
		return hex.ErrLength
	}
	_, err := hex.Decode(id[:], text)
	return err
}

// LogValue returns the record as a group for package slog, with the names of the tags.
func (r Record) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("call", r.Call.String()),
		slog.Time("time", r.Time),
		slog.String("actor", r.Actor),
		slog.String("action", r.Action),
		slog.String("function", r.Function),
		slog.String("outcome", string(r.Outcome)),
	}
	if len(r.Details) > 0 {
		var details []slog.Attr
		for _, d := range r.Details {
			details = append(details, slog.String(d.Key, d.Value))
		}
		attrs = append(attrs, slog.Attr{Key: "details", Value: slog.GroupValue(details...)})
	}
	if r.Error != "" {
		attrs = append(attrs, slog.String("error", r.Error))
	}
	if r.Duration != 0 {
		attrs = append(attrs, slog.Int64("duration_ns", int64(r.Duration)))
	}
	return slog.GroupValue(attrs...)
}
