package payments

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// drop ends an open invoice that its caller has locked, and its payment: Cancelled
// where somebody did not want it any more, Failed where the provider did not take
// it. What was held of the wallet goes back. A page that the provider may have is
// withdrawn by a job.
func drop(ctx context.Context, tx *db.Tx, who access.Actor, s invoices.Stored, as Status, reason string) error {
	if s.Written {
		return cancelWritten(tx, who, s)
	}
	p, err := lockOfInvoice(ctx, tx, s.ID)
	if err != nil {
		return err
	}
	if err := invoices.Cancel(tx, s); err != nil {
		return err
	}
	before := auditOf(p)
	if p.Status == Pending {
		p.Status, p.Failure = as, reason
		finish(tx, p)
	}
	audit.Record(tx, who, "payment."+string(as), "payment", p.ID, before, auditOf(p))
	if as == Cancelled {
		publishWithdrawn(tx, s.ID)
	}
	if s.Discount > 0 && s.CustomerID != nil {
		return release(tx, *s.CustomerID, p.ID, s.Currency, s.Discount)
	}
	return nil
}

// dropOutdated brings the open invoice of an appointment up to date after money that came
// by an older link: on a page for more than is due nobody is to pay any more.
func dropOutdated(ctx context.Context, tx *db.Tx, paid invoices.Stored, amount, tax int64) error {
	if paid.AppointmentID == nil {
		return nil
	}
	open := invoices.QueueOpen(tx, *paid.AppointmentID)
	if err := tx.Flush(ctx); err != nil || !open.Found {
		return err
	}
	who := access.System{Job: "payments"}
	if open.Value.Written {
		return noteOnWritten(tx, who, open.Value, amount, tax)
	}
	return drop(ctx, tx, who, open.Value, Cancelled, "paid by another link")
}

func publishWithdrawn(tx *db.Tx, invoice id.ID) { jobs.Publish(tx, withdrawn{InvoiceID: invoice}) }

// WithdrawLink removes the provider's page of an invoice that was cancelled. If it was
// paid first, the payment takes effect.
func (o *Operations) WithdrawLink(ctx context.Context, tenant, invoice id.ID) error {
	s, request, err := o.load(ctx, tenant, invoice)
	if err != nil || s.Status != invoices.Cancelled {
		return err
	}
	err = o.remove(ctx, tenant, s, request)
	if errors.Is(err, ErrNoProvider) {
		return nil // there is nobody to ask any more
	}
	if errors.Is(err, ErrPaidAlready) {
		_, err = o.Settle(ctx, tenant, invoice, Hint{})
	}
	return err
}

// remove withdraws the page of an invoice, wherever it is.
func (o *Operations) remove(ctx context.Context, tenant id.ID, s invoices.Stored, r Request) error {
	ctx, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	gateway, err := o.at(ctx, tenant, s)
	if err != nil {
		return err
	}
	providerID := str(s.PaperID)
	if providerID == "" {
		found, err := gateway.Find(ctx, r)
		if errors.Is(err, ErrNothingThere) {
			return nil
		}
		if err != nil {
			return err
		}
		providerID = found.ID
	}
	return gateway.Withdraw(ctx, tenant, providerID)
}

// FinishDraft ends what a request left half done: the provider is asked again under the
// same number, unless the payment is not wanted any more.
func (o *Operations) FinishDraft(ctx context.Context, tenant, invoice id.ID) error {
	old := false
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Load(ctx, tx, invoice)
		if err != nil || s.Status != invoices.Draft {
			return err
		}
		wanted, err := stillWanted(ctx, tx, s)
		if err != nil {
			return err
		}
		if s, err = invoices.Lock(ctx, tx, invoice); err != nil || s.Status != invoices.Draft {
			return err
		}
		old = tx.Now().Sub(s.CreatedAt) > draftPatience
		if !wanted {
			return drop(ctx, tx, access.System{Job: "payments"}, s, Cancelled, "not wanted any more")
		}
		return nil
	})
	if err != nil {
		return err
	}
	s, request, err := o.load(ctx, tenant, invoice)
	if err != nil || s.Status != invoices.Draft {
		return err
	}
	gateway, err := o.at(ctx, tenant, s)
	if errors.Is(err, ErrNoProvider) {
		return o.giveUp(ctx, tenant, invoice, err)
	}
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	request.Again = true
	link, answer := gateway.Open(bounded, request)
	if again := errors.Is(answer, ErrUncertain) || errors.Is(answer, ErrUnreachable); again && !old {
		return answer
	} else if again {
		return o.giveUp(ctx, tenant, invoice, answer)
	}
	err = o.conclude(ctx, tenant, invoice, link, answer)
	if errors.Is(err, ErrProvider) {
		return nil // its end is stored
	}
	return err
}

// giveUp cancels a draft that the provider may or may not have; the job that follows
// finds out.
func (o *Operations) giveUp(ctx context.Context, tenant, invoice id.ID, cause error) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Lock(ctx, tx, invoice)
		if err != nil || s.Status != invoices.Draft {
			return err
		}
		return drop(ctx, tx, access.System{Job: "payments"}, s, Cancelled, cause.Error())
	})
}

// stillWanted tells whether an appointment is still to be paid as the invoice says.
// It locks the appointment.
func stillWanted(ctx context.Context, tx *db.Tx, s invoices.Stored) (bool, error) {
	if s.AppointmentID == nil {
		return true, nil
	}
	due, err := appointments.DueFor(ctx, tx, access.System{Job: "payments"}, *s.AppointmentID)
	return due.Status != appointments.Cancelled && due.Status != appointments.NoShowed && (due.Remaining() == s.Subtotal || due.Deposit() == s.Subtotal), err
}

// abandoned is published where the link of an appointment that has ended is not to be dropped
// at once, and worked when it is.
type abandoned struct {
	AppointmentID id.ID `json:"appointment_id"`
	InvoiceID     id.ID `json:"invoice_id"`
}

// EventName implements jobs.Event.
func (abandoned) EventName() string { return "payment.link_abandoned" }

// abandon ends the open link of an appointment that was cancelled or missed: at once where
// somebody wanted it so, after a grace where the hold lapsed. A payment under way is found
// when the page is withdrawn.
func (o *Operations) abandon(ctx context.Context, tenant, appointment id.ID) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		who := access.System{Job: "payments"}
		due, err := appointments.DueFor(ctx, tx, who, appointment)
		if err != nil {
			return err
		}
		open := invoices.QueueOpen(tx, appointment)
		if err := tx.Flush(ctx); err != nil || !open.Found {
			return err
		}
		grace := time.Duration(0)
		if by := due.Appointment.CancelledBy; by != nil && *by == appointments.BySystem {
			grace = lateGrace
		} else if open.Value.Status == invoices.Draft && !open.Value.Written {
			grace = draftGrace // the provider may be asked at this moment
		}
		if grace == 0 {
			return drop(ctx, tx, who, open.Value, Cancelled, endedReason)
		}
		jobs.PublishAt(tx, abandoned{AppointmentID: appointment, InvoiceID: open.Value.ID}, tx.Now().Add(grace))
		return nil
	})
}

const endedReason = "the appointment was cancelled or missed"

func (o *Operations) dropAbandoned(ctx context.Context, tenant id.ID, e abandoned) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		who := access.System{Job: "payments"}
		if _, err := appointments.DueFor(ctx, tx, who, e.AppointmentID); err != nil {
			return err
		}
		s, err := invoices.Lock(ctx, tx, e.InvoiceID)
		if err != nil || !s.Status.Open() {
			return err
		}
		return drop(ctx, tx, who, s, Cancelled, endedReason)
	})
}
