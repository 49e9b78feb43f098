package payments

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
)

// draft stores an invoice for what is still to be paid of an appointment, with its
// pending payment, and returns its id. The job that finishes it is stored as well.
func (o *Operations) draft(ctx context.Context, in order) (id.ID, error) {
	var invoice id.ID
	err := o.db.Update(ctx, in.tenant, func(tx *db.Tx) error {
		business, fee := tenants.Queue(tx), subscriptions.QueueFee(tx)
		due, err := appointments.DueFor(ctx, tx, in.who, in.appointment)
		if err != nil {
			return err
		}
		tenant, err := business.Value.Tenant()
		if err != nil {
			return err
		}
		if err := payable(in, due); err != nil {
			return err
		}
		collects, err := o.collector(ctx, tx, due.Currency)
		if err != nil {
			return err
		}
		if in.only != "" && collects.provider != in.only {
			return ErrCurrency
		}
		in.rate = tenant.Settings.TaxRate
		if in.tax, err = taxOf(due, in.base(due), in.rate); err != nil {
			return fmt.Errorf("tax on %d %s: %w", in.base(due), due.Currency, err)
		}
		if err := replaceOpen(ctx, tx, in, due); err != nil {
			return err
		}
		wallet, err := walletPart(ctx, tx, in, due)
		if err != nil {
			return err
		}
		plan := subscriptions.Plan(tenant.Subscription.PlanType)
		a, err := quote(in.base(due), in.tax, wallet, collects.terms(fee.Value.Basis, tx.Now()), ForAppointment, due.Currency)
		if err != nil {
			return fmt.Errorf("quote %d %s: %w", in.base(due), due.Currency, err)
		}
		zone := tenant.Settings.Location()
		issued := civil.Of(tx.Now(), zone)
		if in.due != nil && in.due.day(zone).Before(issued) {
			return ErrDueDate
		}
		invoice = id.NewAt(tx.Now())
		in.collects = collects
		return o.store(ctx, tx, in, due, a, invoice, zone, plan.Features())
	})
	return invoice, err
}

// payable refuses what cannot be paid.
func payable(in order, due appointments.Due) error {
	switch {
	case due.Status == appointments.Cancelled || due.Status == appointments.NoShowed:
		return ErrEnded
	case due.Remaining() <= 0:
		return ErrPaid
	case in.deposit && due.Deposit() == 0:
		return ErrNoDeposit
	}
	return nil
}

// replaceOpen takes a link out of the way that nobody can pay as it is, or that takes
// another part from the wallet than is wanted, and refuses where there is one that can be
// paid. A written invoice is the business's own document, with its taxes: once somebody got
// it or paid of it, only the business ends it, and nobody by paying in another way.
func replaceOpen(ctx context.Context, tx *db.Tx, in order, due appointments.Due) error {
	open := invoices.QueueOpen(tx, in.appointment)
	if err := tx.Flush(ctx); err != nil || !open.Found {
		return err
	}
	s := open.Value
	other, err := in.otherWallet(ctx, tx, due, s)
	if err != nil {
		return err
	}
	switch {
	case s.Written && (s.AmountPaid > 0 || s.Status != invoices.Draft):
		return ErrWritten.WithExtra(map[string]any{"invoice": writtenInvoice(s)})
	case s.Written: // the link's own invoice stands for the draft, which nobody has seen
	case s.Status == invoices.Draft:
		return ErrLinkPending.WithRetryAfter(draftGrace / 12)
	case s.Status == invoices.Sent && s.Subtotal == in.base(due) && s.Tax == in.tax && !other && !expired(s, tx.Now()):
		return ErrLinkExists.WithExtra(map[string]any{"invoice": linkInvoice(s), "payment_link": linkPage(s, due)})
	}
	return drop(ctx, tx, in.who, s, Cancelled, "replaced by a new link")
}

// store queues the draft: invoice, payment, the hold on the wallet, the job. Where
// the wallet pays everything the payment is complete at once.
func (o *Operations) store(ctx context.Context, tx *db.Tx, in order, due appointments.Due, a amounts, invoice id.ID, zone *time.Location,
	features subscriptions.Features) error {
	issued := civil.Of(tx.Now(), zone)
	send := in.send
	send.WhatsApp = send.WhatsApp && features.WhatsAppNotifications
	send.SMS = send.SMS && features.SMSNotifications
	metadata := map[string]any{"kind": string(ForAppointment), "send": send.Names()}
	if in.redirect != "" {
		metadata["success_redirect_url"] = in.redirect
	}
	lines, err := in.lines(due, a.Base)
	if err != nil {
		return err
	}
	reference, payment := in.reference(tx), id.NewAt(tx.Now())
	invoices.Create(tx, invoices.New{
		ID: invoice, Type: invoices.ForAppointment, ProviderNumber: in.collects.number(reference, invoice), Customer: &due.Customer,
		Appointment: &in.appointment, Provider: in.collects.provider, Gateway: in.collects.own,
		Lines: lines, Currency: a.Currency, Subtotal: a.Base, Tax: a.Tax, TaxRate: in.rate, Discount: a.Wallet, Fee: a.Fee, FeeRate: a.Rate, Total: a.Total,
		IssueDate: issued, DueDate: in.until(issued, zone, due), Notes: in.notes, Metadata: metadata,
	})
	p := stored{
		ID: payment, Kind: ForAppointment, Status: Pending, InvoiceID: &invoice, AppointmentID: &in.appointment, CustomerID: &due.Customer,
		Reference: reference, Description: describe(due), Currency: a.Currency, Base: a.Base, Tax: a.Tax, Fee: a.Fee, FeeRate: a.Rate,
		Total: a.Total, Merchant: a.Merchant, Provider: in.collects.provider, Notes: in.notes,
	}
	insert(tx, p)
	audit.Record(tx, in.who, "payment.requested", "payment", payment, nil, auditOf(p))
	if a.Wallet > 0 {
		if err := hold(tx, due.Customer, payment, a.Currency, a.Wallet); err != nil {
			return err
		}
	}
	if a.Total > 0 {
		jobs.PublishAt(tx, drafted{InvoiceID: invoice}, tx.Now().Add(draftGrace))
		return nil
	}
	_, err = settle(ctx, tx, o.appliers, invoice, settlement{method: "wallet"})
	return err
}

// until is the last day to pay: as asked for, and not after the hold's.
func (in order) until(issued civil.Date, zone *time.Location, due appointments.Due) civil.Date {
	last := issued.AddDays(linkDays)
	if in.due != nil {
		last = in.due.day(zone)
	}
	hold := holdOf(due)
	if hold == nil {
		return last
	}
	switch day := civil.Of(*hold, providerZone()); {
	case day.Before(issued): // it is tomorrow already where the business is
		return issued
	case day.Before(last):
		return day
	}
	return last
}

// lines are the lines of the invoice, which add up to its subtotal and its tax: the
// services where all of them are still to be paid, else the deposit, or what is left of
// the appointment.
func (in order) lines(due appointments.Due, base int64) ([]invoices.Line, error) {
	lines, sum, tax := []invoices.Line{}, int64(0), int64(0)
	for _, s := range due.Appointment.Services {
		part, err := money.Fee(s.Price.Minor, in.rate)
		if err != nil {
			return nil, err
		}
		lines = append(lines, invoices.Line{
			Description: s.ServiceName, Quantity: 1, UnitPrice: s.Price.Minor, TaxRate: in.rate, Tax: part, Amount: s.Price.Minor,
			ServiceID: &s.ServiceID, StaffName: s.StaffName,
		})
		sum, tax = sum+s.Price.Minor, tax+part
	}
	if sum == base && tax == in.tax {
		return lines, nil
	}
	what := "Remaining balance: "
	if in.deposit {
		what = "Deposit: "
	}
	return []invoices.Line{{Description: what + describe(due), Quantity: 1, UnitPrice: base, TaxRate: in.rate, Tax: in.tax, Amount: base}}, nil
}

// describe names the appointment for people, without a person's name.
func describe(due appointments.Due) string {
	a := due.Appointment
	return fmt.Sprintf("Appointment on %s at %s", a.AppointmentDate, a.StartTime)
}

// expired tells whether the provider's page takes no money any more.
func expired(s invoices.Stored, now time.Time) bool { return !now.Before(expiry(s)) }

func expiry(s invoices.Stored) time.Time {
	if s.PageExpiresAt != nil {
		return s.PageExpiresAt.UTC()
	}
	return s.DueDate.End(providerZone()).UTC()
}

// providerZone is where Paper.id's days begin and end: Jakarta.
func providerZone() *time.Location { return time.FixedZone("WIB", 7*60*60) }

// holdOf is when an appointment that waits for its payment lapses; nil where it waits
// for nothing.
func holdOf(due appointments.Due) *time.Time {
	if due.Status != appointments.Pending {
		return nil
	}
	return due.Appointment.HoldUntil
}

func checkRedirect(raw string) error {
	if raw == "" {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return fault.InvalidField("success_redirect_url", "must be an http or https URL")
	}
	return nil
}

// auditEntry is what the audit log keeps of a payment: no name and no free text.
type auditEntry struct {
	Status      Status         `json:"status"`
	Total       int64          `json:"total_amount"`
	Tax         int64          `json:"tax_amount,omitempty"`
	Fee         int64          `json:"platform_fee"`
	Merchant    int64          `json:"merchant_amount"`
	Refunded    int64          `json:"refunded_amount"`
	Currency    money.Currency `json:"currency"`
	Appointment *id.ID         `json:"appointment_id,omitempty"`
	Invoice     *id.ID         `json:"invoice_id,omitempty"`
	Method      string         `json:"payment_method,omitempty"`
}

func auditOf(p stored) auditEntry {
	return auditEntry{
		Status: p.Status, Total: p.Total, Tax: p.Tax, Fee: p.Fee, Merchant: p.Merchant, Refunded: p.RefundedAmount, Currency: p.Currency,
		Appointment: p.AppointmentID, Invoice: p.InvoiceID, Method: p.Method,
	}
}
