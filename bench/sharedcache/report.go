package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// report prints a table of the raw results: of each setting the last ones. A first build
// without a second one is left out.
func report(w io.Writer, raw string) error {
	f, err := os.Open(raw)
	if err != nil {
		return err
	}
	defer f.Close()
	type key struct {
		setting
		part string
	}
	var order []key
	first, second := map[key]result{}, map[key]result{}
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var r result
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("%s: %w", raw, err)
		}
		k := key{r.setting, r.Part}
		if _, ok := first[k]; !ok {
			order = append(order, k)
		}
		if r.Build == "first" {
			first[k] = r
			delete(second, k)
		} else {
			second[k] = r
		}
	}
	text := "| app | the second build is that of | -trimpath | build | what | compiles, first → second | links | time, s | CPU, s | same program |\n|---|---|---|---|---|---:|---:|---:|---:|---|\n"
	var compiled string
	for _, k := range order {
		a, b := first[k], second[k]
		if b.Build == "" {
			continue
		}
		same := ""
		if k.part == "app" {
			same = yes(a.Program == b.Program)
		}
		text += fmt.Sprintf("| %s | another %s | %s | %s | %s | %d → %d | %d → %d | %.1f → %.1f | %.1f → %.1f | %s |\n", k.App, k.Case, k.Trimpath, k.Variant, k.part,
			a.Compiles, b.Compiles, a.Links, b.Links, a.Wall, b.Wall, a.CPU, b.CPU, same)
		if k.Variant == "woven" && len(b.Packages) > 0 {
			compiled += fmt.Sprintf("- %s, another %s, -trimpath: %s, %s: %s\n", k.App, k.Case, k.Trimpath, k.part, some(b.Packages))
		}
	}
	if compiled != "" {
		text += "\nWhat the second woven builds compiled:\n\n" + compiled
	}
	_, err = io.WriteString(w, text)
	return err
}

// some returns the first packages of many.
func some(packages []string) string {
	const most = 20
	if len(packages) <= most {
		return strings.Join(packages, " ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(packages[:most], " "), len(packages)-most)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
