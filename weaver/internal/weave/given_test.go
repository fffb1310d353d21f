package weave

import (
	"go/format"
	"reflect"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

// The generated file's mirrors have the layout of what they mirror, and the numbers
// that stand for kinds and ends are those of package hook.
func TestMirrors(t *testing.T) {
	want := strings.Builder{}
	write := func(t reflect.Type) {
		want.WriteString("type W" + strings.ToUpper(t.Name()[:1]) + t.Name()[1:] + " struct {\n")
		for i := range t.NumField() {
			f := t.Field(i)
			typ := f.Type.String()
			if f.Type.PkgPath() == "" && strings.Contains(typ, "hook.") {
				i := strings.Index(typ, "hook.") + len("hook.")
				typ = typ[:i-len("hook.")] + "W" + strings.ToUpper(typ[i:i+1]) + typ[i+1:]
			} else if f.Type.Kind() != reflect.Interface {
				typ = f.Type.Kind().String()
			}
			want.WriteString(f.Name + " " + strings.ReplaceAll(typ, "interface {}", "interface{}") + "\n")
		}
		want.WriteString("}\n")
	}
	values := reflect.TypeFor[hook.Values]()
	about, _ := values.FieldByName("about")
	more, _ := values.FieldByName("more")
	for _, typ := range []reflect.Type{values, about.Type.Elem(), more.Type.Elem(), reflect.TypeFor[hook.Panic]()} {
		write(typ)
	}
	if got := bare((&given{values: true, panics: true}).mirrors("W")); got != bare(want.String()) {
		t.Errorf("the mirrors are\n%s\nwant\n%s", got, bare(want.String()))
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[hook.Params](), reflect.TypeFor[hook.Captured]()} {
		if typ.NumField() != 1 || typ.Field(0).Type != values {
			t.Errorf("%v is no longer the values alone", typ)
		}
	}
	first, _ := values.FieldByName("first")
	for what, equal := range map[string]bool{
		"hook.Exit":    reflect.TypeFor[hook.Exit]().Kind() == reflect.Uint8 && panicked == hook.Panicked,
		"KindBool":     kindBool == hook.KindBool,
		"KindInt64":    kindInt64 == hook.KindInt64,
		"KindUint64":   kindUint64 == hook.KindUint64,
		"KindFloat64":  kindFloat64 == hook.KindFloat64,
		"KindString":   kindString == hook.KindString,
		"KindAny":      kindAny == hook.KindAny,
		"Values.first": first.Type.Len() == inPlace,
	} {
		if !equal {
			t.Errorf("%s is another one than woven code takes it for", what)
		}
	}
}

// bare returns the declarations without comments and the blanks that align them.
func bare(src string) string {
	var out []string
	data, err := format.Source([]byte("package p\n" + src))
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "//" && words[0] != "package" {
			out = append(out, strings.Join(words, " "))
		}
	}
	return strings.Join(out, "\n")
}
