package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"reserva/internal/kit/pdf"
	"reserva/internal/testkit/printed"
)

// library has the fonts of the test data, and none of the machine's.
func library(t testing.TB, paths ...string) *pdf.Library {
	t.Helper()
	return pdf.NewLibrary(paths, false)
}

func document(l *pdf.Library) (*pdf.Document, *pdf.Page) {
	at := time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)
	d := l.New(pdf.Info{Title: "Tést", Author: "Bella Vista", Producer: "Reserva", Language: "en", Created: at, Modified: at})
	return d, d.AddPage()
}

// print sets one text and reads it back.
func print(t testing.TB, l *pdf.Library, text string, bold bool) (printed.Document, bool) {
	t.Helper()
	d, page := document(l)
	for i, line := range d.Wrap(text, pdf.Style{Size: 10, Bold: bold}, 170) {
		page.Text(20, 20+float64(i%50)*5, line)
	}
	gaps := d.Gaps()
	return printed.Read(t, d.Bytes()), gaps
}

func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestLettersAndSignsOfTheBuiltInFont(t *testing.T) {
	t.Parallel()
	l := library(t)
	for _, text := range []string{
		"Nguyễn Thị Ánh Phượng, Đặng Ước", "Łódź, Żółć, Świętosława", "İstanbul, Ağrı, Şırnak", "Þórður Æsa Ólafsdóttir ð",
		"Čeněk Řehoř Ďuriš Ľubomír", "Őrség Űrhajó", "Ñandú Ç à ê ï õ ü ÿ", "Ģirts Ķēniņš Ņikita", "Ștefan Țuțea", "Ħal Għaxaq",
		"Αθήνα Ελένη", "Юлия Щербакова Ґ Є Ї", "₱ ฿ ₫ € £ ¥ ₩ ₹ ₺ ₽ ₴ ₦ ₪ ₡ ₲ ₭ ₸ ₮ ₵ ₾ ₼ ৳ ៛ Rp RM S$ zł Kč kr", "– — … · × № ™ © „“ ‘’ «»",
	} {
		for _, bold := range []bool{false, true} {
			got, gaps := print(t, l, text, bold)
			if flat(got.Text()) != text || gaps || got.Boxes > 0 || got.Mute > 0 {
				t.Errorf("%s: printed %q, gaps %t, %d boxes, %d mute", text, flat(got.Text()), gaps, got.Boxes, got.Mute)
			}
		}
	}
}

func TestMarksApartBecomeLetters(t *testing.T) {
	t.Parallel()
	got, _ := print(t, library(t), "Nguye\u0302\u0303n", false)
	if flat(got.Text()) != "Nguyễn" {
		t.Errorf("%q", got.Text())
	}
}

func TestScriptsWithAFont(t *testing.T) {
	t.Parallel()
	l := library(t, "testdata/fonts")
	for _, text := range []string{"สมชาย ใจดี", "ที่ น้ำผึ้ง", "山田太郎 美容室。", "王小明", "Anna 山田 und สมชาย"} {
		for _, bold := range []bool{false, true} {
			got, gaps := print(t, l, text, bold)
			if flat(got.Text()) != text || gaps || got.Boxes > 0 || got.Mute > 0 {
				t.Errorf("%s: printed %q, gaps %t, %d boxes, %d mute", text, flat(got.Text()), gaps, got.Boxes, got.Mute)
			}
		}
	}
}

// Arabic is told from left to right as it is drawn: the letters of a line in reverse, each
// in the shape of its place in the word.
func TestArabicIsShapedAndTurned(t *testing.T) {
	t.Parallel()
	l := library(t, "testdata/fonts")
	got, gaps := print(t, l, "محمد", false)
	if flat(got.Text()) != "دمحم" || gaps || got.Boxes > 0 || got.Mute > 0 {
		t.Errorf("printed %q, gaps %t, %d boxes, %d mute", flat(got.Text()), gaps, got.Boxes, got.Mute)
	}
	d, _ := document(l)
	style := pdf.Style{Size: 10}
	apart := d.Set("م", style, 100).Width*2 + d.Set("ح", style, 100).Width + d.Set("د", style, 100).Width
	if joined := d.Set("محمد", style, 100).Width; math.Abs(joined-apart) < 0.3 {
		t.Errorf("letters that join are %.2f mm wide, as are those apart", joined)
	}
	ligature, _ := print(t, l, "الأحمد", false)
	if !strings.Contains(ligature.Text(), "لأ") {
		t.Errorf("lam and alef are not one: %q", ligature.Text())
	}
	// As the Unicode Bidirectional Algorithm has it.
	for text, want := range map[string]string{
		"INV-2026 محمد 7":       "INV-2026 7 دمحم",
		"Anna محمد 42 Salon":    "Anna 42 دمحم Salon",
		"Anna דוד 5% Salon":     "Anna 5% דוד Salon",
		"Anna محمد / […] Salon": "Anna دمحم / […] Salon",
		"Anna محمد / 山田 / Lee":  "Anna دمحم / 山田 / Lee",
		"Anna محمد!":            "Anna دمحم!",
		"Anna محمد % Salon":     "Anna دمحم % Salon",
		"محمد Anna Lee 42":      "Anna Lee 42 دمحم",
		"محمد 42 Anna":          "Anna 42 دمحم",
	} {
		mixed, _ := print(t, l, text, false)
		if flat(mixed.Text()) != want {
			t.Errorf("%s: %q, want %q", text, flat(mixed.Text()), want)
		}
	}
}

// The lines of a paragraph all have its direction, whatever they begin with.
func TestLinesHaveTheDirectionOfTheirParagraph(t *testing.T) {
	t.Parallel()
	d, page := document(library(t, "testdata/fonts"))
	lines := d.Wrap("Anna Lee and "+strings.Repeat("محمد ", 9)+"42 Salon", pdf.Style{Size: 10}, 24)
	last := lines[len(lines)-1]
	if len(lines) < 3 || slices.ContainsFunc(lines, func(l pdf.Line) bool { return l.Leftward }) {
		t.Fatalf("%d lines", len(lines))
	}
	page.Text(20, 20, last)
	if got := flat(printed.Read(t, d.Bytes()).Text()); !strings.HasSuffix(got, " Salon") || !strings.HasPrefix(got, "42 ") {
		t.Errorf("the last line is %q", got)
	}
	for i, l := range d.Wrap("محمد "+strings.Repeat("Anna Lee ", 9), pdf.Style{Size: 10}, 24) {
		if !l.Leftward {
			t.Errorf("line %d runs rightwards", i)
		}
	}
}

func TestScriptsWithoutAFontLeaveAMark(t *testing.T) {
	t.Parallel()
	l := library(t)
	for text, want := range map[string]string{
		"สมชาย": pdf.Missing, "Anna สมชาย Lee": "Anna " + pdf.Missing + " Lee", "💇\u200d💇 Salon": pdf.Missing + " Salon", "山田 太郎": pdf.Missing + " " + pdf.Missing,
	} {
		got, gaps := print(t, l, text, false)
		if flat(got.Text()) != want || !gaps || got.Boxes > 0 {
			t.Errorf("%s: printed %q, gaps %t, %d boxes", text, flat(got.Text()), gaps, got.Boxes)
		}
	}
}

func TestWhateverIsTypedIsPrinted(t *testing.T) {
	t.Parallel()
	l := library(t, "testdata/fonts")
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		d, page := document(l)
		style := pdf.Style{Size: 9, Bold: rapid.Bool().Draw(rt, "bold")}
		width := rapid.Float64Range(5, 200).Draw(rt, "width")
		line := d.Set(text, style, width)
		if line.Width > width && len([]rune(text)) > 1 && width > 8 {
			rt.Errorf("%.1f mm in %.1f", line.Width, width)
		}
		page.Text(10, 20, line)
		for i, line := range d.Wrap(text, style, width) {
			page.Text(10, 30+float64(i), line)
		}
		got := printed.Read(t, d.Bytes())
		if got.Boxes > 0 && !d.Gaps() {
			rt.Errorf("%d boxes", got.Boxes)
		}
		if strings.ContainsFunc(strings.ReplaceAll(got.Text(), "\n", ""), unicode.IsControl) {
			rt.Errorf("controls in %q", got.Text())
		}
	})
}

func TestSetShortensAndWrapBreaks(t *testing.T) {
	t.Parallel()
	d, _ := document(library(t))
	style, long := pdf.Style{Size: 10}, strings.Repeat("A long name of a service ", 6)
	line := d.Set(long, style, 50)
	if line.Width > 50 || line.Width < 45 {
		t.Errorf("%.1f mm of 50", line.Width)
	}
	for _, text := range []string{long, strings.Repeat("x", 200)} {
		lines := d.Wrap(text, style, 50)
		if len(lines) < 4 {
			t.Errorf("%d lines", len(lines))
		}
		for _, l := range lines {
			if l.Width > 50 {
				t.Errorf("%.1f mm", l.Width)
			}
		}
	}
	if n := len(d.Wrap("a\nb\r\n\nc", style, 50)); n != 4 {
		t.Errorf("%d lines", n)
	}
}

func TestEqualDocumentsAreEqual(t *testing.T) {
	t.Parallel()
	l := library(t, "testdata/fonts")
	draw := func() []byte {
		d, page := document(l)
		page.Text(20, 20, d.Set("Anna 山田 สมชาย", pdf.Style{Size: 12}, 100))
		page.Code(20, 30, 30, "https://pay.example.com/1")
		page.Link(20, 30, 30, 30, "https://pay.example.com/(1)")
		return d.Bytes()
	}
	first := draw()
	if !bytes.Equal(first, draw()) {
		t.Error("two prints differ")
	}
	if !bytes.HasPrefix(first, []byte("%PDF-1.7\n")) || !bytes.HasSuffix(first, []byte("%%EOF\n")) {
		t.Error("not a PDF")
	}
}

func TestPicturesAreMadeSmall(t *testing.T) {
	t.Parallel()
	l := library(t)
	large := image.NewNRGBA(image.Rect(0, 0, 1500, 700))
	for i := range large.Pix {
		large.Pix[i] = byte(i * 7)
	}
	large.Set(3, 3, color.NRGBA{A: 10})
	var file bytes.Buffer
	if err := png.Encode(&file, large); err != nil {
		t.Fatal(err)
	}
	picture, err := l.Picture("a", file.Bytes())
	if err != nil || picture.Width != 600 || picture.Height != 280 {
		t.Fatalf("%+v, %v", picture, err)
	}
	if again, err := l.Picture("a", nil); err != nil || again != picture {
		t.Error("not remembered")
	}
	if _, err := l.Picture("b", []byte("no picture")); err == nil {
		t.Error("read what is no picture")
	}
	d, page := document(l)
	page.Picture(10, 10, 60, 28, picture)
	page.Picture(10, 50, 60, 28, picture)
	if n := bytes.Count(d.Bytes(), []byte("/Subtype /Image")); n != 2 { // the picture and its mask, once
		t.Errorf("%d pictures", n)
	}
}
