// Package printed reads documents that kit/pdf wrote, as far as tests ask: their text, by
// the characters that their glyphs say they stand for, and whether a glyph says nothing.
package printed

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// Document is what was read.
type Document struct {
	Pages []string // the text of each, a line for each line that was set
	Boxes int      // glyphs that draw "there is no such character"
	Mute  int      // glyphs that tell no character
	Links []string
}

// Text is that of all pages.
func (d Document) Text() string { return strings.Join(d.Pages, "\n") }

var (
	objectPattern  = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	lengthPattern  = regexp.MustCompile(`/Length (\d+)>>\nstream\n`)
	fontPattern    = regexp.MustCompile(`/(F\d+) (\d+) 0 R`)
	unicodePattern = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	contentPattern = regexp.MustCompile(`/Type /Page /.*/Contents (\d+) 0 R`)
	mapPattern     = regexp.MustCompile(`(?m)^<([0-9A-F]{4})> <([0-9A-F]*)>$`)
	usePattern     = regexp.MustCompile(`^/(F\d+) \S+ Tf$`)
	placePattern   = regexp.MustCompile(`^1 0 0 1 (\S+) (\S+) Tm$`)
	actualPattern  = regexp.MustCompile(`^/Span <</ActualText <FEFF([0-9A-F]*)>>> BDC$`)
	linkPattern    = regexp.MustCompile(`/URI \((.*?)\)>>`)
	glyphPattern   = regexp.MustCompile(`<([0-9A-F]*)>`)
)

// Read reads a document, or fails the test.
func Read(t testing.TB, file []byte) Document {
	t.Helper()
	objects := objectsOf(t, file)
	fonts := map[string]map[string]string{}
	var out Document
	var contents []string
	for _, body := range objects {
		if strings.Contains(body, "/XObject <<") {
			for _, found := range fontPattern.FindAllStringSubmatch(body, -1) {
				fonts[found[1]] = unicodeOf(objects, objects[found[2]])
			}
		}
		for _, found := range linkPattern.FindAllStringSubmatch(body, -1) {
			out.Links = append(out.Links, found[1])
		}
	}
	for _, found := range objectPattern.FindAllSubmatch(file, -1) {
		if content := contentPattern.FindSubmatch(found[2]); content != nil {
			contents = append(contents, objects[string(content[1])])
		}
	}
	for _, content := range contents {
		r := reader{fonts: fonts}
		for line := range strings.SplitSeq(content, "\n") {
			r.operator(line)
		}
		out.Pages = append(out.Pages, r.text.String())
		out.Boxes += r.boxes
		out.Mute += r.mute
	}
	return out
}

// objectsOf unpacks all objects.
func objectsOf(t testing.TB, file []byte) map[string]string {
	t.Helper()
	objects := map[string]string{}
	for _, found := range objectPattern.FindAllSubmatchIndex(file, -1) {
		name, from := string(file[found[2]:found[3]]), found[4]
		body := file[from:found[5]]
		if at := lengthPattern.FindSubmatchIndex(body); at != nil {
			length, _ := strconv.Atoi(string(body[at[2]:at[3]]))
			packed, err := zlib.NewReader(bytes.NewReader(file[from+at[1] : from+at[1]+length]))
			if err != nil {
				t.Fatalf("object %s: %v", name, err)
			}
			content, err := io.ReadAll(packed)
			if err != nil {
				t.Fatalf("object %s: %v", name, err)
			}
			objects[name] = string(content)
			continue
		}
		objects[name] = string(body)
	}
	return objects
}

func unicodeOf(objects map[string]string, font string) map[string]string {
	out := map[string]string{}
	at := unicodePattern.FindStringSubmatch(font)
	if at == nil {
		return out
	}
	for _, found := range mapPattern.FindAllStringSubmatch(objects[at[1]], -1) {
		out[found[1]] = text(found[2])
	}
	return out
}

func text(hex string) string {
	var units []uint16
	for i := 0; i+4 <= len(hex); i += 4 {
		unit, _ := strconv.ParseUint(hex[i:i+4], 16, 16)
		units = append(units, uint16(unit))
	}
	return string(utf16.Decode(units))
}

// reader follows the operators of a page.
type reader struct {
	fonts       map[string]map[string]string
	font        map[string]string
	text        strings.Builder
	height      string
	told        bool // the text was told for all the glyphs that follow
	boxes, mute int
}

func (r *reader) operator(line string) {
	if found := usePattern.FindStringSubmatch(line); found != nil {
		r.font = r.fonts[found[1]]
	}
	if found := placePattern.FindStringSubmatch(line); found != nil && found[2] != r.height && !r.told {
		r.height = found[2]
		r.text.WriteByte('\n')
	}
	if line == "BT" || strings.HasPrefix(line, "BT ") {
		r.text.WriteByte('\n')
	}
	if found := actualPattern.FindStringSubmatch(line); found != nil {
		r.told = true
		r.text.WriteString(text(found[1]))
	}
	if line == "EMC" {
		r.told = false
	}
	if !strings.HasSuffix(line, "] TJ") {
		return
	}
	for _, found := range glyphPattern.FindAllStringSubmatch(line, -1) {
		for i := 0; i+4 <= len(found[1]); i += 4 {
			r.glyph(found[1][i : i+4])
		}
	}
}

func (r *reader) glyph(code string) {
	if code == fmt.Sprintf("%04X", 0) {
		r.boxes++
	}
	if r.told {
		return
	}
	stands, ok := r.font[code]
	if !ok {
		r.mute++
	}
	r.text.WriteString(stands)
}
