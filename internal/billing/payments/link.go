package payments

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/billing/invoices"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Process is a customer's wish to pay an appointment online.
type Process struct {
	TenantID           *id.ID         `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's."`
	AppointmentID      id.ID          `json:"appointment_id"`
	Deposit            bool           `json:"deposit,omitempty" doc:"Only what has to be paid before the booking stands, instead of all that is still to be paid." example:"false"`
	UseWallet          bool           `json:"use_wallet,omitempty" doc:"Pay as much as possible from the wallet; the fee is taken on the rest."`
	WalletAmount       *money.Decimal `json:"wallet_amount,omitempty" doc:"With use_wallet: pay this much from the wallet instead." example:"20000"`
	SendEmail          *bool          `json:"send_email,omitempty" doc:"Whether the payment provider mails the link; yes when absent."`
	SendWhatsApp       bool           `json:"send_whatsapp,omitempty"`
	SendSMS            bool           `json:"send_sms,omitempty"`
	SuccessRedirectURL string         `json:"success_redirect_url,omitempty" maxLength:"500" format:"uri" doc:"Where Maya's page leads back to once it is paid. Paper.id's page does not lead back."`
	Notes              string         `json:"notes,omitempty" maxLength:"500"`
}

// Link is the desk's wish for a link to what is still to be paid.
type LinkWish struct {
	TenantID     *id.ID  `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's."`
	Deposit      bool    `json:"deposit,omitempty" doc:"Only what has to be paid before the booking stands, instead of all that is still to be paid." example:"false"`
	SendEmail    *bool   `json:"send_email,omitempty" doc:"Whether the payment provider mails the link; yes when absent."`
	SendWhatsApp bool    `json:"send_whatsapp,omitempty"`
	SendSMS      bool    `json:"send_sms,omitempty"`
	DueDate      *string `json:"due_date,omitempty" maxLength:"40" example:"2026-04-17" doc:"The last day to pay, as a date, or a time of ISO 8601 of which the day counts, in the zone of the business; in a week when absent, and never after a pending booking lapses."`
	Notes        string  `json:"notes,omitempty" maxLength:"500"`
}

// order is a link to make, whoever asked for it.
type order struct {
	tenant      id.ID
	who         access.Actor
	appointment id.ID
	deposit     bool
	useWallet   bool
	wallet      *money.Decimal
	send        Channels
	due         *lastDay
	redirect    string
	notes       string
	suffix      string     // of the reference, where another was made in the same second
	rate        money.Rate // of the tax
	tax         int64      // on the part of the price that the link is for
	only        string     // the provider that has to collect it; empty: any
	collects    account
}

// ProcessAppointment makes a link on which a customer can pay their appointment.
// Faults: appointments.ErrNotFound, ErrPaid, ErrEnded, ErrLinkExists,
// ErrLinkPending, ErrWritten, ErrCurrency, ErrWallet, ErrProvider, ErrUnfinished, ErrNoProvider.
func (o *Operations) ProcessAppointment(ctx context.Context, who access.Customer, in Process) (Linked, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return Linked{}, appointments.ErrForeignTenant
	}
	if err := checkRedirect(in.SuccessRedirectURL); err != nil {
		return Linked{}, err
	}
	return o.makeLink(ctx, order{
		tenant: who.Tenant, who: who, appointment: in.AppointmentID, deposit: in.Deposit, useWallet: in.UseWallet, wallet: in.WalletAmount,
		send:     Channels{Email: in.SendEmail == nil || *in.SendEmail, WhatsApp: in.SendWhatsApp, SMS: in.SendSMS},
		redirect: in.SuccessRedirectURL, notes: in.Notes,
	})
}

// CreateLink makes a link to what is still to be paid of an appointment, for the
// desk. Faults as of ProcessAppointment, and ErrDueDate.
func (o *Operations) CreateLink(ctx context.Context, who access.Staff, appointment id.ID, in LinkWish) (Linked, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return Linked{}, appointments.ErrForeignTenant
	}
	due, err := readLastDay(in.DueDate)
	if err != nil {
		return Linked{}, err
	}
	return o.makeLink(ctx, order{
		tenant: who.Tenant, who: who, appointment: appointment, deposit: in.Deposit, due: due, notes: in.Notes,
		send: Channels{Email: in.SendEmail == nil || *in.SendEmail, WhatsApp: in.SendWhatsApp, SMS: in.SendSMS},
	})
}

// makeLink drafts an invoice, has the provider make its page, and stores the answer.
// The Idempotency-Key is claimed with the draft, so that a twin waits for this answer,
// and given back where nothing came of it: what the provider refused may be tried
// again under the same key.
func (o *Operations) makeLink(ctx context.Context, in order) (Linked, error) {
	invoice, err := o.begin(ctx, &in)
	if errors.Is(err, ErrLinkExists) {
		// Who asks again may have given up on its page, or paid: its callback may be lost.
		o.LookSoon(ctx, in.tenant, in.appointment)
	}
	if err != nil {
		return Linked{}, err
	}
	out, err := o.finish(ctx, in, invoice)
	if err != nil {
		return Linked{}, errors.Join(err, o.db.GiveBack(ctx))
	}
	return out, nil
}

// begin drafts, once more where the reference was taken in the same second, and where
// others used the wallet at this moment: then with what they left.
func (o *Operations) begin(ctx context.Context, in *order) (id.ID, error) {
	invoice, err := o.draft(ctx, *in)
	for try := 1; err != nil && try < walletTries; try++ {
		switch {
		case db.IsConflict(err, invoices.ProviderNumberConstraint) || db.IsConflict(err, referenceConstraint):
			in.suffix = "-" + string(id.Random()[:4])
		case in.useWallet && outrun(err):
		default:
			return invoice, err
		}
		invoice, err = o.draft(ctx, *in)
	}
	if in.useWallet && outrun(err) {
		err = ErrWallet
	}
	return invoice, err
}

// finish has the provider make the page of a draft, and shows it.
func (o *Operations) finish(ctx context.Context, in order, invoice id.ID) (Linked, error) {
	if err := o.ask(ctx, in.tenant, invoice); err != nil {
		return Linked{}, err
	}
	return o.linked(ctx, in, invoice)
}

// ask has the provider make the page of a draft, and stores its answer or the end
// of the attempt.
func (o *Operations) ask(ctx context.Context, tenant, invoice id.ID) error {
	s, request, err := o.load(ctx, tenant, invoice)
	if err != nil || s.Status != invoices.Draft {
		return err
	}
	gateway, err := o.at(ctx, tenant, s)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	link, err := gateway.Open(bounded, request)
	// What the provider did is stored even if the client has gone.
	return o.conclude(context.WithoutCancel(ctx), tenant, invoice, link, err)
}

// conclude stores the provider's answer on a draft. An uncertain one leaves the draft
// to the job.
func (o *Operations) conclude(ctx context.Context, tenant, invoice id.ID, link Link, answer error) error {
	switch {
	case errors.Is(answer, ErrUncertain):
		return ErrUnfinished.WithCause(answer)
	case answer != nil:
		if err := o.fail(ctx, tenant, invoice, answer); err != nil {
			return errors.Join(answer, err)
		}
		return ErrProvider.WithCause(answer)
	}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Lock(ctx, tx, invoice)
		if err != nil {
			return err
		}
		switch s.Status {
		case invoices.Draft:
			return invoices.MarkSent(tx, s, invoices.Provider{
				ID: link.ID, PaymentURL: link.URL, PDFURL: link.PDFURL, ExpiresAt: link.ExpiresAt,
			}, link.Sent.Names())
		case invoices.Cancelled:
			// It was cancelled while the provider was asked.
			publishWithdrawn(tx, invoice)
		}
		return nil
	})
}

// fail ends a draft that the provider did not take.
func (o *Operations) fail(ctx context.Context, tenant, invoice id.ID, cause error) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Lock(ctx, tx, invoice)
		if err != nil || s.Status != invoices.Draft {
			return err
		}
		return drop(ctx, tx, access.System{Job: "payments"}, s, Failed, cause.Error())
	})
}

// base is how much of the price the order is for.
func (in order) base(due appointments.Due) int64 {
	if in.deposit {
		return due.Deposit()
	}
	return due.Remaining()
}

// reference is the documented name of an appointment's payment.
func (in order) reference(tx *db.Tx) string {
	return fmt.Sprintf("APT-%s-%s%s", in.appointment, tx.Now().Format("20060102150405"), in.suffix)
}
