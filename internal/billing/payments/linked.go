package payments

import (
	"context"
	"time"

	"reserva/internal/billing/invoices"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Linked is the answer to a wish to pay online.
type Linked struct {
	Status      string        `json:"status" enum:"payment_link_created,paid" doc:"paid where the wallet paid everything."`
	Message     string        `json:"message" example:"The payment link is ready."`
	Invoice     LinkInvoice   `json:"invoice"`
	PaymentLink *LinkPage     `json:"payment_link" doc:"Null where nothing is left to pay."`
	Payment     LinkPayment   `json:"payment"`
	NextSteps   []string      `json:"next_steps" example:"[\"Open the payment link and choose how to pay.\"]"`
	Amounts     LinkedAmounts `json:"amounts"`
}

// LinkInvoice is the invoice behind a link.
type LinkInvoice struct {
	ID                    id.ID           `json:"id"`
	InvoiceNumber         string          `json:"invoice_number" example:"INV-2026-0001"`
	Status                invoices.Status `json:"status" enum:"DRAFT,SENT,PAID,OVERDUE,CANCELLED"`
	Amount                money.Number    `json:"amount" example:"162000" doc:"What the customer pays online."`
	Subtotal              money.Number    `json:"subtotal"`
	TaxAmount             money.Number    `json:"tax_amount" example:"0"`
	PlatformFee           money.Number    `json:"platform_fee" example:"12000"`
	PlatformFeePercentage float64         `json:"platform_fee_percentage" example:"8"`
	Currency              money.Currency  `json:"currency"`
	DueDate               civil.Date      `json:"due_date"`
	PaymentProvider       string          `json:"payment_provider" enum:"paper_id,maya" doc:"Who collects it: Maya what is priced in pesos, Paper.id what is priced in rupiah."`
	PaperInvoiceID        *string         `json:"paper_invoice_id" example:"0b9d3c1e-6a0f-4c6f-9d53-0a3d8e1f2b4c"`
	PaperPaymentURL       *string         `json:"paper_payment_url" example:"https://paper.example.com/pay/4f1c"`
	PaperPDFURL           *string         `json:"paper_pdf_url" example:"https://paper.example.com/pdf/4f1c"`
}

// LinkPage is the page on which an invoice can be paid.
type LinkPage struct {
	URL       string    `json:"url" example:"https://paper.example.com/pay/4f1c"`
	ShortURL  string    `json:"short_url" example:"https://paper.example.com/pay/4f1c"`
	ExpiresAt time.Time `json:"expires_at" doc:"At Paper.id the end of the due date in Jakarta, at Maya an hour after it was made; or when a pending booking lapses, if that is sooner."`
	SentVia   []string  `json:"sent_via" example:"[\"email\"]" doc:"Channels through which the provider sent it."`
}

// LinkPayment is the payment that a link waits for.
type LinkPayment struct {
	ID                      id.ID  `json:"id"`
	AltID                   id.ID  `json:"_id" doc:"The same as id."`
	Status                  Status `json:"status" enum:"pending,completed,failed,cancelled,refunded,needs_review"`
	ReferenceID             string `json:"reference_id" example:"APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000"`
	AwaitingCustomerPayment bool   `json:"awaiting_customer_payment"`
}

// LinkedAmounts tells how the total came about.
type LinkedAmounts struct {
	BaseAmount      money.Number   `json:"base_amount" example:"150000"`
	WalletApplied   money.Number   `json:"wallet_applied" example:"0"`
	TaxAmount       money.Number   `json:"tax_amount" example:"0" doc:"On the base, by the setting tax_rate of the business."`
	TaxableBase     money.Number   `json:"taxable_base" example:"150000" doc:"What the fee is taken of."`
	PlatformFee     money.Number   `json:"platform_fee" example:"12000"`
	PlatformFeeRate money.Rate     `json:"platform_fee_rate" example:"0.08"`
	TotalAmount     money.Number   `json:"total_amount" example:"162000"`
	Currency        money.Currency `json:"currency"`
}

// linked shows a link that was just made.
func (o *Operations) linked(ctx context.Context, in order, invoice id.ID) (Linked, error) {
	var s invoices.Stored
	var p stored
	var due appointments.Due
	// Writing, though it only shows: what it reads, it locks.
	err := o.db.Update(ctx, in.tenant, func(tx *db.Tx) (err error) {
		if due, err = appointments.DueFor(ctx, tx, in.who, in.appointment); err != nil {
			return err
		}
		if s, err = invoices.Lock(ctx, tx, invoice); err != nil {
			return err
		}
		p, err = lockOfInvoice(ctx, tx, invoice)
		return err
	})
	switch {
	case err != nil:
		return Linked{}, err
	case s.Status == invoices.Cancelled:
		return Linked{}, overtaken(due)
	}
	out := Linked{
		Status: "payment_link_created", Message: "The payment link is ready.",
		Invoice: linkInvoice(s), PaymentLink: linkPage(s, due),
		Payment: LinkPayment{ID: p.ID, AltID: p.ID, Status: p.Status, ReferenceID: p.Reference, AwaitingCustomerPayment: p.Status == Pending},
		NextSteps: []string{
			"Open the payment link and choose how to pay.",
			"The appointment is confirmed as soon as the payment has arrived.",
		},
		Amounts: linkedAmounts(s),
	}
	if s.Status == invoices.Paid {
		out.Status, out.Message, out.PaymentLink = "paid", "The appointment is paid.", nil
		out.NextSteps = []string{"Nothing is left to pay."}
	}
	return out, nil
}

// overtaken says why a link was ended while it was made.
func overtaken(due appointments.Due) error {
	switch {
	case due.Status == appointments.Cancelled || due.Status == appointments.NoShowed:
		return ErrEnded
	case due.Remaining() <= 0:
		return ErrPaid
	}
	return ErrLinkPending // replaced, or a part was paid at the desk: asked again it is for the rest
}

func linkedAmounts(s invoices.Stored) LinkedAmounts {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: s.Currency} }
	return LinkedAmounts{
		BaseAmount: amount(s.Subtotal), WalletApplied: amount(s.Discount), TaxAmount: amount(s.Tax), TaxableBase: amount(max(s.Subtotal-s.Discount, 0)),
		PlatformFee: amount(s.Fee), PlatformFeeRate: s.FeeRate, TotalAmount: amount(s.Total), Currency: s.Currency,
	}
}

func linkInvoice(s invoices.Stored) LinkInvoice {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: s.Currency} }
	return LinkInvoice{
		ID: s.ID, InvoiceNumber: s.Number, Status: s.Status, Amount: amount(s.Total), Subtotal: amount(s.Subtotal), TaxAmount: amount(s.Tax),
		PlatformFee: amount(s.Fee), PlatformFeePercentage: percentage(s.FeeRate), Currency: s.Currency, DueDate: s.DueDate, PaymentProvider: s.Provider,
		PaperInvoiceID: s.PaperID, PaperPaymentURL: s.PaperPaymentURL, PaperPDFURL: s.PaperPDFURL,
	}
}

// writtenInvoice is what is told of a written invoice that is in the way of a link.
func writtenInvoice(s invoices.Stored) map[string]any {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: s.Currency} }
	return map[string]any{
		"id": s.ID, "invoice_number": s.Number, "status": s.Status, "total_amount": amount(s.Total), "amount_paid": amount(s.AmountPaid),
		"amount_due": amount(s.Due()), "currency": s.Currency,
	}
}

// linkPage is the page of an invoice, for as long as there is something to pay for.
func linkPage(s invoices.Stored, due appointments.Due) *LinkPage {
	if s.PaperPaymentURL == nil {
		return nil
	}
	via := metadataOf(s).SentVia
	if via == nil {
		via = []string{}
	}
	until := expiry(s)
	if hold := holdOf(due); hold != nil && hold.Before(until) {
		until = hold.UTC()
	}
	return &LinkPage{URL: *s.PaperPaymentURL, ShortURL: *s.PaperPaymentURL, ExpiresAt: until, SentVia: via}
}

// percentage is a rate for people: 8 for 0.08.
func percentage(r money.Rate) float64 { return float64(r) / 10_000 }
