package report

// What a build comes to, in a few numbers. The wrapper has it of the same facts as the
// findings, after the outer go command: nothing is asked for it.

// A Summary counts what a build consists of.
type Summary struct {
	Packages int // by import path: variants for tests count as what they are variants of
	Woven    int // of these
	Sites    int // places at which a rule was woven, in all of these
}

// Summary returns the counts of the build whose packages say what is in records, by the go
// command's keys of the compiles. What only hooks bring into a program does not count.
func (g *Graph) Summary(records map[string]*Record) Summary {
	out := Summary{Packages: len(g.Packages())}
	sites := map[[2]string]int{} // of a package's rule
	woven := map[string]bool{}
	for _, a := range g.compiles() {
		rec := records[a.ActionID]
		if rec == nil {
			continue
		}
		for id, n := range rec.Sites {
			// Variants are made of the same sources, but for the files of tests.
			key := [2]string{a.path(), id}
			if more := n - sites[key]; more > 0 {
				sites[key] = n
				out.Sites += more
				woven[a.path()] = true
			}
		}
	}
	out.Woven = len(woven)
	return out
}
