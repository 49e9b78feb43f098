package pdf

import (
	"bytes"
	"math"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

// used is a font with the glyphs of it that a document uses. Glyphs are numbered as they
// come, whatever their number in the font, and one that stands for two texts twice: so
// each number has one text.
type used struct {
	name   string // of the resource: F1
	face   *font.Face
	upem   float64
	glyphs []outlined // without 0, which draws nothing
	known  map[glyphKey]int
}

type glyphKey struct {
	id   font.GID
	text string
}

type outlined struct {
	glyphKey
	width float64 // thousandths
}

// glyph is the number of a glyph that stands for a text; empty where that is told beside
// it. What the font has no glyph for is 0.
func (u *used) glyph(id font.GID, text string) int {
	if id == 0 {
		return 0
	}
	key := glyphKey{id, text}
	if n, ok := u.known[key]; ok {
		return n
	}
	u.glyphs = append(u.glyphs, outlined{key, float64(u.face.HorizontalAdvance(id)) * em / u.upem})
	u.known[key] = len(u.glyphs)
	return len(u.glyphs)
}

// width is how far the font moves on after a glyph, in thousandths.
func (u *used) width(n int) float64 {
	if n == 0 {
		return 0
	}
	return u.glyphs[n-1].width
}

// program is a TrueType font of the used outlines alone. Outlines of cubic curves, as
// OpenType has them, become quadratic ones.
func (u *used) program() []byte {
	var glyf, loca, hmtx bytes.Buffer
	var box bounds
	points, contours := 0, 0
	put(&loca, uint32(0), uint32(0)) // glyph 0 is empty
	put(&hmtx, uint16(0), int16(0))
	for _, g := range u.glyphs {
		shape := u.shape(g.id)
		put(&hmtx, uint16(math.Round(float64(u.face.HorizontalAdvance(g.id)))), int16(shape.box.left))
		glyf.Write(shape.encode())
		for glyf.Len()%4 != 0 {
			glyf.WriteByte(0)
		}
		put(&loca, uint32(glyf.Len()))
		box.join(shape.box)
		points, contours = max(points, len(shape.points)), max(contours, len(shape.ends))
	}
	n := uint16(len(u.glyphs) + 1)
	var head, hhea, maxp bytes.Buffer
	put(&head, uint32(0x00010000), uint32(0x00010000), uint32(0), uint32(0x5F0F3CF5), uint16(0), uint16(u.upem), int64(0), int64(0),
		int16(box.left), int16(box.bottom), int16(box.right), int16(box.top), uint16(0), uint16(8), int16(2), int16(1), int16(0))
	ascent, descent := u.vertical()
	put(&hhea, uint32(0x00010000), int16(ascent), int16(descent), int16(0), uint16(0xFFFF), int16(0), int16(0), int16(0), int16(1), int16(0),
		int16(0), int64(0), int16(0), n)
	put(&maxp, uint32(0x00010000), n, uint16(points), uint16(contours), uint16(0), uint16(0), uint16(1), uint16(0), uint16(0), uint16(0),
		uint16(0), uint16(0), uint16(0), uint16(0), uint16(0))
	return assemble([]table{
		{"glyf", glyf.Bytes()}, {"head", head.Bytes()}, {"hhea", hhea.Bytes()}, {"hmtx", hmtx.Bytes()}, {"loca", loca.Bytes()}, {"maxp", maxp.Bytes()},
	})
}

// vertical is how far the font reaches above and below its base line, in its units.
func (u *used) vertical() (ascent, descent float64) {
	extents, ok := u.face.FontHExtents()
	if !ok {
		return u.upem * 0.9, -u.upem * 0.2
	}
	return float64(extents.Ascender), float64(extents.Descender)
}

// bounds is a box in font units.
type bounds struct {
	left, bottom, right, top int
	set                      bool
}

func (b *bounds) add(x, y int) {
	if !b.set {
		*b = bounds{x, y, x, y, true}
		return
	}
	b.left, b.right = min(b.left, x), max(b.right, x)
	b.bottom, b.top = min(b.bottom, y), max(b.top, y)
}

func (b *bounds) join(other bounds) {
	if other.set {
		b.add(other.left, other.bottom)
		b.add(other.right, other.top)
	}
}

// shape is an outline of lines and quadratic curves.
type shape struct {
	points []point
	ends   []int // the last point of each contour
	box    bounds
}

type point struct {
	x, y int
	on   bool
}

func (s *shape) add(x, y float32, on bool) {
	px, py := int(math.Round(float64(x))), int(math.Round(float64(y)))
	s.points = append(s.points, point{px, py, on})
	s.box.add(px, py)
}

// close ends a contour: its first point is not told again.
func (s *shape) close(start int) {
	if last := len(s.points) - 1; last > start && s.points[last] == s.points[start] {
		s.points = s.points[:last]
	}
	if len(s.points) > start {
		s.ends = append(s.ends, len(s.points)-1)
	}
}

// shape reads an outline of the font; one that it does not have draws nothing.
func (u *used) shape(id font.GID) shape {
	var s shape
	outline, ok := u.face.GlyphDataOutline(id)
	if !ok {
		return s
	}
	start := 0
	var at opentype.SegmentPoint
	for i, segment := range outline.Segments {
		switch segment.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				s.close(start)
			}
			start = len(s.points)
			s.add(segment.Args[0].X, segment.Args[0].Y, true)
		case opentype.SegmentOpLineTo:
			s.add(segment.Args[0].X, segment.Args[0].Y, true)
		case opentype.SegmentOpQuadTo:
			s.add(segment.Args[0].X, segment.Args[0].Y, false)
			s.add(segment.Args[1].X, segment.Args[1].Y, true)
		case opentype.SegmentOpCubeTo:
			s.cubic(at, segment.Args, u.upem/2000)
		}
		args := segment.ArgsSlice()
		at = args[len(args)-1]
	}
	s.close(start)
	return s
}

// cubic adds a cubic curve as quadratic ones that stray from it by no more than the
// tolerance.
func (s *shape) cubic(from opentype.SegmentPoint, args [3]opentype.SegmentPoint, tolerance float64) {
	a, b, c := args[0], args[1], args[2]
	dx, dy := float64(from.X-3*a.X+3*b.X-c.X), float64(from.Y-3*a.Y+3*b.Y-c.Y)
	n := max(1, int(math.Ceil(math.Cbrt(math.Hypot(dx, dy)*math.Sqrt(3)/36/tolerance))))
	at := func(t float32) (p, slope opentype.SegmentPoint) {
		u := 1 - t
		p.X = u*u*u*from.X + 3*u*u*t*a.X + 3*u*t*t*b.X + t*t*t*c.X
		p.Y = u*u*u*from.Y + 3*u*u*t*a.Y + 3*u*t*t*b.Y + t*t*t*c.Y
		slope.X = 3 * (u*u*(a.X-from.X) + 2*u*t*(b.X-a.X) + t*t*(c.X-b.X))
		slope.Y = 3 * (u*u*(a.Y-from.Y) + 2*u*t*(b.Y-a.Y) + t*t*(c.Y-b.Y))
		return p, slope
	}
	step := 1 / float32(n)
	p, slope := at(0)
	for i := range n {
		q, next := at(float32(i+1) * step)
		// The middle of the two cubic controls, each moved half way beyond itself.
		s.add((p.X+q.X)/2+step*(slope.X-next.X)/4, (p.Y+q.Y)/2+step*(slope.Y-next.Y)/4, false)
		s.add(q.X, q.Y, true)
		p, slope = q, next
	}
}

// Flags of points.
const (
	onCurve = 1 << iota
	xShort
	yShort
	repeats
	xSame // or positive, where it is short
	ySame
)

// encode writes the outline as the table glyf holds it.
func (s shape) encode() []byte {
	if len(s.ends) == 0 {
		return nil
	}
	var out, xs, ys bytes.Buffer
	put(&out, int16(len(s.ends)), int16(s.box.left), int16(s.box.bottom), int16(s.box.right), int16(s.box.top))
	for _, end := range s.ends {
		put(&out, uint16(end))
	}
	put(&out, uint16(0)) // instructions
	x, y := 0, 0
	for _, p := range s.points {
		flag := delta(&xs, p.x-x, xShort, xSame) | delta(&ys, p.y-y, yShort, ySame)
		if p.on {
			flag |= onCurve
		}
		out.WriteByte(flag)
		x, y = p.x, p.y
	}
	out.Write(xs.Bytes())
	out.Write(ys.Bytes())
	return out.Bytes()
}

func delta(out *bytes.Buffer, d int, short, same byte) byte {
	switch {
	case d == 0:
		return same
	case d > 0 && d < 256:
		out.WriteByte(byte(d))
		return short | same
	case d < 0 && d > -256:
		out.WriteByte(byte(-d))
		return short
	}
	put(out, int16(d))
	return 0
}
