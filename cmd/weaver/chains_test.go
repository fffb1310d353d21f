package main_test

import "testing"

// A chain is found where each step is the child of the one before, or has a link to it.
func TestChains(t *testing.T) {
	all := []span{
		{Trace: "1", ID: "a", Name: "GET /", Kind: "server"},
		{Trace: "1", ID: "b", Parent: "a", Name: "send orders", Kind: "producer"},
		{Trace: "2", ID: "c", Name: "process orders", Kind: "consumer", Failed: true, Links: []string{"b"}},
		{Trace: "2", ID: "d", Parent: "c", Name: "INSERT", Kind: "client"},
		{Trace: "3", ID: "d2", Parent: "c", Name: "UPDATE", Kind: "client"},
	}
	for _, test := range []struct {
		chain string
		found bool
	}{
		{"server GET /", true},
		{"root > server GET / > producer send orders ~ consumer! process orders > client INSERT", true},
		{"producer send .* ~ consumer process .*", true},
		{"root > consumer process orders > client INSERT", true},
		{"producer send orders > consumer process orders", false},
		{"server GET / ~ producer send orders", false},
		{"root > producer send orders", false},
		{"producer! send orders", false},
		{"consumer process orders > client UPDATE", false}, // in another trace
		{"server GET", false},
	} {
		c, err := parseChain(test.chain)
		if err != nil {
			t.Fatal(err)
		}
		if c.in(all) != test.found {
			t.Errorf("%s: found is %t", test.chain, !test.found)
		}
	}
	if _, err := parseChain("server > client GET"); err == nil {
		t.Error("a step without a name is none")
	}
}
