package invoices

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/money"
	"reserva/internal/kit/outbox"
)

// Faults of sending an invoice.
var (
	ErrCancelled = fault.New(fault.Conflict, "invoice.cancelled", "The invoice was cancelled.")
	ErrBeingMade = fault.New(fault.Conflict, "invoice.in_progress", "The payment link of the invoice is being made at this moment.")
	ErrNoAddress = fault.New(fault.BadRequest, "invoice.no_address", "The customer has no address for this channel.")
)

// The channels by which an invoice is sent.
const (
	ByEmail = "email"
	BySMS   = "sms"
)

// Sending says how an invoice is sent.
type Sending struct {
	Channels []string `json:"channels,omitempty" maxItems:"2" enum:"email,sms" example:"[\"email\"]" doc:"E-mail with the invoice as PDF, which is also what happens when absent; or a short message with the amount and where to pay."`
}

// Send sends an invoice to the customer: by e-mail with the PDF, or in short as text.
// A written draft becomes SENT with it. It may be sent again, also when it is paid.
// Faults: ErrNotFound, ErrCancelled, ErrBeingMade, ErrNoAddress.
func (o *Operations) Send(ctx context.Context, who access.Staff, invoice id.ID, in Sending) (Invoice, error) {
	if len(in.Channels) == 0 {
		in.Channels = []string{ByEmail}
	}
	slices.Sort(in.Channels)
	in.Channels = slices.Compact(in.Channels)
	r := ReaderOf(&who, nil)
	var p paper
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		p, err = load(ctx, tx, r, invoice)
		return err
	})
	if err != nil {
		return Invoice{}, err
	}
	if err := p.sendable(); err != nil {
		return Invoice{}, err
	}
	messages, err := o.compose(p, in.Channels)
	if err != nil {
		return Invoice{}, err
	}
	var out Stored
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		s, err := Lock(ctx, tx, invoice)
		if err != nil {
			return err
		}
		if err := s.sendable(); err != nil {
			return err
		}
		NoteSent(tx, s, in.Channels)
		audit.Record(tx, who, "invoice.sent", "invoice", invoice, s.Entry(s.Status), s.Entry(s.Status.sent(), in.Channels...))
		for _, m := range messages {
			outbox.Queue(tx, m)
		}
		out, err = find(ctx, tx, r, invoice)
		return err
	})
	if err != nil {
		return Invoice{}, err
	}
	return out.view(who.Tenant)
}

// sendable refuses what asks for nothing any more, and what the provider has not
// confirmed yet.
func (s Stored) sendable() error {
	switch {
	case s.Status == Cancelled:
		return ErrCancelled
	case s.Status == Draft && !s.Written:
		return ErrBeingMade
	}
	return nil
}

// sent is the state of an invoice that was sent.
func (s Status) sent() Status {
	if s == Draft {
		return Sent
	}
	return s
}

// compose writes the messages. The invoice is printed as it will be once it is sent.
func (o *Operations) compose(p paper, channels []string) ([]outbox.Message, error) {
	p.Status = p.Status.sent()
	var all []outbox.Message
	for _, channel := range channels {
		switch channel {
		case ByEmail:
			to, err := mail.Normalise(optional(p.CustomerEmail))
			if err != nil {
				return nil, ErrNoAddress
			}
			pdf, err := p.print(o.fonts)
			if err != nil {
				return nil, err
			}
			lines := p.letter()
			all = append(all, outbox.Message{
				Channel: outbox.Email, To: to, Subject: "Invoice " + p.Number + " from " + p.BusinessName, Text: strings.Join(lines, "\n\n"),
				HTML: "<p>" + strings.ReplaceAll(html.EscapeString(strings.Join(lines, "\n")), "\n", "</p><p>") + "</p>",
				File: &mail.File{Name: p.Number + ".pdf", Type: "application/pdf", Bytes: pdf},
			})
		case BySMS:
			if optional(p.CustomerPhone) == "" {
				return nil, ErrNoAddress
			}
			all = append(all, outbox.Message{Channel: outbox.SMS, To: *p.CustomerPhone, Text: p.note()})
		}
	}
	return all, nil
}

// letter is the text of the e-mail.
func (p paper) letter() []string {
	name := p.CustomerName
	if name == "" {
		name = "there"
	}
	lines := []string{"Hello " + name + ","}
	total := money.Format(p.Total, p.Currency)
	switch {
	case p.Status == Paid:
		lines = append(lines, fmt.Sprintf("here is invoice %s over %s. It is paid; thank you.", p.Number, total))
	default:
		lines = append(lines, fmt.Sprintf("here is invoice %s over %s, to be paid by %s.", p.Number, total, long(p.DueDate)))
		if link := optional(p.PaperPaymentURL); link != "" {
			lines = append(lines, "You can pay it here: "+link)
		}
	}
	return append(lines, p.BusinessName)
}

// note is the text of the short message.
func (p paper) note() string {
	if p.Status == Paid {
		return fmt.Sprintf("%s: invoice %s over %s is paid. Thank you.", p.BusinessName, p.Number, money.Format(p.Total, p.Currency))
	}
	note := fmt.Sprintf("%s: invoice %s, %s, due %s.", p.BusinessName, p.Number, money.Format(p.Due(), p.Currency), p.DueDate)
	if link := optional(p.PaperPaymentURL); link != "" {
		note += " Pay: " + link
	}
	return note
}
