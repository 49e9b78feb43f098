package pdf

import (
	"bytes"
	"fmt"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
)

// Library holds the fonts that documents are set in. It is safe for concurrent use.
type Library struct {
	regular, bold *font.Font
	more          *font.Font // signs, and letters of scripts for which nothing better is found
	search        search
	setters       sync.Pool // of *setter

	mu       sync.Mutex
	found    map[rune]*font.Font // nil where no font has the character
	pictures map[string]*Picture
}

// NewLibrary makes a library of the fonts that are built in, those of the files and folders
// named, and those of the machine's own folders where system is set. Nothing is read
// before a text needs it.
func NewLibrary(paths []string, system bool) (*Library, error) {
	l := &Library{search: search{paths: paths, system: system}, found: map[rune]*font.Font{}, pictures: map[string]*Picture{}}
	var err error
	if l.regular, err = parse(liberationsansregular.TTF); err != nil {
		return nil, err
	}
	if l.bold, err = parse(liberationsansbold.TTF); err != nil {
		return nil, err
	}
	if l.more, err = parse(dejavusans.TTF); err != nil {
		return nil, err
	}
	l.setters.New = func() any {
		s := &setter{faces: map[*font.Font]*font.Face{}}
		s.shaper.SetFontCacheSize(maxShaped)
		return s
	}
	return l, nil
}

func parse(file []byte) (*font.Font, error) {
	loader, err := opentype.NewLoader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("pdf: read font: %w", err)
	}
	f, err := font.NewFont(loader)
	if err != nil {
		return nil, fmt.Errorf("pdf: read font: %w", err)
	}
	return f, nil
}

// maxShaped is how many fonts a setter stays prepared for.
const maxShaped = 32

// setter is what one document at a time sets text with: none of it may be shared.
type setter struct {
	segmenter shaping.Segmenter
	breaker   segmenter.Segmenter
	shaper    shaping.HarfbuzzShaper
	faces     map[*font.Font]*font.Face
}

func (s *setter) face(f *font.Font) *font.Face {
	face, ok := s.faces[f]
	if !ok {
		face = font.NewFace(f)
		s.faces[f] = face
	}
	return face
}

// fontOf is a font that can draw the character, nil where there is none. The built-in ones
// come first, but for letters that fonts of the machine may draw better.
func (l *Library) fontOf(r rune, bold bool) *font.Font {
	mine := l.regular
	if bold {
		mine = l.bold
	}
	if has(mine, r) {
		return mine
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.found[r]
	if !ok {
		f = l.look(r)
		l.found[r] = f
	}
	return f
}

// look finds a font for what the first one lacks.
func (l *Library) look(r rune) *font.Font {
	more := has(l.more, r)
	if more && !unicode.IsLetter(r) && !unicode.IsMark(r) {
		return l.more
	}
	if f := l.search.find(r); f != nil || !more {
		return f
	}
	return l.more
}

// owns tells whether a font is the one that text is set in.
func (l *Library) owns(f *font.Font) bool { return f == l.regular || f == l.bold }

// Covers tells whether a character can be printed.
func (l *Library) Covers(r rune) bool { return l.fontOf(r, false) != nil }
