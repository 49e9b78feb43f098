package pdf

import (
	"bytes"
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/font/opentype/tables"
)

// Bounds of what is searched, against a folder that is not one of fonts.
const (
	maxFiles    = 20_000
	maxFontFile = 64 << 20
)

// search finds fonts on the machine. Files are listed with the first character that the
// built-in font lacks, and each is opened when one is looked for that no file before it
// has.
type search struct {
	paths  []string // the operator's, in this order
	system bool
	listed bool
	files  []*file
}

// file is a font file, or a collection of which the first font is used.
type file struct {
	path string
	rank int
	cmap font.Cmap // of what it covers; nil before it was opened, and where it cannot be
	open bool
	font *font.Font
}

// find returns the first font that draws the character with an outline.
func (s *search) find(r rune) *font.Font {
	if !s.listed {
		s.listed = true
		s.list()
	}
	for _, f := range s.files {
		if f.covers(r) && f.load() && draws(f.font, r) {
			return f.font
		}
	}
	return nil
}

// list names the files: the operator's first, then upright sans-serif ones of regular
// weight, which suit an invoice.
func (s *search) list() {
	for i, path := range s.paths {
		s.walk(path, func(name string) int { return i - len(s.paths) })
	}
	if s.system {
		for _, folder := range systemFolders() {
			s.walk(folder, rank)
		}
	}
	slices.SortStableFunc(s.files, func(a, b *file) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.path, b.path))
	})
}

func (s *search) walk(root string, rank func(name string) int) {
	// A folder that cannot be read has no fonts for us.
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if len(s.files) >= maxFiles {
			return filepath.SkipAll
		}
		name := strings.ToLower(entry.Name())
		switch filepath.Ext(name) {
		case ".ttf", ".otf", ".ttc", ".otc":
			s.files = append(s.files, &file{path: path, rank: rank(name)})
		}
		return nil
	})
}

// rank is the lower, the better a font suits running text.
func rank(name string) int {
	n := 0
	for _, trait := range []string{
		"bold", "italic", "oblique", "light", "thin", "black", "medium", "condensed", "narrow", "mono", "serif", "display", "emoji", "symbol",
		"nastaliq", "kufi", "looped", "fallback", "heavy", "kr", "tc", "hk", "sc",
	} {
		if strings.Contains(name, trait) {
			n += 2
		}
	}
	if !strings.Contains(name, "sans") {
		n++
	}
	return n
}

func systemFolders() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{filepath.Join(os.Getenv("SystemRoot"), "Fonts")}
	case "darwin":
		return []string{"/System/Library/Fonts", "/Library/Fonts"}
	}
	return []string{"/usr/share/fonts", "/usr/local/share/fonts"}
}

// covers reads no more of the file than which characters it has.
func (f *file) covers(r rune) bool {
	if !f.open {
		f.open = true
		f.cmap = readCmap(f.path)
	}
	if f.cmap == nil {
		return false
	}
	_, ok := f.cmap.Lookup(r)
	return ok
}

func readCmap(path string) font.Cmap {
	opened, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer opened.Close()
	loaders, err := opentype.NewLoaders(opened)
	if err != nil || len(loaders) == 0 {
		return nil
	}
	raw, err := loaders[0].RawTable(opentype.MustNewTag("cmap"))
	if err != nil {
		return nil
	}
	table, _, err := tables.ParseCmap(raw)
	if err != nil {
		return nil
	}
	cmap, _, err := font.ProcessCmap(table, tables.FPNone)
	if err != nil {
		return nil
	}
	return cmap
}

// load reads the whole font, once.
func (f *file) load() bool {
	if f.font != nil {
		return true
	}
	info, err := os.Stat(f.path)
	if err != nil || info.Size() > maxFontFile {
		return false
	}
	content, err := os.ReadFile(f.path)
	if err != nil {
		return false
	}
	loaders, err := opentype.NewLoaders(bytes.NewReader(content))
	if err != nil || len(loaders) == 0 {
		return false
	}
	f.font, err = font.NewFont(loaders[0])
	return err == nil
}

// draws tells whether a character has an outline: fonts of coloured pictures have none.
func draws(f *font.Font, r rune) bool {
	glyph, ok := f.NominalGlyph(r)
	if !ok || glyph == 0 {
		return false
	}
	_, ok = font.NewFace(f).GlyphDataOutline(glyph)
	return ok
}
