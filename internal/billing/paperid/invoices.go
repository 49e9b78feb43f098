package paperid

// InvoiceInput is a sales invoice to create, or the whole of it to update.
type InvoiceInput struct {
	// Number is unique in the account for ever: deleting the invoice does not free it, nor does losing the answer.
	Number      string
	InvoiceDate Date
	DueDate     Date
	Customer    Customer
	Items       []Item // at least one
	Send        Send

	SignatureHeader string // who signs, printed above the signature
	SignatureFooter string
	Terms           string
	Notes           string
	Discount        Discount // off the whole invoice
	DeliveryFee     int64    // rupiah
	AdditionalInfo  map[string]string
}

// Customer is who an invoice is for. A known ID that comes with another name, e-mail or phone is refused with
// ErrPartnerMismatch; build it with [CustomerID].
type Customer struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Phone string `json:"phone"` // E.164
	Email string `json:"email,omitempty"`
}

// Item is a line of an invoice.
type Item struct {
	Name        string
	Description string
	Quantity    int
	Price       int64 // rupiah for one
	Discount    Discount
	TaxID       string // from the provider's tax list
}

// Discount is an amount or a percentage. The provider takes a bare number for a percentage on a line and for an amount
// on the invoice; here each has its field, and the kind is always sent along.
type Discount struct {
	Amount  int64 // rupiah
	Percent int   // used where Amount is 0
}

func (d Discount) wire() (value int64, kind string) {
	switch {
	case d.Amount != 0:
		return d.Amount, "amount"
	case d.Percent != 0:
		return int64(d.Percent), "percentage"
	default:
		return 0, ""
	}
}

// Send says by which channels the provider itself tells the customer. UpdateInvoice needs at least one.
type Send struct {
	Email    bool `json:"email"`
	WhatsApp bool `json:"whatsapp"`
	SMS      bool `json:"sms"`
}

// CreatedInvoice is the answer to a creation. All URLs are absolute.
type CreatedInvoice struct {
	ID          string // the provider's, a uuid
	Number      string
	PaymentURL  string // the hosted page on which the customer pays
	PDFURL      string
	PDFShortURL string // empty on an adopted invoice
	Sent        Send   // channels that were used; all false on an adopted invoice

	// Adopted tells that an earlier request had created the invoice and it was found by its number.
	Adopted bool
}

type itemWire struct {
	Name         string `json:"name"`
	Description  string `json:"description"`
	Quantity     int    `json:"quantity"`
	Price        int64  `json:"price"`
	Discount     int64  `json:"discount,omitempty"`
	DiscountType string `json:"discount_type,omitempty"`
	TaxID        string `json:"tax_id,omitempty"`
}

type feeWire struct {
	DeliveryFee int64 `json:"delivery_fee"`
}

type invoiceWire struct {
	InvoiceDate     string            `json:"invoice_date"`
	DueDate         string            `json:"due_date"`
	Number          string            `json:"number"`
	Customer        Customer          `json:"customer"`
	Items           []itemWire        `json:"items"`
	Send            Send              `json:"send"`
	SignatureHeader string            `json:"signature_text_header,omitempty"`
	SignatureFooter string            `json:"signature_text_footer,omitempty"`
	Terms           string            `json:"terms_condition,omitempty"`
	Notes           string            `json:"notes,omitempty"`
	Discount        int64             `json:"additional_discount,omitempty"`
	DiscountType    string            `json:"additional_discount_type,omitempty"`
	Fee             *feeWire          `json:"additional_fee,omitempty"` // an object in the prose, a list in the schema
	AdditionalInfo  map[string]string `json:"additional_info,omitempty"`
	Totals          *string           `json:"totals,omitempty"` // update only: a required string "for now"
}

func (in InvoiceInput) wire() invoiceWire {
	w := invoiceWire{
		InvoiceDate: in.InvoiceDate.dashed(), DueDate: in.DueDate.dashed(),
		Number: in.Number, Customer: in.Customer, Send: in.Send,
		SignatureHeader: in.SignatureHeader, SignatureFooter: in.SignatureFooter,
		Terms: in.Terms, Notes: in.Notes, AdditionalInfo: in.AdditionalInfo,
	}
	w.Discount, w.DiscountType = in.Discount.wire()
	if in.DeliveryFee != 0 {
		w.Fee = &feeWire{DeliveryFee: in.DeliveryFee}
	}
	for _, item := range in.Items {
		line := itemWire{Name: item.Name, Description: item.Description, Quantity: item.Quantity, Price: item.Price,
			TaxID: item.TaxID}
		line.Discount, line.DiscountType = item.Discount.wire()
		w.Items = append(w.Items, line)
	}
	return w
}

// Total is what the invoice comes to in rupiah. The second result is false where only the provider can know: with a
// tax, or with a percentage, whose rounding is undocumented.
func (in InvoiceInput) Total() (int64, bool) {
	exact := in.Discount.Percent == 0 || in.Discount.Amount != 0
	total := in.DeliveryFee - in.Discount.Amount
	for _, item := range in.Items {
		total += int64(item.Quantity)*item.Price - item.Discount.Amount
		exact = exact && item.TaxID == "" && (item.Discount.Percent == 0 || item.Discount.Amount != 0)
	}
	return total, exact
}
