package pdf

import (
	"time"

	"github.com/go-text/typesetting/font"
)

// Info is what a document says about itself.
type Info struct {
	Title, Author     string
	Producer          string
	Language          string // BCP 47
	Created, Modified time.Time
}

// Document is a document that is being written. It is not safe for concurrent use, and
// ends with Bytes.
type Document struct {
	library  *Library
	setter   *setter
	info     Info
	pages    []*Page
	fonts    []*used
	byFace   map[*font.Face]*used
	pictures []*Picture
	gaps     bool
}

// New begins a document without pages.
func (l *Library) New(info Info) *Document {
	return &Document{library: l, setter: l.setters.Get().(*setter), info: info, byFace: map[*font.Face]*used{}}
}

// Gaps tells whether characters were left out of what was set so far, since no font has
// them.
func (d *Document) Gaps() bool { return d.gaps }

// Pages are the pages so far: what is the same on all of them is written last.
func (d *Document) Pages() []*Page { return d.pages }

// AddPage begins a page.
func (d *Document) AddPage() *Page {
	p := &Page{doc: d}
	d.pages = append(d.pages, p)
	return p
}

// use is the document's subset of a font.
func (d *Document) use(face *font.Face) *used {
	u, ok := d.byFace[face]
	if !ok {
		u = &used{name: "F" + number(float64(len(d.fonts)+1)), face: face, upem: float64(face.Upem()), known: map[glyphKey]int{}}
		d.byFace[face] = u
		d.fonts = append(d.fonts, u)
	}
	return u
}
