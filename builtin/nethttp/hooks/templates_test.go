package hooks

import (
	"net/http"
	"testing"
)

// The template of a request's path is in its span, the span's name and the metrics; a request
// for another path below the same context has none.
func TestTemplate(t *testing.T) {
	r, reader := record(t), measure(t)
	s := serving(t, false, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	ctx := WithTemplate(t.Context(), "/pods/a", "/pods/{name}\xff")
	want := map[string]string{"GET /pods/{name}\uFFFD": "/pods/{name}\uFFFD", "GET": ""}
	for _, path := range []string{"/pods/a", "/token"} {
		req, err := http.NewRequestWithContext(ctx, "GET", s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := wovenClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		read(t, res)
	}
	for _, span := range ended(t, r, 4) {
		template, client := want[span.Name()]
		if has := value(span, "url.template"); client && has != template {
			t.Errorf("%s has the template %q", span.Name(), has)
		}
	}
	templates := map[string]bool{}
	for _, p := range points(t, reader)["http.client.request.duration"] {
		v, _ := p.attrs.Value("url.template")
		templates[v.AsString()] = true
	}
	if len(templates) != 2 || !templates[""] || !templates["/pods/{name}\uFFFD"] {
		t.Errorf("measured %v", templates)
	}
}
