package pdf

import (
	"bytes"
	"embed"
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
	builtIn func() builtIn // read when they are first needed: most processes print nothing
	search  search
	setters sync.Pool // of *setter

	mu       sync.Mutex
	found    map[rune]*font.Font // nil where no font has the character
	pictures map[string]*Picture
}

// NewLibrary makes a library of the fonts that are built in, those of the files and folders
// named, and those of the machine's own folders where system is set. Nothing is read
// before a text needs it.
func NewLibrary(paths []string, system bool) *Library {
	l := &Library{
		builtIn: sync.OnceValue(readBuiltIn), search: search{paths: paths, system: system},
		found: map[rune]*font.Font{}, pictures: map[string]*Picture{},
	}
	l.setters.New = func() any {
		s := &setter{faces: map[*font.Font]*font.Face{}}
		s.shaper.SetFontCacheSize(maxShaped)
		return s
	}
	return l
}

// builtIn are the fonts that are a part of the program.
type builtIn struct {
	regular, bold *font.Font
	more          *font.Font   // signs, and letters of scripts for which nothing better is found
	signs         []*font.Font // of currencies, a few characters each, that the others lack
}

//go:embed signs/*.ttf
var signFiles embed.FS

// readBuiltIn panics where a font that was built in is none.
func readBuiltIn() builtIn {
	must := func(file []byte) *font.Font {
		f, err := parse(file)
		if err != nil {
			panic(err)
		}
		return f
	}
	own := builtIn{regular: must(liberationsansregular.TTF), bold: must(liberationsansbold.TTF), more: must(dejavusans.TTF)}
	for _, name := range []string{"NotoSans", "NotoSansBengali", "NotoSansKhmer"} {
		file, err := signFiles.ReadFile("signs/" + name + ".ttf")
		if err != nil {
			panic(err)
		}
		own.signs = append(own.signs, must(file))
	}
	return own
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
	own := l.builtIn()
	mine := own.regular
	if bold {
		mine = own.bold
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
	own := l.builtIn()
	more := has(own.more, r)
	if more && !unicode.IsLetter(r) && !unicode.IsMark(r) {
		return own.more
	}
	for _, f := range own.signs {
		if has(f, r) {
			return f
		}
	}
	if f := l.search.find(r); f != nil || !more {
		return f
	}
	return own.more
}

// owns tells whether a font is the one that text is set in.
func (l *Library) owns(f *font.Font) bool {
	own := l.builtIn()
	return f == own.regular || f == own.bold
}

// Covers tells whether a character can be printed.
func (l *Library) Covers(r rune) bool { return l.fontOf(r, false) != nil }
