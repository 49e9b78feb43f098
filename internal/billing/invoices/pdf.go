package invoices

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/money"
)

// paper is what is printed of an invoice.
type paper struct {
	Stored
	BusinessName  string  `db:"business_name"`
	BusinessEmail string  `db:"business_email"`
	BusinessPhone string  `db:"business_phone"`
	OutletName    string  `db:"outlet_name"`
	OutletAddress string  `db:"outlet_address"`
	CustomerName  string  `db:"customer_name"`
	CustomerEmail *string `db:"customer_email"`
	CustomerPhone *string `db:"customer_phone"`
}

// Measures in millimetres, on A4.
const (
	margin     = 18.0
	pageWidth  = 210.0
	pageBottom = 275.0
	inner      = pageWidth - 2*margin
	right      = pageWidth - margin
	family     = "sans"
)

// print draws an invoice on A4. Equal invoices give equal bytes.
func (p paper) print() ([]byte, error) {
	lines, err := p.Lines()
	if err != nil {
		return nil, err
	}
	doc := fpdf.New("P", "mm", "A4", "")
	doc.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
	doc.AddUTF8FontFromBytes(family, "B", liberationsansbold.TTF)
	doc.SetCatalogSort(true)
	doc.SetCreationDate(p.CreatedAt.UTC())
	doc.SetModificationDate(p.UpdatedAt.UTC())
	doc.SetTitle("Invoice "+p.Number, true)
	doc.SetAuthor(printable(p.BusinessName), true)
	doc.SetProducer("Reserva", true)
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(false, margin)
	doc.AddPage()

	s := sheet{doc}
	s.head(p)
	s.parties(p)
	s.table(lines, p.Currency)
	s.totals(p)
	s.foot(p)

	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return nil, fmt.Errorf("print invoice: %w", err)
	}
	return out.Bytes(), nil
}

// sheet draws blocks one below the other.
type sheet struct{ *fpdf.Fpdf }

func (s sheet) style(bold bool, size float64, grey int) {
	weight := ""
	if bold {
		weight = "B"
	}
	s.SetFont(family, weight, size)
	s.SetTextColor(grey, grey, grey)
}

// text writes one line of the given width, shortened where it is too long.
func (s sheet) text(x, width float64, align, text string) {
	text = printable(text)
	for runes := []rune(text); s.GetStringWidth(text) > width-1 && len(runes) > 1; {
		runes = runes[:len(runes)-1]
		text = string(runes) + "…"
	}
	s.SetX(x)
	s.CellFormat(width, 5, text, "", 0, align, false, 0, "")
}

func (s sheet) head(p paper) {
	s.style(true, 17, 20)
	s.text(margin, inner*0.6, "L", p.BusinessName)
	s.style(true, 22, 20)
	s.text(margin+inner*0.6, inner*0.4, "R", "INVOICE")
	s.Ln(9)
	for i, line := range compact(p.OutletName, p.OutletAddress, p.BusinessEmail, p.BusinessPhone) {
		s.style(false, 9, 90)
		s.text(margin, inner*0.6, "L", line)
		if i == 0 {
			s.style(true, 11, 20)
			s.text(margin+inner*0.6, inner*0.4, "R", p.Number)
		}
		s.Ln(5)
	}
	s.stamp(p.Status, 38)
	s.SetY(max(s.GetY(), 50) + 4)
	s.SetDrawColor(200, 200, 200)
	s.Line(margin, s.GetY(), right, s.GetY())
	s.Ln(5)
}

// stamp shows the status in a frame of its colour, below the number.
func (s sheet) stamp(status Status, y float64) {
	word, r, g, b := string(status), 90, 90, 90
	switch status {
	case Paid:
		r, g, b = 22, 120, 60
	case Sent:
		word, r, g, b = "AWAITING PAYMENT", 150, 95, 0
	case Overdue, Cancelled:
		r, g, b = 170, 30, 30
	}
	s.SetFont(family, "B", 11)
	width := s.GetStringWidth(word) + 8
	s.SetDrawColor(r, g, b)
	s.SetTextColor(r, g, b)
	s.SetLineWidth(0.6)
	s.SetXY(right-width, y)
	s.CellFormat(width, 8, word, "1", 0, "C", false, 0, "")
	s.SetLineWidth(0.2)
}

func (s sheet) parties(p paper) {
	top := s.GetY()
	s.style(true, 9, 90)
	s.text(margin, inner/2, "L", "Billed to")
	s.Ln(5)
	for _, line := range compact(p.CustomerName, optional(p.CustomerEmail), optional(p.CustomerPhone)) {
		s.style(false, 10, 20)
		s.text(margin, inner/2, "L", line)
		s.Ln(5)
	}
	bottom := s.GetY()

	dates := [][2]string{{"Issued", long(p.IssueDate)}, {"Due", long(p.DueDate)}}
	if p.PaidAt != nil {
		dates = append(dates, [2]string{"Paid", p.PaidAt.UTC().Format("2 January 2006, 15:04 UTC")})
	}
	dates = append(dates, [2]string{"Reference", p.ProviderNumber})
	s.SetY(top)
	for _, d := range dates {
		s.style(true, 9, 90)
		s.text(margin+inner*0.45, 20, "L", d[0])
		s.style(false, 8.5, 20)
		s.text(margin+inner*0.45+20, inner*0.55-20, "R", d[1])
		s.Ln(5)
	}
	s.SetY(max(bottom, s.GetY()) + 6)
}

// table lists the lines, on as many pages as they need.
func (s sheet) table(lines []Line, currency money.Currency) {
	s.tableHead()
	for _, l := range lines {
		s.style(false, 10, 20)
		description := l.Description
		if l.StaffName != "" {
			description += " · " + l.StaffName
		}
		wrapped := s.SplitText(printable(description), inner*0.5)
		s.room(float64(len(wrapped))*5 + 4)
		for i, part := range wrapped {
			s.style(false, 10, 20)
			s.text(margin, inner*0.5+1, "L", part)
			if i == 0 {
				s.text(margin+inner*0.5, inner*0.1, "R", fmt.Sprint(l.Quantity))
				s.text(margin+inner*0.6, inner*0.2, "R", money.Format(l.UnitPrice, currency))
				s.text(margin+inner*0.8, inner*0.2, "R", money.Format(l.Amount, currency))
			}
			s.Ln(5)
		}
		s.SetDrawColor(230, 230, 230)
		s.Line(margin, s.GetY()+1, right, s.GetY()+1)
		s.Ln(3)
	}
}

func (s sheet) tableHead() {
	s.style(true, 9, 90)
	s.text(margin, inner*0.5, "L", "Description")
	s.text(margin+inner*0.5, inner*0.1, "R", "Quantity")
	s.text(margin+inner*0.6, inner*0.2, "R", "Price")
	s.text(margin+inner*0.8, inner*0.2, "R", "Amount")
	s.Ln(6)
	s.SetDrawColor(120, 120, 120)
	s.Line(margin, s.GetY(), right, s.GetY())
	s.Ln(2)
}

// room begins a new page where less than the height is left.
func (s sheet) room(height float64) {
	if s.GetY()+height > pageBottom {
		s.AddPage()
		s.SetY(margin)
	}
}

func (s sheet) totals(p paper) {
	s.room(45)
	s.Ln(2)
	row := func(bold bool, name string, amount int64) {
		s.style(bold, 10, 20)
		s.text(margin+inner*0.5, inner*0.25, "L", name)
		s.text(margin+inner*0.75, inner*0.25, "R", money.Format(amount, p.Currency))
		s.Ln(6)
	}
	row(false, "Subtotal", p.Subtotal)
	if p.Discount > 0 {
		row(false, "Deducted", -p.Discount)
	}
	if p.Tax > 0 {
		row(false, "Tax", p.Tax)
	}
	// A fee that the merchant bears is not part of the total.
	if added := p.Total - p.Subtotal - p.Tax + p.Discount; p.Fee > 0 && added >= p.Fee {
		row(false, "Service fee", p.Fee)
	}
	row(true, "Total", p.Total)
	if p.AmountPaid > 0 {
		row(false, "Paid", p.AmountPaid)
	}
	if due := p.Due(); due > 0 {
		row(true, "To pay", due)
	}
}

func (s sheet) foot(p paper) {
	s.Ln(4)
	if link := optional(p.PaperPaymentURL); link != "" && p.Due() > 0 {
		s.room(12)
		s.style(true, 10, 20)
		s.text(margin, inner, "L", "Pay online")
		s.Ln(5)
		s.style(false, 9, 20)
		s.SetTextColor(20, 70, 160)
		s.SetX(margin)
		s.CellFormat(inner, 5, printable(link), "", 0, "L", false, 0, link)
		s.Ln(8)
	}
	if p.Notes != "" {
		s.style(false, 9, 60)
		for _, part := range s.SplitText(printable(p.Notes), inner-2) {
			s.room(5)
			s.text(margin, inner, "L", part)
			s.Ln(5)
		}
	}
}

// printable leaves out what the font's format cannot hold: characters beyond
// the basic plane, and controls.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > 0xFFFF || r == 0xFFFF:
			return '\uFFFD'
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
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
