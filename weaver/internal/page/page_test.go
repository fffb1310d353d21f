package page

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// awkward are texts that a page could be led astray by, and each has to show whole.
var awkward = []string{
	`x := "</script><script>alert(1)</script>"`,
	`<!-- <b>&amp;</b> ]]> --> "quoted" 'quoted'`,
	"café 😀 \u65e5\u672c",
}

// sample returns a page of three packages, on which all that a page can have is.
func sample() *Page {
	return &Page{
		Module: "example.com/shop",
		Facts:  []Fact{{"made by", "go tool weaver report ./..."}, {"for", "go1.26.8 linux/amd64"}},
		Aspects: []Aspect{
			{Name: "spans", Doc: "a span for each <function>", Rules: []Rule{
				{Point: "body where Name(\"Place*\")", Advice: "around", Hook: "example.com/shop/hooks.Span", Declared: "orchestrion.tool.go:12", Sites: 3},
				{Point: "body example.com/shop/store.Open", Advice: "before", Hook: "example.com/shop/hooks.Open", Declared: "orchestrion.tool.go:14", Sites: 1},
			}},
			{Name: "guard", Doc: "rights", Strict: true, Rules: []Rule{
				{Point: "body nowhere.Func", Advice: "check", Hook: "example.com/shop/hooks.May", Declared: "orchestrion.tool.go:120", Problem: "nothing to weave: no such package"},
				{Point: "package main", Advice: "file state.go", Declared: "orchestrion.tool.go:121", Sites: 1},
			}},
		},
		Packages: []Package{
			{Path: "example.com/shop", Whole: []Site{{Aspect: 1, Rule: 1}}, Files: []File{
				{Name: "weaver_main.go", Added: "package main\n\nimport _ \"x\"\n"},
			}},
			{Path: "example.com/shop/orders", Files: []File{
				{Name: "orders/orders.go", Excerpts: []Excerpt{{
					First: 7,
					Lines: [][]Part{
						{{Text: awkward[0]}},
						{{"func (s *Service) Place(", Kept}, {"a", Removed}, {"b", Inserted}, {" int) { ", Kept}, {"/* " + awkward[1] + " */", Inserted}, {awkward[2] + " }", Kept}},
						{{Text: "// " + strings.Repeat("0123456789", 1000) + "é"}},
					},
					Sites: []Site{{8, "(*Service).Place", 0, 0}, {8, "(*Service).PlaceAll", 0, 0}},
				}}},
			}},
			{Path: "example.com/shop/hooks", Files: []File{{Name: "hooks/weaver_ready.go", Added: "package hooks\n"}}},
			{Path: "example.com/shop/store", Tests: "example.com/shop/store", Files: []File{
				{Name: "store/store.go", Note: "made from store.go", Excerpts: []Excerpt{
					{First: 1, Lines: [][]Part{{{Text: "a\x00b\xff \u202e\u2066"}}, {{Text: "\tfunc Open()"}, {"{", Inserted}}}, Sites: []Site{{2, "Open", 0, 1}}},
					{First: 90, Lines: [][]Part{{{Text: "func Place()"}, {"{", Inserted}}}, Sites: []Site{{90, "Place", 0, 0}}},
				}},
			}},
		},
		Plain:    []string{"example.com/shop/prices"},
		Findings: []Finding{{"./orders/late.go:4", "spans", "Late is nosplit <so>; leave it"}},
	}
}

func write(t testing.TB, p *Page) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	got := write(t, sample())
	for _, want := range []string{
		"<title>What is woven into example.com/shop</title>",
		`<a href="#packages"><b>5</b> sites</a> in <b>3</b> of 5 packages, by <a href="#aspects"><b>3</b> of 4 rules</a> of 2 aspects.`,
		`<a class="warn" href="#findings"><b>1</b> finding</a>`,
		`<li><a href="#r1.1"><b>spans</b> around hooks.Span</a> <code>(*Service).Place</code> <span class="place">orders.go:8</span></li>`,
		`<li><a href="#r2.2"><b>guard</b> file state.go</a></li>`,
		`<ol class="source" start="7">`,
		`<span class="unseen">woven: </span>func (s *Service) Place(<del>a</del><ins>b</ins> int) { <ins>/* &lt;!--`,
		`<tr id="r1.1" tabindex="-1"><td><code>body where Name(&#34;Place*&#34;)</code></td><td>around <code>example.com/shop/hooks.Span</code></td>`,
		`data-find="spans orchestrion.tool.go:12" title="Show these sites">3</a>`,
		`<p class="warn">nothing to weave: no such package</p>`,
		"1 rule that matches nothing here",
		"1 package that weaving does not change",
		"<li><code>./orders/late.go:4</code> <b>spans</b> <span>Late is nosplit &lt;so&gt;; leave it</span></li>",
		`a\u0000b\xff \u202e\u2066`,
		`weaver_main.go</h4> <span class="doc">3 lines</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if !utf8.ValidString(got) {
		t.Error("the page is not UTF-8")
	}
	if strings.Contains(got, "{{") {
		t.Error("the page has a hole")
	}
	if first, second := strings.Index(got, "<h3>example.com/shop/orders<"), strings.Index(got, "<h3>example.com/shop<"); first > second {
		t.Error("the package with one site stands before that with two")
	}
	if n := strings.Count(got, "0123456789"); n > longest/10 {
		t.Errorf("%d bytes of a long line are on the page", 10*n)
	}
}

// The one script and the one style are those whose digests the policy allows, and no source
// ends them.
func TestPolicy(t *testing.T) {
	got := write(t, sample())
	for _, element := range []string{"style", "script"} {
		if n := strings.Count(got, "<"+element); n != 1 {
			t.Errorf("%d elements %s, want 1", n, element)
		}
		_, text, _ := strings.Cut(got, "<"+element+">")
		text, _, _ = strings.Cut(text, "</"+element)
		if !strings.Contains(got, fmt.Sprintf("%s-src '%s'", element, digest(text))) {
			t.Errorf("the policy forbids the page's %s", element)
		}
	}
	if strings.Contains(got, " style=") || strings.Contains(got, " onclick=") {
		t.Error("the page has an attribute that the policy forbids")
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"a\tb\nc":              "a\tb\nc",
		`<a href="x">&amp;`:    "&lt;a href=&#34;x&#34;&gt;&amp;amp;",
		"\xc3(":                `\xc3(`,
		"\x1b[31m\r\u0085":     `\u001b[31m\u000d\u0085`,
		"\u202etrojan\u2069":   `\u202etrojan\u2069`,
		"\ufffd is as it was":  "\ufffd is as it was",
		"\ufeffa byte order's": `\ufeffa byte order's`,
	} {
		if got := escape(text); got != want {
			t.Errorf("escape(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, text := range []string{"", "short", strings.Repeat("é", longest), strings.Repeat("\x80", 3*longest), strings.Repeat("a", longest+1)} {
		head, tail, cut := shorten(text)
		if len(head)+cut+len(tail) != len(text) || !strings.HasPrefix(text, head) || !strings.HasSuffix(text, tail) {
			t.Errorf("of %d bytes %d, %d and %d are left", len(text), len(head), cut, len(tail))
		}
		if len(head)+len(tail) > longest+utf8.UTFMax {
			t.Errorf("%d bytes are too many", len(head)+len(tail))
		}
		if utf8.ValidString(text) && (!utf8.ValidString(head) || !utf8.ValidString(tail)) {
			t.Errorf("a character is cut: %q, %q", head, tail)
		}
	}
}
