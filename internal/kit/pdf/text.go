package pdf

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Missing stands for characters that no font has.
const Missing = "[…]"

// Style is how a text looks.
type Style struct {
	Size  float64 // points
	Bold  bool
	Color Color
}

// Line is a text that was set on one line.
type Line struct {
	Width    float64 // millimetres
	Leftward bool    // it is of a paragraph that is read from right to left
	style    Style
	runs     []run
}

// run is a piece of a line in one font, its glyphs from left to right.
type run struct {
	font   *used
	fake   bool // bold without a bold font
	glyphs []glyph
}

// glyph is one shape; measures are thousandths of the size.
type glyph struct {
	cid          int
	advance      float64
	dx, dy       float64
	text         string // what the shapes of a cluster of several stand for, at the first
	first, inner bool   // of such a cluster
}

// em is the size at which text is shaped: measures then are thousandths.
const em = 1000

const pointsPerMM = 72 / 25.4

// Set sets a text on one line; what is wider than width is cut off, with an ellipsis.
func (d *Document) Set(text string, s Style, width float64) Line {
	runes := d.clean(text)
	direction := directionOf(runes)
	line := d.setLine(runes, s, direction)
	if line.Width <= width {
		return line
	}
	low, high := 0, len(runes)-1
	for low < high {
		middle := (low + high + 1) / 2
		if d.setLine(shortened(runes, middle), s, direction).Width <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return d.setLine(shortened(runes, low), s, direction)
}

// shortened is the first n characters and an ellipsis. A mark stays with its letter.
func shortened(runes []rune, n int) []rune {
	for n > 0 && n < len(runes) && unicode.Is(unicode.M, runes[n]) {
		n--
	}
	return append(slices.Clone(runes[:n]), '…')
}

// Wrap sets a text on as many lines of the width as it needs. A word that is wider is
// broken.
func (d *Document) Wrap(text string, s Style, width float64) []Line {
	var lines []Line
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		runes := d.clean(part)
		direction := directionOf(runes) // of all its lines
		for {
			n := len(runes)
			if n > 0 {
				n = d.fit(runes, s, width, direction)
			}
			lines = append(lines, d.setLine(trimmed(runes[:n]), s, direction))
			if runes = runes[n:]; len(runes) == 0 {
				break
			}
		}
	}
	return lines
}

// trimmed takes the blanks at the end of a line away.
func trimmed(runes []rune) []rune {
	for len(runes) > 0 && unicode.IsSpace(runes[len(runes)-1]) {
		runes = runes[:len(runes)-1]
	}
	return runes
}

// fit is how many characters go on the next line: up to the last place within the width
// where the text may be broken, or as much of a longer word as there is room for.
func (d *Document) fit(runes []rune, s Style, width float64, direction di.Direction) int {
	advances := make([]float64, len(runes))
	starts := make([]bool, len(runes)) // of what may not be torn apart
	for _, out := range d.shape(runes, s, direction) {
		for _, g := range out.Glyphs {
			advances[g.TextIndex()] += thousandths(g.Advance)
			starts[g.TextIndex()] = true
		}
	}
	room := width * pointsPerMM / s.Size * em
	best, torn, used := 0, 1, 0.0
	d.setter.breaker.Init(runes)
	at := d.setter.breaker.LineIterator()
	for at.Next() {
		part := at.Line()
		end := part.Offset + len(part.Text)
		for i := part.Offset; i < end; i++ {
			if starts[i] && i > 0 && used <= room {
				torn = i
			}
			used += advances[i]
		}
		blank := 0.0
		for i := end - 1; i >= part.Offset && unicode.IsSpace(runes[i]); i-- {
			blank += advances[i]
		}
		if used-blank > room {
			break
		}
		best = end
	}
	if best == 0 {
		return torn
	}
	return best
}

// setLine sets the text on one line, however wide, of a paragraph of the direction.
func (d *Document) setLine(runes []rune, s Style, direction di.Direction) Line {
	if len(runes) == 0 {
		return Line{style: s}
	}
	return d.line(d.shape(runes, s, direction), runes, s, direction)
}

// shape cuts a text into runs and shapes each.
func (d *Document) shape(runes []rune, s Style, direction di.Direction) []shaping.Output {
	in := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: direction, Size: fixed.I(em), Language: language.NewLanguage(d.info.Language),
	}
	var outs []shaping.Output
	for _, part := range apart(d.setter.segmenter.Split(in, d.fontmap(runes, s.Bold)), direction) {
		outs = append(outs, d.setter.shaper.ShapeNoExtents(part))
	}
	return outs
}

// fontmap implements shaping.Fontmap. What the built-in font lacks comes from one font
// as far as it goes, so that the punctuation of a script looks like its letters.
type fontmap struct {
	d    *Document
	bold bool
	last *font.Font
}

func (d *Document) fontmap(runes []rune, bold bool) *fontmap {
	m := &fontmap{d: d, bold: bold}
	for _, r := range runes {
		if f := d.library.fontOf(r, bold); unicode.IsLetter(r) && f != nil && !d.library.owns(f) {
			m.last = f
			break
		}
	}
	return m
}

// ResolveFace implements shaping.Fontmap.
func (m *fontmap) ResolveFace(r rune) *font.Face {
	f := m.d.library.fontOf(r, m.bold)
	switch {
	case f == nil: // only what is drawn as nothing: the rest was replaced before
		f = m.d.library.builtIn().regular
	case m.d.library.owns(f):
	case m.last != nil && has(m.last, r):
		f = m.last
	default:
		m.last = f
	}
	return m.d.setter.face(f)
}

// has tells whether a font has a character: glyph 0 is for those that it lacks.
func has(f *font.Font, r rune) bool {
	glyph, ok := f.NominalGlyph(r)
	return ok && glyph != 0
}

// line takes over what was shaped, in the order in which it is seen.
func (d *Document) line(outs []shaping.Output, runes []rune, s Style, direction di.Direction) Line {
	l := Line{style: s, Leftward: direction == di.DirectionRTL}
	for _, out := range visual(outs, runes, direction) {
		f := d.use(out.Face)
		r := run{font: f, fake: s.Bold && out.Face.Font != d.library.builtIn().bold}
		for i, g := range out.Glyphs {
			shape := glyph{advance: thousandths(g.Advance), dx: thousandths(g.XOffset), dy: thousandths(g.YOffset)}
			text := string(runes[g.TextIndex():min(g.TextIndex()+g.RunesCount(), len(runes))])
			if g.GlyphsCount() > 1 {
				shape.first = i == 0 || out.Glyphs[i-1].TextIndex() != g.TextIndex()
				shape.inner, shape.text = !shape.first, text
				text = ""
			}
			if shape.cid = f.glyph(g.GlyphID, text); shape.cid == 0 {
				d.gaps = true // a font that lacks a part of one of its characters
			}
			r.glyphs = append(r.glyphs, shape)
			l.Width += shape.advance
		}
		l.runs = append(l.runs, r)
	}
	l.Width *= s.Size / em / pointsPerMM
	return l
}

func thousandths(v fixed.Int26_6) float64 { return float64(v) / 64 }

// clean brings a text into the form in which it is set: composed, without what controls
// terminals and turns directions, and with Missing for what no font has.
func (d *Document) clean(text string) []rune {
	var out []rune
	missing := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD")) {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			r = ' '
		case turns(r):
			continue
		}
		if invisible(r) {
			if !missing {
				out = append(out, r)
			}
			continue
		}
		if unicode.IsSpace(r) || d.library.Covers(r) {
			out, missing = append(out, r), false
			continue
		}
		if !missing {
			out, missing, d.gaps = append(out, []rune(Missing)...), true, true
		}
	}
	return out
}

// turns tells of characters that override the direction of others: what is printed reads
// as its letters do.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// invisible tells of characters that only join, part or choose the shapes of others.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
}
