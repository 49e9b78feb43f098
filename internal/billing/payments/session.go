package payments

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/billing/invoices"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Session is a checkout at Maya for what is due of an appointment.
type Session struct{ CheckoutID, URL string }

// MayaConnected tells whether a business takes payments through Maya: at an account
// of its own, or, where it works in pesos, at the platform's.
func (o *Operations) MayaConnected(ctx context.Context, tenant id.ID) (bool, error) {
	var own *db.Results[tenants.GatewayRef]
	var business *db.Result[tenants.Row]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		own, business = tenants.QueueGateways(tx), tenants.Queue(tx)
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, ref := range own.Rows {
		if ref.Provider == Maya && o.own != nil {
			return true, nil
		}
	}
	t, err := business.Value.Tenant()
	return o.platform[Maya] != nil && t.Settings.Currency == money.PHP, err
}

// MayaSession makes a checkout at Maya for what is due of an appointment, or finds
// the one that is open. Whether who may is the caller's to know, unless it is a
// customer. Faults: as of ProcessAppointment; ErrCurrency where Maya does not collect
// it.
func (o *Operations) MayaSession(ctx context.Context, who access.Actor, tenant, appointment id.ID) (Session, error) {
	link, err := o.makeLink(ctx, order{tenant: tenant, who: who, appointment: appointment, only: Maya})
	if errors.Is(err, ErrLinkExists) {
		return o.openSession(ctx, tenant, appointment, err)
	}
	if err != nil {
		return Session{}, err
	}
	if link.PaymentLink == nil {
		return Session{}, ErrPaid
	}
	return Session{CheckoutID: str(link.Invoice.PaperInvoiceID), URL: link.PaymentLink.URL}, nil
}

// openSession is the open link of an appointment as a session, where it is one at
// Maya; else the fault stands that told of it.
func (o *Operations) openSession(ctx context.Context, tenant, appointment id.ID, exists error) (Session, error) {
	var open *db.Result[invoices.Stored]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		open = invoices.FindOpen(tx, appointment)
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	s := open.Value
	if !open.Found || s.Provider != Maya || s.PaperID == nil || s.PaperPaymentURL == nil {
		return Session{}, exists
	}
	return Session{CheckoutID: *s.PaperID, URL: *s.PaperPaymentURL}, nil
}

// SettleMaya asks Maya whether a checkout of an appointment is paid, and lets it take
// effect. A checkout that the appointment does not have is ErrNotFound.
func (o *Operations) SettleMaya(ctx context.Context, tenant, appointment id.ID, checkout string) (paid bool, err error) {
	var found *db.Result[id.ID]
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		found = db.QueueOne[id.ID](tx, `
			SELECT id
			FROM invoices
			WHERE tenant_id = $1 AND appointment_id = $2 AND payment_provider = 'maya' AND paper_invoice_id = $3`, tx.Tenant(), appointment, checkout)
		return nil
	})
	if err != nil {
		return false, err
	}
	if !found.Found {
		return false, ErrNotFound
	}
	outcome, err := o.Settle(ctx, tenant, found.Value, Hint{})
	switch {
	case errors.Is(err, ErrUnreachable):
		return false, ErrUnfinished.WithCause(err)
	case err != nil:
		return false, err
	}
	return outcome == Settled || outcome == Before || outcome == Credited, nil
}
