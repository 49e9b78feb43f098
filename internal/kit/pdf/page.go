package pdf

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"rsc.io/qr"
)

// A4, in millimetres.
const (
	PageWidth  = 210.0
	PageHeight = 297.0
)

// Color is a colour of the screen.
type Color struct{ R, G, B uint8 }

// Grey is a grey, from 0 for black to 255.
func Grey(level uint8) Color { return Color{level, level, level} }

// Page is a page that is being drawn.
type Page struct {
	doc   *Document
	body  bytes.Buffer
	links []link
}

type link struct {
	x, y, width, height float64
	url                 string
}

// number writes a measure with as many digits as anybody sees.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// points turns a place into the format's own: points from the bottom left.
func points(x, y float64) string {
	return number(x*pointsPerMM) + " " + number((PageHeight-y)*pointsPerMM)
}

func (c Color) operands() string {
	return fmt.Sprintf("%s %s %s", number(float64(c.R)/255), number(float64(c.G)/255), number(float64(c.B)/255))
}

// Text draws a line of text with its left end and its base line at a point.
func (p *Page) Text(x, y float64, l Line) {
	if len(l.runs) == 0 {
		return
	}
	p.op("BT %s rg", l.style.Color.operands())
	at := x * pointsPerMM
	for _, r := range l.runs {
		p.op("/%s %s Tf", r.font.name, number(l.style.Size))
		if r.fake {
			p.op("2 Tr %s w %s RG", number(l.style.Size*0.03), l.style.Color.operands())
		}
		at = p.run(r, l.style.Size, at, (PageHeight-y)*pointsPerMM)
		if r.fake {
			p.op("0 Tr")
		}
	}
	p.op("ET")
}

// TextRight draws a line of text with its right end at a point.
func (p *Page) TextRight(x, y float64, l Line) { p.Text(x-l.Width, y, l) }

// run draws the glyphs of a run and returns where it ends. Places are in points.
func (p *Page) run(r run, size, x, y float64) float64 {
	scale, open := size/em, false
	var pending strings.Builder // of an array of glyphs and moves, in angle brackets
	flush := func() {
		if open {
			p.op("[<%s>] TJ", pending.String())
			pending.Reset()
			open = false
		}
	}
	for i, g := range r.glyphs {
		moved := g.dx != 0 || g.dy != 0
		if g.first {
			flush()
			p.op("/Span <</ActualText <%s>>> BDC", hex16("\uFEFF"+g.text))
		}
		if moved || !open {
			flush()
			p.op("1 0 0 1 %s %s Tm", number(x+g.dx*scale), number(y+g.dy*scale))
			open = true
		}
		fmt.Fprintf(&pending, "%04X", g.cid)
		x += g.advance * scale
		natural := r.font.width(g.cid)
		if moved {
			flush()
		} else if difference := natural - g.advance; math.Abs(difference) >= 0.5 {
			fmt.Fprintf(&pending, "> %s <", number(difference))
		}
		if (g.first || g.inner) && (i == len(r.glyphs)-1 || !r.glyphs[i+1].inner) {
			flush()
			p.op("EMC")
		}
	}
	flush()
	return x
}

// hex16 writes a text as the format holds Unicode.
func hex16(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String()
}

// Fill fills a rectangle.
func (p *Page) Fill(x, y, width, height float64, c Color) {
	p.op("%s rg %s %s %s re f", c.operands(), points(x, y+height), number(width*pointsPerMM), number(height*pointsPerMM))
}

// Frame draws the border of a rectangle; thick is its width.
func (p *Page) Frame(x, y, width, height, thick float64, c Color) {
	p.op("%s RG %s w %s %s %s re S", c.operands(), number(thick*pointsPerMM), points(x, y+height), number(width*pointsPerMM), number(height*pointsPerMM))
}

// Rule draws a level line; thick is its width.
func (p *Page) Rule(x, y, width, thick float64, c Color) {
	p.op("%s RG %s w %s m %s l S", c.operands(), number(thick*pointsPerMM), points(x, y), points(x+width, y))
}

// Link makes a rectangle lead to an address.
func (p *Page) Link(x, y, width, height float64, url string) {
	p.links = append(p.links, link{x, y, width, height, url})
}

// Picture draws a picture into a rectangle.
func (p *Page) Picture(x, y, width, height float64, picture *Picture) {
	at := -1
	for i, known := range p.doc.pictures {
		if known == picture {
			at = i
		}
	}
	if at < 0 {
		at = len(p.doc.pictures)
		p.doc.pictures = append(p.doc.pictures, picture)
	}
	p.op("q %s 0 0 %s %s cm /I%d Do Q", number(width*pointsPerMM), number(height*pointsPerMM), points(x, y+height), at+1)
}

// Code draws a text as a QR code of a size, with the quiet border that readers need
// inside of it. A text that is too long for one draws nothing.
func (p *Page) Code(x, y, size float64, text string) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return
	}
	const border = 4
	module := size / float64(code.Size+2*border)
	p.op("0 0 0 rg")
	for row := range code.Size {
		for column := 0; column < code.Size; column++ {
			width := 0
			for code.Black(column+width, row) {
				width++
			}
			if width == 0 {
				continue
			}
			p.op("%s %s %s re", points(x+float64(border+column)*module, y+float64(border+row+1)*module),
				number(float64(width)*module*pointsPerMM), number(module*pointsPerMM))
			column += width
		}
	}
	p.op("f")
}

func (p *Page) op(format string, args ...any) {
	fmt.Fprintf(&p.body, format, args...)
	p.body.WriteByte('\n')
}
