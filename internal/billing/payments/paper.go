package payments

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/billing/paperid"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/people/users"
)

// Paper is Paper.id as a Gateway, and as the partner registry that users.Gateway
// asks for. It speaks for the platform's account, whatever the tenant.
type Paper struct{ client *paperid.Client }

// NewPaper returns the gateway of an account.
func NewPaper(client *paperid.Client) *Paper { return &Paper{client: client} }

// Takes implements Gateway. The provider's invoices name no currency: all of them
// are in rupiah.
func (p *Paper) Takes(currency money.Currency) bool { return currency == money.IDR }

// Open implements Gateway. The provider refuses a customer whom it knows otherwise, be it
// that it looks more closely than the digest in our id or that somebody changed the
// customer in its dashboard. Nobody can be asked to wait for that to be mended, so the
// invoice then gets a customer of its own.
func (p *Paper) Open(ctx context.Context, r Request) (Link, error) {
	if !p.Takes(r.Currency) {
		return Link{}, fmt.Errorf("payments: Paper.id has no invoices in %s", r.Currency)
	}
	in := invoiceInput(r)
	created, err := p.client.EnsureInvoice(ctx, in)
	if errors.Is(err, paperid.ErrPartnerMismatch) {
		in.Customer.ID = paperid.CustomerIDFor(in.Customer.ID, in.Number)
		created, err = p.client.EnsureInvoice(ctx, in)
	}
	return link(created), translate(err)
}

// Find implements Gateway.
func (p *Paper) Find(ctx context.Context, r Request) (Link, error) {
	found, err := p.client.AdoptInvoice(ctx, invoiceInput(r))
	return link(found), translate(err)
}

// Look implements Gateway.
func (p *Paper) Look(ctx context.Context, _ id.ID, providerID string) (State, error) {
	found, err := p.client.GetInvoice(ctx, providerID)
	if err != nil {
		return State{}, translate(err)
	}
	s := State{
		Number: found.Number, Total: found.Total, Progress: Unpaid,
		Link: Link{ID: providerID, URL: found.PaymentURL, PDFURL: found.PDFURL},
	}
	switch found.PaymentStatus {
	case paperid.StatusPaid:
		s.Progress = FullyPaid
	case paperid.StatusPartiallyPaid:
		s.Progress = PartlyPaid
	}
	return s, nil
}

// Withdraw implements Gateway.
func (p *Paper) Withdraw(ctx context.Context, _ id.ID, providerID string) error {
	err := translate(p.client.DeleteInvoice(ctx, providerID))
	if errors.Is(err, ErrNothingThere) {
		return nil
	}
	return err
}

// CreatePartner implements users.Gateway: the business becomes a partner of the
// account, under its slug. Asked again, it answers with the partner that is there.
func (p *Paper) CreatePartner(ctx context.Context, in users.PartnerRequest) (string, error) {
	partner, err := p.client.CreatePartner(ctx, paperid.PartnerInput{
		Name: in.Name, Number: in.Slug, Type: paperid.PartnerBoth, Phone: in.Phone, Email: in.Email, CustomType: "company",
	})
	if errors.Is(err, paperid.ErrDuplicateNumber) || errors.Is(err, paperid.ErrPartnerMismatch) {
		partner, err = p.client.FindPartnerByNumber(ctx, in.Slug)
	}
	return partner.ID, err
}

func invoiceInput(r Request) paperid.InvoiceInput {
	in := paperid.InvoiceInput{
		Number: r.Number, InvoiceDate: paperid.Date(r.Issued), DueDate: paperid.Date(r.Due),
		Customer: paperid.Customer{
			ID:   paperid.CustomerID(string(r.Payer.ID), r.Payer.Name, r.Payer.Email, r.Payer.Phone),
			Name: r.Payer.Name, Email: r.Payer.Email, Phone: r.Payer.Phone,
		},
		Send:            paperid.Send{Email: r.Send.Email, WhatsApp: r.Send.WhatsApp, SMS: r.Send.SMS},
		SignatureHeader: r.Business, Notes: r.Notes,
	}
	for _, l := range r.Lines {
		in.Items = append(in.Items, paperid.Item{Name: l.Name, Description: l.Description, Quantity: l.Quantity, Price: l.Price})
	}
	return in
}

func link(c paperid.CreatedInvoice) Link {
	return Link{
		ID: c.ID, URL: c.PaymentURL, ShortURL: c.PaymentURL, PDFURL: c.PDFURL,
		Sent: Channels{Email: c.Sent.Email, WhatsApp: c.Sent.WhatsApp, SMS: c.Sent.SMS},
	}
}

// translate gives the provider's errors the meaning that a Gateway's have.
// Uncertainty is asked first: such an error is an outage as well.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, paperid.ErrUncertain):
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	case errors.Is(err, paperid.ErrAlreadyPaid):
		return fmt.Errorf("%w: %w", ErrPaidAlready, err)
	case errors.Is(err, paperid.ErrUnavailable):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	case errors.Is(err, paperid.ErrNotFound):
		return fmt.Errorf("%w: %w", ErrNothingThere, err)
	}
	return err
}
