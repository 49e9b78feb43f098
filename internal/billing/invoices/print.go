package invoices

import (
	"fmt"
	"strings"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/money"
	"reserva/internal/kit/pdf"
)

// paper is what is printed of an invoice.
type paper struct {
	Stored
	BusinessName  string  `db:"business_name"`
	BusinessEmail string  `db:"business_email"`
	BusinessPhone string  `db:"business_phone"`
	Timezone      string  `db:"timezone"`
	Language      string  `db:"language"`
	ThemeColor    string  `db:"theme_color"`
	LogoDigest    string  `db:"logo_digest"`
	Logo          []byte  `db:"logo"`
	OutletName    string  `db:"outlet_name"`
	OutletAddress string  `db:"outlet_address"`
	CustomerName  string  `db:"customer_name"`
	CustomerEmail *string `db:"customer_email"`
	CustomerPhone *string `db:"customer_phone"`
}

// Measures in millimetres, on A4.
const (
	margin     = 18.0
	inner      = pdf.PageWidth - 2*margin
	right      = pdf.PageWidth - margin
	pageBottom = 270.0 // of what is not the foot
	footAt     = 283.0
	topAt      = 22.0 // of the first line of a further page
)

// print draws an invoice on A4. Equal invoices give equal bytes.
func (p paper) print(fonts *pdf.Library) ([]byte, error) {
	lines, err := p.Lines()
	if err != nil {
		return nil, fmt.Errorf("print invoice: %w", err)
	}
	s := &sheet{
		paper: p, fonts: fonts, ink: inkOf(p.ThemeColor), brand: brandOf(p.ThemeColor),
		doc: fonts.New(pdf.Info{
			Title: "Invoice " + p.Number, Author: p.BusinessName, Producer: "Reserva", Language: p.Language,
			Created: p.CreatedAt, Modified: p.UpdatedAt,
		}),
	}
	s.page = s.doc.AddPage()
	s.head()
	s.parties()
	s.table(lines)
	s.totals()
	s.notes()
	s.feet()
	return s.doc.Bytes(), nil
}

// sheet draws blocks one below the other.
type sheet struct {
	paper
	fonts *pdf.Library
	doc   *pdf.Document
	page  *pdf.Page
	y     float64 // where the next line's base line would be, less its height
	ink   pdf.Color
	brand pdf.Color // of what is not text
}

// The greys of text: what is to be read, and what is beside it.
const (
	strong = 20
	weak   = 95
)

func (s *sheet) style(bold bool, size float64, grey uint8) pdf.Style {
	return pdf.Style{Size: size, Bold: bold, Color: pdf.Grey(grey)}
}

// put writes one line at the current height, shortened where it is too long.
func (s *sheet) put(x, width float64, style pdf.Style, text string) {
	s.page.Text(x, s.y+4, s.doc.Set(text, style, width))
}

// putRight is put with the line's right end at x.
func (s *sheet) putRight(x, width float64, style pdf.Style, text string) {
	s.page.TextRight(x, s.y+4, s.doc.Set(text, style, width))
}

// room begins a new page where less than the height is left.
func (s *sheet) room(height float64) bool {
	if s.y+height <= pageBottom {
		return false
	}
	s.page = s.doc.AddPage()
	s.y = topAt
	return true
}

// head shows who bills, and what this is.
func (s *sheet) head() {
	s.page.Fill(0, 0, pdf.PageWidth, 4, s.brand)
	s.y = 14
	s.logo()
	left := inner * 0.6
	if name := s.style(true, 15, strong); s.doc.Set(s.BusinessName, name, 1000).Width <= left {
		s.put(margin, left, name, s.BusinessName)
		s.y += 7
	} else {
		lines := s.doc.Wrap(s.BusinessName, s.style(true, 12, strong), left)
		for _, line := range lines[:min(len(lines), 3)] {
			s.page.Text(margin, s.y+4, line)
			s.y += 5.4
		}
		s.y++
	}
	for _, line := range compact(s.OutletName, s.OutletAddress, s.BusinessEmail, s.BusinessPhone) {
		s.put(margin, left, s.style(false, 9, weak), line)
		s.y += 4.6
	}
	bottom := s.y
	s.y = 14
	title := s.style(true, 22, strong)
	title.Color = s.ink
	s.page.TextRight(right, s.y+6, s.doc.Set("INVOICE", title, inner*0.4))
	s.y += 9
	s.putRight(right, inner*0.38, s.style(true, 11, strong), s.Number)
	s.y += 8
	s.stamp()
	s.y = max(bottom, s.y+12) + 4
	s.page.Rule(margin, s.y, inner, 0.2, pdf.Grey(200))
	s.y += 5
}

// logo draws the brand's picture above its name. One that cannot be read is left out:
// the invoice is none the less one.
func (s *sheet) logo() {
	if len(s.Logo) == 0 {
		return
	}
	picture, err := s.fonts.Picture(s.LogoDigest, s.Logo)
	if err != nil {
		return
	}
	const widest, highest = 60.0, 18.0
	scale := min(widest/float64(picture.Width), highest/float64(picture.Height))
	height := float64(picture.Height) * scale
	s.page.Picture(margin, s.y-3, float64(picture.Width)*scale, height, picture)
	s.y += height
}

// stamp shows the status in a frame of its colour, below the number.
func (s *sheet) stamp() {
	word, color := string(s.Status), pdf.Grey(90)
	switch s.Status {
	case Paid:
		color = pdf.Color{R: 22, G: 120, B: 60}
	case Sent:
		word, color = "AWAITING PAYMENT", pdf.Color{R: 150, G: 95}
	case Overdue, Cancelled:
		color = pdf.Color{R: 170, G: 30, B: 30}
	}
	line := s.doc.Set(word, pdf.Style{Size: 11, Bold: true, Color: color}, inner*0.4)
	width := line.Width + 8
	s.page.Frame(right-width, s.y, width, 8, 0.6, color)
	s.page.TextRight(right-4, s.y+5.5, line)
}

// parties shows who is billed, and the dates.
func (s *sheet) parties() {
	top := s.y
	s.put(margin, inner/2, s.style(true, 9, weak), "Billed to")
	s.y += 5
	for i, text := range compact(s.CustomerName, optional(s.CustomerEmail), optional(s.CustomerPhone)) {
		for _, line := range s.doc.Wrap(text, s.style(i == 0, 10, strong), inner*0.42) {
			s.page.Text(margin, s.y+4, line)
			s.y += 5
		}
	}
	bottom := s.y
	dates := [][2]string{{"Issued", long(s.IssueDate)}, {"Due", long(s.DueDate)}}
	if s.PaidAt != nil {
		dates = append(dates, [2]string{"Paid", s.moment(*s.PaidAt)})
	}
	s.y = top
	for _, d := range append(dates, [2]string{"Reference", s.ProviderNumber}) {
		s.put(margin+inner*0.46, 20, s.style(true, 9, weak), d[0])
		for _, line := range s.doc.Wrap(d[1], s.style(false, 8.5, strong), inner*0.54-20) { // a reference is told whole
			s.page.TextRight(right, s.y+4, line)
			s.y += 5
		}
	}
	s.y = max(bottom, s.y) + 6
}

// The columns of the table: where the description ends, and the right ends of the rest.
const (
	describedIn = inner * 0.46
	quantityAt  = margin + inner*0.56
	priceAt     = margin + inner*0.78
)

func (s *sheet) notes() {
	if strings.TrimSpace(s.Notes) == "" {
		return
	}
	for i, line := range s.doc.Wrap(s.Notes, s.style(false, 9, 60), inner) {
		height := 4.6
		if i == 0 {
			height += 5
		}
		s.room(height)
		if i == 0 {
			s.put(margin, inner, s.style(true, 9, weak), "Notes")
			s.y += 5
		}
		if line.Leftward {
			s.page.TextRight(right, s.y+4, line)
		} else {
			s.page.Text(margin, s.y+4, line)
		}
		s.y += 4.6
	}
}

// feet numbers the pages, and says so where something could not be printed.
func (s *sheet) feet() {
	pages := s.doc.Pages()
	for i, page := range pages {
		s.page, s.y = page, footAt
		s.page.Rule(margin, s.y-1, inner, 0.15, pdf.Grey(215))
		s.put(margin, inner*0.7, s.style(false, 8, weak), s.Number+" · "+s.BusinessName)
		s.putRight(right, inner*0.25, s.style(false, 8, weak), fmt.Sprintf("Page %d of %d", i+1, len(pages)))
	}
	if s.doc.Gaps() {
		s.page, s.y = pages[0], footAt+4
		s.put(margin, inner, s.style(false, 8, weak), pdf.Missing+" stands for characters that cannot be printed here; the invoice online shows them.")
	}
}

// amount writes money with the sign of its currency, or its code where the sign cannot
// be printed.
func (s *sheet) amount(minor int64) string {
	sign := money.Sign(s.Currency)
	for _, r := range sign {
		if !s.fonts.Covers(r) {
			sign = string(s.Currency)
		}
	}
	return money.FormatAs(minor, s.Currency, sign)
}

// moment is a time where the business is.
func (s *sheet) moment(t time.Time) string {
	zone, err := civil.Zone(s.Timezone)
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2 January 2006, 15:04 MST")
}

func compact(lines ...string) []string {
	var some []string
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			some = append(some, l)
		}
	}
	return some
}

func optional(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func long(d civil.Date) string { return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year) }
