package hooks

// What is hidden in the parameters of a call may be in the text of the error that it returns,
// as in fmt.Errorf("card %s: %w", card.Number, err), and so may what an error itself holds.

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// shortest is the length in bytes of what is looked for in the text of an error: something
// shorter would be found where it is not meant.
const shortest = 4

// hidden is the texts that were hidden in a call. It is nil where none are wanted.
type hidden struct{ texts []string }

func (h *hidden) add(text string) {
	if h != nil && len(text) >= shortest && len(h.texts) < most && !slices.Contains(h.texts, text) {
		h.texts = append(h.texts, text)
	}
}

// gather adds the texts and numbers in v, which is hidden as a whole.
func (h *hidden) gather(v reflect.Value, depth int) {
	if h == nil || depth == 0 || !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		h.add(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		h.add(fmt.Sprint(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		h.add(fmt.Sprint(v.Uint()))
	case reflect.Pointer, reflect.Interface:
		h.gather(v.Elem(), depth-1)
	case reflect.Struct:
		for i := range v.NumField() {
			h.gather(v.Field(i), depth-1)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if v.Kind() == reflect.Slice {
				h.add(string(v.Bytes()))
			}
			return
		}
		for i := range min(v.Len(), most) {
			h.gather(v.Index(i), depth-1)
		}
	}
}

// errorOf returns err, or, where its text has something hidden in it, an error with a text that
// has the mark there. A type's LogValue wins here too.
func (s *secrets) errorOf(err error, found *hidden) error {
	if _, ok := logValueOf(reflect.ValueOf(err)); ok {
		return err
	}
	own := len(found.texts)
	s.inChain(err, depth, found)
	if len(found.texts) == 0 {
		return err
	}
	text, same := textOf(err), true
	for _, t := range longestFirst(found.texts) {
		if strings.Contains(text, t) {
			text, same = strings.ReplaceAll(text, t, mark), false
		}
	}
	if same && len(found.texts) == own {
		return err // it holds nothing that a handler could write by other means
	}
	return errors.New(text)
}

// longestFirst returns the texts in an order in which none is cut by another one.
func longestFirst(texts []string) []string {
	out := slices.Clone(texts)
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// inChain adds what is secret in the fields of err and of the errors that it wraps. It reads
// what Error itself may read: nothing that other pointers lead to.
func (s *secrets) inChain(err error, depth int, found *hidden) {
	if err == nil || depth == 0 {
		return
	}
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.IsValid() {
		s.inFields(v, found)
	}
	defer func() { _ = recover() }() // of an Unwrap of a nil pointer
	switch x := err.(type) {         //nolint:errorlint // each one of the chain
	case interface{ Unwrap() error }:
		s.inChain(x.Unwrap(), depth-1, found)
	case interface{ Unwrap() []error }:
		for _, e := range x.Unwrap() {
			s.inChain(e, depth-1, found)
		}
	}
}

func (s *secrets) inFields(v reflect.Value, found *hidden) {
	if s.typed(v.Type()) {
		found.gather(v, depth)
		return
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		elem := f.Type
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		switch {
		case s.secretField(f) || s.typed(elem):
			found.gather(field, depth)
		case f.Type.Kind() == reflect.Struct:
			s.inFields(field, found)
		}
	}
}

// textOf returns what err says. A nil pointer that is an error need not be able to.
func textOf(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprint(err) // which says that it panics
		}
	}()
	return err.Error()
}
