package invoices

import (
	"encoding/json"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// ErrNotFound is an invoice that is absent, or not the caller's.
var ErrNotFound = fault.New(fault.NotFound, "invoice.not_found", "There is no such invoice.")

// Type is what an invoice is for.
type Type string

// The documented types, and PACKAGE.
const (
	ForSubscription Type = "SUBSCRIPTION"
	ForAppointment  Type = "APPOINTMENT"
	ForSetupFee     Type = "SETUP_FEE"
	ForPackage      Type = "PACKAGE"
	ForTopUp        Type = "WALLET_TOPUP"
)

// Types returns all types.
func Types() []Type {
	return []Type{ForSubscription, ForAppointment, ForSetupFee, ForPackage, ForTopUp}
}

// OfPlatform tells whether the platform bills the business with it, and not the business
// a customer.
func (t Type) OfPlatform() bool { return t == ForSubscription || t == ForSetupFee }

// Status is where an invoice is in its life.
type Status string

// The states.
const (
	Draft     Status = "DRAFT"
	Sent      Status = "SENT"
	Paid      Status = "PAID"
	Overdue   Status = "OVERDUE"
	Cancelled Status = "CANCELLED"
)

// Statuses returns all states.
func Statuses() []Status { return []Status{Draft, Sent, Paid, Overdue, Cancelled} }

// CanBecome tells whether the lifecycle leads from s to next.
func (s Status) CanBecome(next Status) bool {
	switch next {
	case Sent:
		return s == Draft
	case Overdue:
		return s == Sent
	case Cancelled:
		return s.Open()
	case Paid:
		return s != Paid
	}
	return false
}

// Open tells whether the invoice still asks for money.
func (s Status) Open() bool { return s == Draft || s == Sent || s == Overdue }

// Line is a line of an invoice; amounts are minor units of the invoice's currency.
type Line struct {
	Description string     `json:"description"`
	Quantity    int64      `json:"quantity"`
	UnitPrice   int64      `json:"unit_price"`
	Discount    int64      `json:"discount,omitempty"`
	TaxRate     money.Rate `json:"tax_rate,omitempty"`
	Tax         int64      `json:"tax,omitempty"` // on what the discount left
	Amount      int64      `json:"amount"`        // before discount and tax
	ServiceID   *id.ID     `json:"service_id,omitempty"`
	StaffName   string     `json:"staff_name,omitempty"`
}

// Stored is an invoice as it is stored.
type Stored struct {
	ID              id.ID           `db:"id"`
	Number          string          `db:"invoice_number"`
	ProviderNumber  string          `db:"provider_number"`
	Type            Type            `db:"invoice_type"`
	Status          Status          `db:"status"`
	CustomerID      *id.ID          `db:"customer_id"`
	AppointmentID   *id.ID          `db:"appointment_id"`
	LineItems       json.RawMessage `db:"line_items"`
	Currency        money.Currency  `db:"currency"`
	Subtotal        int64           `db:"subtotal"`
	Tax             int64           `db:"tax_amount"`
	Discount        int64           `db:"discount_amount"`
	Fee             int64           `db:"platform_fee"`
	FeeRate         money.Rate      `db:"platform_fee_rate"`
	Total           int64           `db:"total_amount"`
	AmountPaid      int64           `db:"amount_paid"`
	TaxPaid         int64           `db:"tax_paid"` // within that, while a part is paid
	IssueDate       civil.Date      `db:"issue_date"`
	DueDate         civil.Date      `db:"due_date"`
	PaidAt          *time.Time      `db:"paid_at"`
	GatewayID       *id.ID          `db:"gateway_id"` // the business's own account that collects it; nil for the platform's
	Provider        string          `db:"payment_provider"`
	PageExpiresAt   *time.Time      `db:"page_expires_at"`  // where the provider's page ends before the due date does
	PaperID         *string         `db:"paper_invoice_id"` // the provider's, whichever it is
	PaperURL        *string         `db:"paper_invoice_url"`
	PaperPDFURL     *string         `db:"paper_pdf_url"`
	PaperPaymentURL *string         `db:"paper_payment_url"`
	Notes           string          `db:"notes"`
	Metadata        json.RawMessage `db:"metadata"`
	CreatedAt       time.Time       `db:"created_at"`
	UpdatedAt       time.Time       `db:"updated_at"`
	Written         bool            `db:"written"` // by hand, and not for a payment link
	TaxRate         money.Rate      `db:"tax_rate"`
}

// Lines reads the lines of a stored invoice.
func (s Stored) Lines() ([]Line, error) {
	lines := []Line{}
	err := json.Unmarshal(s.LineItems, &lines)
	return lines, err
}

// Due is what is still to be paid.
func (s Stored) Due() int64 {
	if !s.Status.Open() {
		return 0
	}
	return max(s.Total-s.AmountPaid, 0)
}

// TaxDue is how much of what is still to be paid is tax.
func (s Stored) TaxDue() int64 { return min(max(s.Tax-s.TaxPaid, 0), s.Due()) }

// WithoutFee is the invoice with nothing for the platform on it, as it is paid to the
// business itself.
func (s Stored) WithoutFee() Stored {
	s.Fee, s.FeeRate, s.Total = 0, 0, s.Subtotal-s.Discount+s.Tax
	return s
}

// Invoice is the documented object.
type Invoice struct {
	ID                id.ID          `json:"id"`
	TenantID          id.ID          `json:"tenant_id"`
	InvoiceNumber     string         `json:"invoice_number" example:"INV-2026-0001"`
	InvoiceType       Type           `json:"invoice_type" enum:"SUBSCRIPTION,APPOINTMENT,SETUP_FEE,PACKAGE,WALLET_TOPUP"`
	Status            Status         `json:"status" enum:"DRAFT,SENT,PAID,OVERDUE,CANCELLED"`
	CustomerID        *id.ID         `json:"customer_id"`
	AppointmentID     *id.ID         `json:"appointment_id"`
	SubscriptionID    *id.ID         `json:"subscription_id"`
	CustomerPackageID *id.ID         `json:"customer_package_id"`
	LineItems         []LineView     `json:"line_items"`
	Subtotal          money.Number   `json:"subtotal"`
	TaxRate           money.Rate     `json:"tax_rate" example:"0" doc:"Of all lines; 0 where they differ."`
	TaxAmount         money.Number   `json:"tax_amount" example:"0"`
	DiscountAmount    money.Number   `json:"discount_amount" example:"0"`
	PlatformFee       money.Number   `json:"platform_fee" example:"12000"`
	TotalAmount       money.Number   `json:"total_amount" example:"162000"`
	AmountPaid        money.Number   `json:"amount_paid" example:"0"`
	AmountDue         money.Number   `json:"amount_due" example:"162000"`
	Currency          money.Currency `json:"currency"`
	IssueDate         civil.Date     `json:"issue_date" doc:"In the zone of the business."`
	DueDate           civil.Date     `json:"due_date" doc:"The last day on which it can be paid online."`
	PaidAt            *time.Time     `json:"paid_at"`
	PaymentProvider   string         `json:"payment_provider" enum:"paper_id,maya" doc:"Who collects it online."`
	PaperInvoiceID    *string        `json:"paper_invoice_id" doc:"The provider's id of it, whichever the provider; likewise the addresses." example:"0b9d3c1e-6a0f-4c6f-9d53-0a3d8e1f2b4c"`
	PaperInvoiceURL   *string        `json:"paper_invoice_url" example:"https://paper.example.com/pay/4f1c"`
	PaperPDFURL       *string        `json:"paper_pdf_url" example:"https://paper.example.com/pdf/4f1c"`
	PaperPaymentURL   *string        `json:"paper_payment_url" example:"https://paper.example.com/pay/4f1c"`
	Notes             string         `json:"notes"`
	Metadata          map[string]any `json:"metadata" doc:"Of what was paid and not due any more: wallet_credit is in the customer's wallet, wallet_returned was put back there before, platform_fee_returned is the fee that was not taken, to_give_back is for the business to give back."`
	CreatedAt         time.Time      `json:"created_at"`
	UpdatedAt         time.Time      `json:"updated_at"`
}

// LineView is a line as it is shown.
type LineView struct {
	Description string       `json:"description" example:"Hot stone massage"`
	Quantity    int64        `json:"quantity" example:"1"`
	UnitPrice   money.Number `json:"unit_price"`
	Discount    money.Number `json:"discount" example:"0"`
	TaxRate     money.Rate   `json:"tax_rate" example:"0.11"`
	TaxAmount   money.Number `json:"tax_amount" example:"0"`
	Amount      money.Number `json:"amount" doc:"Quantity times price, before discount and tax."`
	ServiceID   *id.ID       `json:"service_id,omitempty"`
	StaffName   string       `json:"staff_name,omitempty" example:"Ayu Lestari"`
}

// view shows a stored invoice of a tenant.
func (s Stored) view(tenant id.ID) (Invoice, error) {
	lines, err := s.Lines()
	if err != nil {
		return Invoice{}, err
	}
	metadata := map[string]any{}
	if err := json.Unmarshal(s.Metadata, &metadata); err != nil {
		return Invoice{}, err
	}
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: s.Currency} }
	out := Invoice{
		ID: s.ID, TenantID: tenant, InvoiceNumber: s.Number, InvoiceType: s.Type, Status: s.Status,
		CustomerID: s.CustomerID, AppointmentID: s.AppointmentID,
		SubscriptionID: idIn(metadata, "subscription_id"), CustomerPackageID: idIn(metadata, "customer_package_id"),
		LineItems: make([]LineView, 0, len(lines)), Subtotal: amount(s.Subtotal), TaxRate: s.TaxRate, TaxAmount: amount(s.Tax),
		DiscountAmount: amount(s.Discount), PlatformFee: amount(s.Fee), TotalAmount: amount(s.Total),
		AmountPaid: amount(s.AmountPaid), AmountDue: amount(s.Due()), Currency: s.Currency,
		IssueDate: s.IssueDate, DueDate: s.DueDate, PaidAt: utc(s.PaidAt), PaymentProvider: s.Provider,
		PaperInvoiceID: s.PaperID, PaperInvoiceURL: s.PaperURL, PaperPDFURL: s.PaperPDFURL, PaperPaymentURL: s.PaperPaymentURL,
		Notes: s.Notes, Metadata: metadata, CreatedAt: s.CreatedAt.UTC(), UpdatedAt: s.UpdatedAt.UTC(),
	}
	for _, l := range lines {
		out.LineItems = append(out.LineItems, LineView{
			Description: l.Description, Quantity: l.Quantity, UnitPrice: amount(l.UnitPrice), Discount: amount(l.Discount),
			TaxRate: l.TaxRate, TaxAmount: amount(l.Tax), Amount: amount(l.Amount),
			ServiceID: l.ServiceID, StaffName: l.StaffName,
		})
	}
	return out, nil
}

func idIn(metadata map[string]any, key string) *id.ID {
	text, _ := metadata[key].(string)
	found := id.ID(text)
	if !found.Valid() {
		return nil
	}
	return &found
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// parseType and parseStatus read a filter in any case; empty is no filter.
func parseType(raw string) (*string, bool)   { return parse(raw, Types()) }
func parseStatus(raw string) (*string, bool) { return parse(raw, Statuses()) }
