package payments

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Hint is what a callback says. It is used where it is harmless, and proves nothing.
type Hint struct {
	ProviderInvoiceID string
	ProviderPaymentID string
	Method, Channel   string
}

// Outcome is what became of an attempt to settle.
type Outcome string

// The outcomes.
const (
	Settled  Outcome = "settled"
	Before   Outcome = "settled_before"
	NotPaid  Outcome = "not_paid"
	Credited Outcome = "credited" // to the customer's wallet: nobody waits for the money any more
	Review   Outcome = "needs_review"
)

// Settle asks the provider whether an invoice is paid and, if so, lets the payment
// take effect: once, however often it is called.
func (o *Operations) Settle(ctx context.Context, tenant, invoice id.ID, hint Hint) (Outcome, error) {
	s, request, err := o.load(ctx, tenant, invoice)
	switch {
	case err != nil:
		return NotPaid, err
	case s.Status == invoices.Paid:
		return Before, o.complement(ctx, tenant, invoice, hint)
	}
	state, err := o.look(ctx, tenant, s, request, hint)
	switch {
	case errors.Is(err, ErrNothingThere):
		return NotPaid, o.gone(ctx, tenant, s, Cancelled, "the provider has it no more")
	case err != nil:
		return NotPaid, err
	case state.Number != s.ProviderNumber:
		return NotPaid, nil
	case state.Progress == Unpaid && s.Discount > 0 && expired(s, o.db.Now()):
		// The page takes no money any more, so the wallet gets its part back.
		return NotPaid, o.gone(ctx, tenant, s, Cancelled, "the link expired")
	case state.Progress == Unpaid:
		return NotPaid, nil
	case state.Progress == Over:
		return NotPaid, o.gone(ctx, tenant, s, Failed, state.Reason)
	case state.Progress == PartlyPaid:
		return o.review(ctx, tenant, invoice, "paid in part")
	case state.Currency != "" && state.Currency != s.Currency:
		return o.review(ctx, tenant, invoice, "the provider took "+string(state.Currency))
	case state.Total != s.Total:
		return o.review(ctx, tenant, invoice, fmt.Sprintf("the provider took %d", state.Total))
	}
	how := settlement{
		method: first(state.Method, hint.Method), channel: first(state.Channel, hint.Channel),
		reference: first(state.PaymentID, hint.ProviderPaymentID), link: state.Link,
	}
	var outcome Outcome
	err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		outcome, err = settle(ctx, tx, o.appliers, invoice, how)
		return err
	})
	return outcome, err
}

// gone ends an open invoice that nobody can pay any more at the provider who had it.
func (o *Operations) gone(ctx context.Context, tenant id.ID, known invoices.Stored, as Status, reason string) error {
	if known.PaperID == nil || !known.Status.Open() {
		return nil
	}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Lock(ctx, tx, known.ID)
		if err != nil || !s.Status.Open() {
			return err
		}
		return drop(ctx, tx, access.System{Job: "payments"}, s, as, reason)
	})
}

// look reads the provider's invoice: by the id that we have, the one that the
// callback names, or the number.
func (o *Operations) look(ctx context.Context, tenant id.ID, s invoices.Stored, r Request, hint Hint) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	gateway, err := o.at(ctx, tenant, s)
	if err != nil {
		return State{}, err
	}
	providerID := first(str(s.PaperID), hint.ProviderInvoiceID)
	if providerID == "" {
		found, err := gateway.Find(ctx, r)
		if err != nil {
			return State{}, err
		}
		providerID = found.ID
	}
	return gateway.Look(ctx, tenant, providerID)
}

// settlement is how an invoice was paid.
type settlement struct {
	method, channel, reference string
	link                       Link
}

// Arrival is money that has come in for an invoice, as an Applier sees it. Amounts
// are minor units.
type Arrival struct {
	Invoice invoices.Stored
	// Base is the part of the price that was paid; fees are not in it.
	Base int64
}

// Applier lets a payment take effect on what it is for, in the transaction that
// settles it, and tells how much of Base was wanted. The rest goes to the
// customer's wallet. It is called before the invoice is locked, to lock what comes
// before it, with apply returned to be called after.
type Applier func(ctx context.Context, tx *db.Tx, s invoices.Stored) (apply func(base int64) (wanted int64, err error), err error)

// applyToAppointment is the Applier of appointments.
func applyToAppointment(ctx context.Context, tx *db.Tx, s invoices.Stored) (func(int64) (int64, error), error) {
	who := access.System{Job: "payments"}
	due, err := appointments.DueFor(ctx, tx, who, *s.AppointmentID)
	if err != nil {
		return nil, err
	}
	return func(base int64) (int64, error) {
		wanted := min(base, due.Remaining())
		if due.Status == appointments.Cancelled || due.Status == appointments.NoShowed || wanted <= 0 {
			return 0, nil
		}
		out, err := appointments.ApplyPayment(ctx, tx, who, *s.AppointmentID, wanted)
		if err != nil || !out.Applied {
			return 0, err
		}
		return wanted, nil
	}, nil
}

// settle is the one transaction in which a paid invoice takes effect.
func settle(ctx context.Context, tx *db.Tx, appliers map[Kind]Applier, invoice id.ID, how settlement) (Outcome, error) {
	s, err := invoices.Load(ctx, tx, invoice)
	if err != nil {
		return NotPaid, err
	}
	kind := kindOf(s.Type)
	applier, ok := appliers[kind]
	if !ok {
		return NotPaid, fmt.Errorf("nobody takes payments for %s", kind)
	}
	apply, err := applier(ctx, tx, s)
	if err != nil {
		return NotPaid, err
	}
	if s, err = invoices.Lock(ctx, tx, invoice); err != nil {
		return NotPaid, err
	}
	if s.Status == invoices.Paid {
		return Before, nil
	}
	p, err := lockOfInvoice(ctx, tx, invoice)
	if err != nil {
		return NotPaid, err
	}
	m := arrived(s, p)
	wanted, err := apply(m.base)
	if err != nil {
		return NotPaid, err
	}
	if err := m.use(wanted); err != nil {
		return NotPaid, err
	}
	if wanted > 0 && !s.Status.Open() {
		if err := dropOutdated(ctx, tx, s, wanted, m.tax); err != nil {
			return NotPaid, err
		}
	}
	return write(ctx, tx, s, p, m, how)
}

// write queues all that a settled payment leaves behind; the ledger last.
func write(ctx context.Context, tx *db.Tx, s invoices.Stored, p stored, m arrival, how settlement) (Outcome, error) {
	who, now, before := access.System{Job: "payments"}, tx.Now(), auditOf(p)
	p.Status, p.PaidAt, p.Fee, p.Merchant, p.Applied, p.Tax, p.Failure = Completed, &now, m.fee, m.merchant, m.wanted, m.tax, ""
	p.Base = m.worth()
	p.Method, p.Channel = first(how.method, p.Method), first(how.channel, p.Channel)
	if how.reference != "" {
		p.ProviderID = &how.reference
	} else if p.ProviderID == nil && how.link.ID != "" {
		p.ProviderID = &how.link.ID
	}
	provider := invoices.Provider{ID: how.link.ID, PaymentURL: how.link.URL, PDFURL: how.link.PDFURL}
	if err := invoices.MarkPaid(tx, s, provider, m.metadata()); err != nil {
		return NotPaid, err
	}
	finish(tx, p)
	audit.Record(tx, who, "payment.completed", "payment", p.ID, before, auditOf(p))
	if err := tellPayer(ctx, tx, s, p, m); err != nil {
		return NotPaid, err
	}
	event := CompletedEvent{PaymentID: p.ID, InvoiceID: &s.ID}
	outcome := Credited
	if m.wanted > 0 {
		event.AppointmentID, outcome = s.AppointmentID, Settled
	}
	jobs.Publish(tx, event)
	if m.surplus() > 0 {
		jobs.Publish(tx, SurplusEvent{PaymentID: p.ID})
	}
	if movement := m.movement(p); len(movement.Entries) > 0 {
		if err := ledger.Post(tx, movement); err != nil {
			return NotPaid, err
		}
	}
	return outcome, nil
}

// review marks a payment that the provider took otherwise than was asked. Nothing
// is activated; the provider's word may still become right.
func (o *Operations) review(ctx context.Context, tenant, invoice id.ID, reason string) (Outcome, error) {
	news := false
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Lock(ctx, tx, invoice)
		if err != nil || s.Status == invoices.Paid {
			return err
		}
		p, err := lockOfInvoice(ctx, tx, invoice)
		if err != nil || p.Status == NeedsReview || p.Status == Completed {
			return err
		}
		news = true
		before := auditOf(p)
		p.Status, p.Failure = NeedsReview, reason
		finish(tx, p)
		audit.Record(tx, access.System{Job: "payments"}, "payment.needs_review", "payment", p.ID, before, auditOf(p))
		return tellBusiness(ctx, tx, s, p)
	})
	if news { // the reconciler comes by again and again
		o.log.WarnContext(ctx, "payment needs review", "tenant", tenant, "invoice", invoice, "reason", reason)
	}
	return Review, err
}

// kindOf is the kind of payment that an invoice asks for.
func kindOf(t invoices.Type) Kind {
	switch t {
	case invoices.ForPackage:
		return ForPackage
	case invoices.ForSubscription:
		return ForSubscription
	case invoices.ForSetupFee:
		return SetupFee
	case invoices.ForTopUp:
		return WalletTopUp
	}
	return ForAppointment
}
