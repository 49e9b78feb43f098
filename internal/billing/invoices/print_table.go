package invoices

import (
	"encoding/json"
	"strconv"

	"reserva/internal/kit/money"
	"reserva/internal/kit/pdf"
)

// table lists the lines, on as many pages as they need.
func (s *sheet) table(lines []Line) {
	s.tableHead()
	for _, l := range lines {
		described := s.doc.Wrap(l.Description, s.style(false, 10, strong), describedIn)
		beside := s.beside(l)
		if s.room(float64(len(described))*5 + float64(len(beside))*4.5 + 3) {
			s.tableHead()
		}
		s.putRight(quantityAt, inner*0.1, s.style(false, 10, strong), strconv.FormatInt(l.Quantity, 10))
		s.putRight(priceAt, inner*0.21, s.style(false, 10, strong), s.amount(l.UnitPrice))
		s.putRight(right-1, inner*0.21, s.style(false, 10, strong), s.amount(l.Amount))
		for _, line := range described {
			s.page.Text(margin+1, s.y+4, line)
			s.y += 5
		}
		for _, text := range beside {
			s.put(margin+1, describedIn, s.style(false, 8.5, weak), text)
			s.y += 4.5
		}
		s.page.Rule(margin, s.y+1, inner, 0.15, pdf.Grey(225))
		s.y += 2
	}
}

// beside is what is said of a line in small: who did it, what was taken off, its tax.
func (s *sheet) beside(l Line) []string {
	var all []string
	if l.StaffName != "" {
		all = append(all, "with "+l.StaffName)
	}
	if l.Discount > 0 {
		all = append(all, "Discount "+s.amount(-l.Discount))
	}
	if l.TaxRate > 0 {
		all = append(all, "Tax "+l.TaxRate.Percent()+" %: "+s.amount(l.Tax))
	}
	return all
}

func (s *sheet) tableHead() {
	s.page.Fill(margin, s.y, inner, 7, pale(s.brand))
	s.y += 1
	head := s.style(true, 9, strong)
	s.put(margin+1, describedIn, head, "Description")
	s.putRight(quantityAt, inner*0.1, head, "Quantity")
	s.putRight(priceAt, inner*0.2, head, "Price")
	s.putRight(right-1, inner*0.2, head, "Amount")
	s.y += 7.5
}

// totals adds up, with the way to pay at their left while something is due.
func (s *sheet) totals() {
	rows := s.sums()
	height := float64(len(rows))*6 + 8
	link := optional(s.PaperPaymentURL)
	if link != "" && s.Due() > 0 {
		height = max(height, codeSize+12)
	} else {
		link = ""
	}
	s.room(height)
	s.y += 3
	top := s.y
	for _, row := range rows {
		style := s.style(row.bold, 10, strong)
		if row.bold {
			s.page.Rule(margin+inner*0.55, s.y-0.2, inner*0.45, 0.2, pdf.Grey(160))
			s.y += 0.8
			style.Size = 11
		}
		s.put(margin+inner*0.55, inner*0.2, style, row.name)
		s.putRight(right-1, inner*0.24, style, s.amount(row.amount))
		s.y += 6
	}
	bottom := s.y
	if link != "" {
		s.y = top
		s.payment(link)
	}
	s.y = max(bottom, s.y) + 4
}

type sum struct {
	name   string
	amount int64
	bold   bool
}

func (s *sheet) sums() []sum {
	rows := []sum{{name: "Subtotal", amount: s.Subtotal}}
	if s.Discount > 0 {
		name := "Discount"
		if !s.Written {
			name = "From the wallet"
		}
		rows = append(rows, sum{name: name, amount: -s.Discount})
	}
	if s.Tax > 0 {
		name := "Tax"
		if s.TaxRate > 0 {
			name += " " + s.TaxRate.Percent() + " %"
		}
		rows = append(rows, sum{name: name, amount: s.Tax})
	}
	// A fee that the merchant bears is not part of the total.
	if added := s.Total - s.Subtotal - s.Tax + s.Discount; s.Fee > 0 && added >= s.Fee {
		rows = append(rows, sum{name: "Service fee", amount: s.Fee})
	}
	rows = append(rows, sum{name: "Total", amount: s.Total, bold: true})
	if s.AmountPaid > 0 {
		rows = append(rows, sum{name: "Paid", amount: -s.AmountPaid})
	}
	if credited := s.credited(); credited > 0 {
		rows = append(rows, sum{name: "Into the wallet", amount: credited})
	}
	if due := s.Due(); due > 0 {
		rows = append(rows, sum{name: "To pay", amount: due, bold: true})
	}
	return rows
}

// credited is what went to the customer's wallet, or back there, when the invoice was paid
// and not all of it was due any more.
func (s Stored) credited() int64 {
	told := map[string]any{}
	if s.Status != Paid || json.Unmarshal(s.Metadata, &told) != nil {
		return 0
	}
	sum := int64(0)
	for _, name := range []string{"wallet_credit", "wallet_returned"} {
		text, _ := told[name].(string)
		if d, err := money.ParseDecimal(text); err == nil {
			minor, _ := d.NonNegativeMinor(s.Currency)
			sum += minor
		}
	}
	return sum
}

// codeSize is the side of the QR code.
const codeSize = 34.0

// payment shows where the invoice is paid.
func (s *sheet) payment(link string) {
	s.put(margin, inner*0.5, s.style(true, 10, strong), "Pay online")
	s.y += 5
	s.page.Code(margin-3, s.y, codeSize, link)
	s.page.Link(margin, s.y, codeSize-6, codeSize, link)
	style := pdf.Style{Size: 8.5, Color: pdf.Color{R: 20, G: 70, B: 160}}
	at := s.y + 4
	for i, line := range s.doc.Wrap(link, style, inner*0.52-codeSize) {
		if i == 6 {
			break
		}
		s.page.Text(margin+codeSize-2, at+4, line)
		s.page.Link(margin+codeSize-2, at, line.Width, 5, link)
		at += 4.4
	}
	if s.PageExpiresAt != nil { // sooner than the end of the due date
		s.page.Text(margin+codeSize-2, at+4, s.doc.Set("until "+s.moment(*s.PageExpiresAt), s.style(false, 8.5, weak), inner*0.52-codeSize))
	}
	s.y += codeSize
}
