// Command sharedcache measures what a second build gains from the cache of a first one: that
// of a second checkout in another folder with the same build cache, and that of a second
// machine, which has nothing but a cache program that the first one uses too:
//
//	cd bench && GOWORK=off go run ./sharedcache
//	cd bench && GOWORK=off go run ./sharedcache -app=tiny -cases=machine
//	cd bench && GOWORK=off go run ./sharedcache -report
//
// The builds are those of copies of this checkout (place.go). Compiles and links are counted
// where they happen, by a program in the place of the toolchain's, so that none is missed,
// whoever starts it (count.go); the cache program is cacheprog.go. Both are this command under
// another name. Each build appends a line to the file of raw results, which -report makes
// tables of (report.go).
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if name := filepath.Base(os.Args[0]); slices.Contains(counted(), name) {
		log.Fatal(countAndRun(name, os.Args))
	}
	if len(os.Args) == 3 && os.Args[1] == serveWord {
		if err := serve(os.Args[2], os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	raw := flag.String("raw", "sharedcache/results.jsonl", "file of raw results")
	app := flag.String("app", "hello", "what is built: tiny, hello (of this module) or shop (samples/shop)")
	cases := flag.String("cases", "checkout,machine", "the second build is that of another checkout, of another machine")
	variants := flag.String("variants", "plain,woven", "how it is built")
	trimpath := flag.String("trimpath", "no,yes", "no, yes (on the command line), GOFLAGS (there)")
	render := flag.Bool("report", false, "print a table of the raw results, and measure nothing")
	flag.Parse()
	if !*render {
		for _, c := range strings.Split(*cases, ",") {
			for _, t := range strings.Split(*trimpath, ",") {
				for _, v := range strings.Split(*variants, ",") {
					if err := measure(context.Background(), *raw, setting{App: *app, Case: c, Variant: v, Trimpath: t}); err != nil {
						log.Fatal(err)
					}
				}
			}
		}
	}
	if err := report(os.Stdout, *raw); err != nil {
		log.Fatal(err)
	}
}
