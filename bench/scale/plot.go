package main

import (
	"fmt"
	"math"
	"strings"
)

// The sizes of a plot, in pixels: a panel for each step, side by side.
const (
	panelWidth  = 200.0
	panelHeight = 150.0
	left        = 56.0 // of each panel, for the numbers of its axis
	above       = 44.0
	below       = 48.0
)

// style has colours for both, since a page that shows the plot may be light or dark.
const style = `text { font: 11px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600 }
.axis { stroke: #8c959f; fill: none } .grid { stroke: #8c959f; stroke-opacity: .25 }
.plain { stroke: #6e7781; fill: none; stroke-width: 2 } .woven { stroke: #cf5c0b; fill: none; stroke-width: 2 }
circle.plain { fill: #6e7781; stroke: none } circle.woven { fill: #cf5c0b; stroke: none }
@media (prefers-color-scheme: dark) { text { fill: #c9d1d9 } .plain { stroke: #adbac7 } circle.plain { fill: #adbac7 }
.woven { stroke: #ff9d5c } circle.woven { fill: #ff9d5c } }`

// plot draws the time of each step against the number, plain and woven, as an SVG. Both
// axes are logarithmic, so lines at the same distance have the same ratio.
func plot(d dimension, results []result) string {
	var b strings.Builder
	width := float64(len(steps()))*(left+panelWidth+16) + 8
	height := above + panelHeight + below
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%[1]g" height="%g" role="img">`+"\n", width, height)
	fmt.Fprintf(&b, "<title>Build time by %s, plain and woven</title>\n<style>%s</style>\n", d.axis, style)
	for i, step := range steps() {
		p := newPanel(costs(d, step.name, results, wall))
		p.x0 = left + float64(i)*(left+panelWidth+16)
		p.draw(&b, step.title, d.axis)
	}
	// What the colours are, once.
	for i, v := range variants() {
		x := left + float64(i)*70
		fmt.Fprintf(&b, `<line class="%s" x1="%g" y1="12" x2="%g" y2="12"/><text x="%g" y="16">%[1]s</text>`+"\n", v.name, x, x+18, x+23)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// A panel is one of the plot's diagrams.
type panel struct {
	costs      []cost
	x0         float64
	minX, maxX float64 // logarithms
	minY, maxY float64
}

func newPanel(all []cost) *panel {
	p := &panel{costs: all, minX: math.Inf(1), maxX: math.Inf(-1), minY: math.Inf(1), maxY: math.Inf(-1)}
	for _, c := range all {
		p.minX, p.maxX = min(p.minX, position(c.n)), max(p.maxX, position(c.n))
		p.minY = min(p.minY, math.Log10(c.plain), math.Log10(c.woven))
		p.maxY = max(p.maxY, math.Log10(c.plain), math.Log10(c.woven))
	}
	if p.minX == p.maxX {
		p.minX, p.maxX = p.minX-0.5, p.maxX+0.5
	}
	// At least a decade, so that noise does not look like growth.
	if room := 1.1 - (p.maxY - p.minY); room > 0 {
		p.minY, p.maxY = p.minY-room/2, p.maxY+room/2
	}
	p.minY, p.maxY = p.minY-0.05, p.maxY+0.05
	return p
}

// position returns the place of a number on the axis, where nothing stands before one.
func position(n int) float64 {
	if n == 0 {
		return -0.7
	}
	return math.Log10(float64(n))
}

func (p *panel) x(v float64) float64 {
	return p.x0 + 8 + (v-p.minX)/(p.maxX-p.minX)*(panelWidth-16)
}

func (p *panel) y(v float64) float64 {
	return above + panelHeight - (v-p.minY)/(p.maxY-p.minY)*panelHeight
}

func (p *panel) draw(b *strings.Builder, title, axis string) {
	bottom := above + panelHeight
	fmt.Fprintf(b, `<text class="title" x="%g" y="%g">%s</text>`+"\n", p.x0, above-12, title)
	for decade := math.Floor(p.minY); decade <= p.maxY; decade++ {
		for _, digit := range []float64{1, 2, 5} {
			v := decade + math.Log10(digit)
			if v < p.minY || v > p.maxY {
				continue
			}
			fmt.Fprintf(b, `<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/><text x="%.1f" y="%.1f" text-anchor="end">%.*f</text>`+"\n",
				p.x0, p.y(v), p.x0+panelWidth, p.y(v), p.x0-5, p.y(v)+4, max(0, int(-decade)), digit*math.Pow(10, decade))
		}
	}
	for _, c := range p.costs {
		x := p.x(position(c.n))
		fmt.Fprintf(b, `<line class="axis" x1="%.1f" y1="%g" x2="%.1f" y2="%g"/><text x="%.1f" y="%g" text-anchor="middle">%d</text>`+"\n",
			x, bottom, x, bottom+4, x, bottom+17, c.n)
	}
	fmt.Fprintf(b, `<path class="axis" d="M%.1f %g V%g H%.1f"/>`+"\n", p.x0, above, bottom, p.x0+panelWidth)
	fmt.Fprintf(b, `<text x="%.1f" y="%g" text-anchor="middle">%s</text>`+"\n", p.x0+panelWidth/2, bottom+36, axis)
	fmt.Fprintf(b, `<text transform="translate(%.1f %g) rotate(-90)" text-anchor="middle">seconds</text>`+"\n", p.x0-40, above+panelHeight/2)
	p.line(b, "plain", func(c cost) float64 { return c.plain })
	p.line(b, "woven", func(c cost) float64 { return c.woven })
}

func (p *panel) line(b *strings.Builder, class string, of func(cost) float64) {
	var points []string
	for _, c := range p.costs {
		points = append(points, fmt.Sprintf("%.1f,%.1f", p.x(position(c.n)), p.y(math.Log10(of(c)))))
		fmt.Fprintf(b, `<circle class="%s" cx="%.1f" cy="%.1f" r="3"/>`+"\n", class, p.x(position(c.n)), p.y(math.Log10(of(c))))
	}
	fmt.Fprintf(b, `<polyline class="%s" points="%s"/>`+"\n", class, strings.Join(points, " "))
}
