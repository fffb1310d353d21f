package genai

import (
	"runtime"
	"sync"
	"weak"

	"github.com/goweaver/weaver/instrument/hook"
)

// Streams know the operations of streams of type S. A stream has no field for it: programs
// may make their own and compare them. They keep none alive; when one is gone its operation has
// ended.
type Streams[S any] struct {
	all sync.Map // of weak.Pointer[S] to *Operation
}

// Add says that s is what an operation is answered by.
func (l *Streams[S]) Add(s *S, op *Operation) {
	key := weak.Make(s)
	l.all.Store(key, op)
	runtime.AddCleanup(s, func(key weak.Pointer[S]) {
		if op, known := l.all.LoadAndDelete(key); known {
			op.(*Operation).Lost()
		}
	}, key)
}

// Of returns the operation of s while that is under way, or nil.
func (l *Streams[S]) Of(s *S) *Operation {
	if s == nil {
		return nil
	}
	op, _ := l.all.Load(weak.Make(s))
	known, _ := op.(*Operation)
	return known
}

// Next is for the method of a stream that reads its next piece: note adds that to what is known
// of the answer, and err returns what the stream has ended with.
func (l *Streams[S]) Next(s *S, note func(*Answer), err func() error) func(more bool, how hook.Exit) {
	op := l.Of(s)
	if op == nil {
		return nil
	}
	op.reads(true)
	return func(more bool, how hook.Exit) {
		if !more {
			l.end(s, err(), how)
			return
		}
		op.Piece(note)
		if op.reads(false) {
			l.end(s, nil, hook.Returned)
		}
	}
}

// Close is for the method of a stream by which the program says that it wants no more of it. It
// may do so while another goroutine waits for the next piece, who then says how that ended;
// the stream's error is nobody else's to read.
func (l *Streams[S]) Close(s *S) {
	if op := l.Of(s); op != nil && op.closes() {
		l.end(s, nil, hook.Returned)
	}
}

func (l *Streams[S]) end(s *S, err error, how hook.Exit) {
	if op, known := l.all.LoadAndDelete(weak.Make(s)); known {
		op.(*Operation).End(err, how)
	}
}

// reads notes whether a piece is being read, and reports whether the stream was closed
// meanwhile.
func (op *Operation) reads(now bool) (closed bool) {
	op.mu.Lock()
	defer op.mu.Unlock()
	op.reading = now
	return op.closed
}

// closes notes that the stream is closed, and reports whether no piece is being read.
func (op *Operation) closes() bool {
	op.mu.Lock()
	defer op.mu.Unlock()
	op.closed = true
	return !op.reading
}
