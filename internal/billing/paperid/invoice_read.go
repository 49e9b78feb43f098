package paperid

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// PaymentStatus is how far an invoice is paid.
type PaymentStatus string

// The payment statuses of an invoice's detail.
const (
	StatusUnpaid        PaymentStatus = "unpaid"
	StatusPartiallyPaid PaymentStatus = "partially paid" // the amount paid so far is not told anywhere
	StatusPaid          PaymentStatus = "paid"
	StatusOverdue       PaymentStatus = "overdue"
)

// Invoice is the detail of a sales invoice: the only trustworthy word on whether it is paid.
type Invoice struct {
	ID               string // as asked for: the detail itself carries none
	Number           string
	InvoiceDate      Date
	DueDate          Date
	PaymentStatus    PaymentStatus
	AcceptanceStatus string // "accepted" or "not accepted" by the customer; says nothing about money
	PaymentURL       string
	PDFURL           string
	Customer         Customer
	Items            []InvoiceItem
	DeliveryFee      int64
	Total            int64 // rupiah
	Notes            string
	CreatedAt        time.Time
	ModifiedAt       time.Time
}

// InvoiceItem is a line of an invoice's detail.
type InvoiceItem struct {
	Name        string
	Description string
	Quantity    int64
	Price       int64 // rupiah for one
}

// The detail keeps total, fee, notes and times outside of data. Both places are read, for other v1 answers keep
// everything inside.
type detailRest struct {
	Fee        feeAnswer `json:"additional_fee"`
	Total      *rupiah   `json:"total"`
	Notes      text      `json:"notes"`
	CreatedAt  text      `json:"created_at"`
	ModifiedAt text      `json:"modified_at"`
}

type detailWire struct {
	detailRest
	Data struct {
		detailRest
		Number      text `json:"number"`
		InvoiceDate text `json:"invoice_date"`
		DueDate     text `json:"due_date"`
		Status      struct {
			Payment    text `json:"payment_status"`
			Acceptance text `json:"acceptance_status"`
		} `json:"status"`
		PaymentLink text `json:"payment_link"`
		PDFLink     text `json:"pdf_link"`
		Customer    struct {
			ID    text `json:"id"`
			Name  text `json:"company_name"`
			Email text `json:"company_email"`
			Phone text `json:"company_phone"`
		} `json:"customer"`
		Items []struct {
			Name        text   `json:"name"`
			Description text   `json:"description"`
			Quantity    rupiah `json:"quantity"`
			Price       rupiah `json:"price"`
		} `json:"items"`
	} `json:"data"`
}

// feeAnswer reads additional_fee as the object of the prose or the list of the schema.
type feeAnswer int64

func (f *feeAnswer) UnmarshalJSON(b []byte) error {
	amount, _ := readObject(b).rupiah("delivery_fee")
	for _, item := range readList(b) {
		if fee, ok := item.rupiah("delivery_fee"); ok {
			amount += fee
		}
	}
	*f = feeAnswer(amount)
	return nil
}

// GetInvoice reads one invoice by the provider's id.
func (c *Client) GetInvoice(ctx context.Context, id string) (Invoice, error) {
	escaped, err := segment("GetInvoice", id)
	if err != nil {
		return Invoice{}, err
	}
	var w detailWire
	k := call{op: "GetInvoice", method: http.MethodGet, path: "/api/v1/sales-invoices/" + escaped, repeat: true}
	if err := c.do(ctx, k, &w); err != nil {
		return Invoice{}, err
	}
	return w.invoice(id, c.scheme), nil
}

func (w detailWire) invoice(id, scheme string) Invoice {
	d, rest := w.Data, w.detailRest
	if rest.Total == nil {
		rest = d.detailRest
	}
	inv := Invoice{
		ID: id, Number: string(d.Number),
		InvoiceDate: readDate(string(d.InvoiceDate)), DueDate: readDate(string(d.DueDate)),
		PaymentStatus:    readStatus(string(d.Status.Payment)),
		AcceptanceStatus: strings.ToLower(string(d.Status.Acceptance)),
		PaymentURL:       absolute(string(d.PaymentLink), scheme),
		PDFURL:           absolute(string(d.PDFLink), scheme),
		Customer: Customer{ID: string(d.Customer.ID), Name: string(d.Customer.Name), Phone: string(d.Customer.Phone),
			Email: string(d.Customer.Email)},
		DeliveryFee: int64(rest.Fee), Notes: string(rest.Notes),
		CreatedAt: readTime(string(rest.CreatedAt)), ModifiedAt: readTime(string(rest.ModifiedAt)),
	}
	if rest.Total != nil {
		inv.Total = int64(*rest.Total)
	}
	for _, item := range d.Items {
		inv.Items = append(inv.Items, InvoiceItem{Name: string(item.Name), Description: string(item.Description),
			Quantity: int64(item.Quantity), Price: int64(item.Price)})
	}
	return inv
}

func readStatus(s string) PaymentStatus {
	s = strings.ToLower(strings.TrimSpace(s))
	return PaymentStatus(strings.NewReplacer("_", " ", "-", " ").Replace(s))
}

// InvoiceQuery selects a page of the list.
type InvoiceQuery struct {
	Status string // undocumented values; "" for all
	Limit  int    // 0 means 10
	Offset int
}

// InvoiceEntry is an invoice in the list. Its status there is an undocumented integer and therefore not given: ask
// GetInvoice.
type InvoiceEntry struct {
	ID          string
	Number      string
	InvoiceDate Date
}

// InvoicePage is a page of the list, in an undocumented order.
type InvoicePage struct {
	Invoices []InvoiceEntry
	Limit    int // as the provider applied it, which may be less than asked
	Offset   int
	Total    int // entries in all pages
}

type listWire struct {
	Invoices []struct {
		UUID        text `json:"uuid"`
		Number      text `json:"number"`
		InvoiceDate text `json:"invoice_date"`
	} `json:"invoices"`
	Limit  rupiah `json:"limit"`
	Offset rupiah `json:"offset"`
	Total  rupiah `json:"total_records"`
}

// ListInvoices reads one page of the account's invoices.
func (c *Client) ListInvoices(ctx context.Context, q InvoiceQuery) (InvoicePage, error) {
	query := url.Values{"offset": {strconv.Itoa(q.Offset)}}
	if q.Limit > 0 {
		query.Set("limit", strconv.Itoa(q.Limit))
	}
	if q.Status != "" {
		query.Set("status", q.Status)
	}
	var w struct {
		listWire
		Data *listWire `json:"data"`
	}
	k := call{op: "ListInvoices", method: http.MethodGet, path: "/api/v1/sales-invoices/all", query: query, repeat: true}
	if err := c.do(ctx, k, &w); err != nil {
		return InvoicePage{}, err
	}
	list := w.listWire
	if w.Data != nil {
		list = *w.Data
	}
	page := InvoicePage{Limit: int(list.Limit), Offset: int(list.Offset), Total: int(list.Total)}
	for _, e := range list.Invoices {
		page.Invoices = append(page.Invoices, InvoiceEntry{ID: string(e.UUID), Number: string(e.Number),
			InvoiceDate: readDate(string(e.InvoiceDate))})
	}
	return page, nil
}
