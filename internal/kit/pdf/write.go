package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"fmt"
	"strings"
	"time"

	"github.com/go-text/typesetting/font"
)

// writer numbers the objects of a file and knows where they are.
type writer struct {
	bytes.Buffer
	offsets []int // of object 1 and so on
}

// reserve is the number of an object that is written later.
func (w *writer) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *writer) object(n int, body string) {
	w.offsets[n-1] = w.Len()
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (w *writer) add(body string) int {
	n := w.reserve()
	w.object(n, body)
	return n
}

// stream adds bytes, packed, with further members of their dictionary.
func (w *writer) stream(members string, content []byte) int {
	return w.packed(members+" /Filter /FlateDecode", deflate(content))
}

// packed adds bytes that are packed already.
func (w *writer) packed(members string, content []byte) int {
	n := w.reserve()
	w.offsets[n-1] = w.Len()
	fmt.Fprintf(w, "%d 0 obj\n<<%s /Length %d>>\nstream\n", n, members, len(content))
	w.Write(content)
	w.WriteString("\nendstream\nendobj\n")
	return n
}

func deflate(content []byte) []byte {
	var out bytes.Buffer
	// Writing into memory does not fail.
	z := zlib.NewWriter(&out)
	_, _ = z.Write(content)
	_ = z.Close()
	return out.Bytes()
}

// Bytes ends the document and writes it as PDF 1.7.
func (d *Document) Bytes() []byte {
	defer d.library.setters.Put(d.setter)
	w := &writer{}
	w.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	catalog, tree := w.reserve(), w.reserve()
	resources := d.resources(w)
	var kids []string
	for _, p := range d.pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", p.write(w, tree, resources)))
	}
	w.object(tree, fmt.Sprintf("<</Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 %s %s]>>",
		strings.Join(kids, " "), len(kids), number(PageWidth*pointsPerMM), number(PageHeight*pointsPerMM)))
	w.object(catalog, fmt.Sprintf("<</Type /Catalog /Pages %d 0 R /Lang %s /ViewerPreferences <</DisplayDocTitle true>>>>",
		tree, textual(d.info.Language)))
	info := w.add(fmt.Sprintf("<</Title %s /Author %s /Producer %s /CreationDate (%s) /ModDate (%s)>>",
		textual(d.info.Title), textual(d.info.Author), textual(d.info.Producer), date(d.info.Created), date(d.info.Modified)))
	name := md5.Sum(w.Bytes()) // a name, and no secret
	table := w.Len()
	fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		fmt.Fprintf(w, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(w, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%X> <%X>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(w.offsets)+1, catalog, info, name, name, table)
	return w.Bytes()
}

func date(t time.Time) string { return t.UTC().Format("D:20060102150405Z") }

// textual writes a text that is shown to people.
func textual(text string) string {
	return "<" + hex16("\uFEFF"+strings.ToValidUTF8(text, "\uFFFD")) + ">"
}

// literal writes a text of ASCII.
func literal(text string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`, "\n", `\n`).Replace(text) + ")"
}

func (p *Page) write(w *writer, tree, resources int) int {
	content := w.stream("", p.body.Bytes())
	var links []string
	for _, l := range p.links {
		links = append(links, fmt.Sprintf("%d 0 R", w.add(fmt.Sprintf(
			"<</Type /Annot /Subtype /Link /Rect [%s %s] /Border [0 0 0] /F 4 /A <</S /URI /URI %s>>>>",
			points(l.x, l.y+l.height), points(l.x+l.width, l.y), literal(l.url)))))
	}
	return w.add(fmt.Sprintf("<</Type /Page /Parent %d 0 R /Resources %d 0 R /Contents %d 0 R /Annots [%s]>>",
		tree, resources, content, strings.Join(links, " ")))
}

// resources writes what all pages draw with.
func (d *Document) resources(w *writer) int {
	var fonts, pictures strings.Builder
	for _, u := range d.fonts {
		fmt.Fprintf(&fonts, "/%s %d 0 R ", u.name, u.write(w))
	}
	for i, picture := range d.pictures {
		fmt.Fprintf(&pictures, "/I%d %d 0 R ", i+1, picture.write(w))
	}
	return w.add(fmt.Sprintf("<</Font <<%s>> /XObject <<%s>>>>", fonts.String(), pictures.String()))
}

// write writes a subset of a font. Its glyphs are addressed by their numbers.
func (u *used) write(w *writer) int {
	program := u.program()
	file := w.stream(fmt.Sprintf("/Length1 %d", len(program)), program)
	name := u.subsetName(program)
	ascent, descent := u.vertical()
	scale := em / u.upem
	descriptor := w.add(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [0 %s 1000 %s] /ItalicAngle 0 /Ascent %s "+
		"/Descent %s /CapHeight %s /StemV 80 /FontFile2 %d 0 R>>", name, number(descent*scale), number(ascent*scale),
		number(ascent*scale), number(descent*scale), number(ascent*scale*0.8), file))
	var widths strings.Builder
	for _, g := range u.glyphs {
		widths.WriteString(number(g.width))
		widths.WriteByte(' ')
	}
	descendant := w.add(fmt.Sprintf("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) "+
		"/Supplement 0>> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /DW 0 /W [1 [%s]]>>", name, descriptor, widths.String()))
	unicode := w.stream("", u.toUnicode())
	return w.add(fmt.Sprintf("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>",
		name, descendant, unicode))
}

// subsetName is the font's name behind six letters that tell its subsets apart.
func (u *used) subsetName(program []byte) string {
	sum := md5.Sum(program)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	family := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, u.face.Describe().Family)
	if family == "" {
		family = "Font"
	}
	if u.face.Describe().Aspect.Weight >= font.WeightBold {
		family += "-Bold"
	}
	return string(tag) + "+" + family
}

// toUnicode maps the glyphs to what they stand for.
func (u *used) toUnicode() []byte {
	var out bytes.Buffer
	out.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	var lines []string
	for i, g := range u.glyphs {
		if g.text != "" {
			lines = append(lines, fmt.Sprintf("<%04X> <%s>\n", i+1, hex16(g.text)))
		}
	}
	for len(lines) > 0 {
		n := min(len(lines), 100)
		fmt.Fprintf(&out, "%d beginbfchar\n%sendbfchar\n", n, strings.Join(lines[:n], ""))
		lines = lines[n:]
	}
	out.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return out.Bytes()
}
