package invoices

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
)

// Faults of writing an invoice.
var (
	ErrOpenExists   = fault.New(fault.Conflict, "invoice.open_exists", "The appointment has an open invoice or payment link.")
	ErrOtherTenant  = fault.New(fault.Forbidden, "invoice.other_tenant", "You may only use your own business.")
	ErrCustomer     = fault.New(fault.BadRequest, "invoice.customer", "There is no such customer.")
	ErrAppointment  = fault.New(fault.BadRequest, "invoice.appointment", "There is no such appointment of this customer.")
	ErrSubscription = fault.New(fault.BadRequest, "invoice.subscription", "There is no such subscription.")
	ErrDueDate      = fault.New(fault.BadRequest, "invoice.due_date", "The due date is before the issue date.")
)

// dueDays is how long an invoice can be paid, where nobody said otherwise.
const dueDays = 7

// Bill is an invoice to write.
type Bill struct {
	TenantID       *id.ID      `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's."`
	InvoiceType    string      `json:"invoice_type" maxLength:"20" example:"APPOINTMENT" doc:"SUBSCRIPTION, APPOINTMENT, SETUP_FEE or PACKAGE, in any case."`
	CustomerID     *id.ID      `json:"customer_id,omitempty" doc:"Required for APPOINTMENT and PACKAGE, unless the appointment says whose it is."`
	AppointmentID  *id.ID      `json:"appointment_id,omitempty"`
	SubscriptionID *id.ID      `json:"subscription_id,omitempty"`
	LineItems      []BillLine  `json:"line_items" minItems:"1" maxItems:"200"`
	Currency       string      `json:"currency,omitempty" maxLength:"3" example:"IDR" doc:"That of the appointment, else of the business, where absent; an appointment is billed in its own."`
	IssueDate      *civil.Date `json:"issue_date,omitempty" doc:"Today where the business is, when absent. Numbers are counted by its year."`
	DueDate        *civil.Date `json:"due_date,omitempty" doc:"A week after the issue date when absent."`
	Notes          string      `json:"notes,omitempty" maxLength:"500"`
	SendEmail      bool        `json:"send_email,omitempty" doc:"Send it to the customer by e-mail at once."`
}

// BillLine is a line of a Bill. Amounts are in the invoice's currency.
type BillLine struct {
	Description string         `json:"description" minLength:"1" maxLength:"200" example:"Hot stone massage"`
	Quantity    int64          `json:"quantity,omitempty" minimum:"1" maximum:"100000" default:"1"`
	UnitPrice   money.Decimal  `json:"unit_price" example:"150000"`
	TaxRate     *money.Rate    `json:"tax_rate,omitempty" doc:"A share between 0 and 1; the setting tax_rate of the business when absent."`
	Discount    *money.Decimal `json:"discount,omitempty" example:"10000" doc:"An amount off the whole line."`
}

// Bill writes an invoice; with SendEmail it is sent at once. Faults: ErrOpenExists,
// ErrOtherTenant, ErrCustomer, ErrAppointment, ErrSubscription, ErrDueDate, and those
// of Send.
func (o *Operations) Bill(ctx context.Context, who access.Staff, in Bill) (Invoice, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return Invoice{}, ErrOtherTenant
	}
	kind, ok := parseType(in.InvoiceType)
	if !ok || kind == nil || Type(*kind) == ForTopUp { // a wallet is filled by its customer only
		return Invoice{}, fault.InvalidField("invoice_type", "must be one of SUBSCRIPTION, APPOINTMENT, SETUP_FEE, PACKAGE")
	}
	made := id.NewAt(o.db.Now())
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		n, err := in.complete(ctx, tx, Type(*kind))
		if err != nil {
			return err
		}
		n.ID = made
		audit.Record(tx, who, "invoice.created", "invoice", made, nil, n.entry())
		Create(tx, n)
		return nil
	})
	switch {
	case db.IsConflict(err, OneOpenConstraint):
		return Invoice{}, ErrOpenExists
	case err != nil:
		return Invoice{}, err
	case in.SendEmail:
		return o.Send(ctx, who, made, Sending{Channels: []string{ByEmail}})
	}
	return o.Get(ctx, ReaderOf(&who, nil), made)
}

// complete reads what the bill refers to and completes it. The customer and the
// appointment are of the transaction's tenant.
func (in Bill) complete(ctx context.Context, tx *db.Tx, kind Type) (New, error) {
	tenant, err := tenants.Load(ctx, tx, tx.Tenant())
	if err != nil {
		return New{}, err
	}
	n := New{
		Type: kind, Written: true, Customer: in.CustomerID, Appointment: in.AppointmentID, Currency: tenant.Settings.Currency,
		IssueDate: civil.Of(tx.Now(), tenant.Settings.Location()), Notes: in.Notes, Metadata: map[string]any{},
	}
	if err := in.check(ctx, tx, &n); err != nil {
		return n, err
	}
	if in.IssueDate != nil {
		n.IssueDate = *in.IssueDate
	}
	n.DueDate = n.IssueDate.AddDays(dueDays)
	if in.DueDate != nil {
		n.DueDate = *in.DueDate
	}
	if n.DueDate.Before(n.IssueDate) {
		return n, ErrDueDate
	}
	if err := n.add(in.LineItems, tenant.Settings.TaxRate); err != nil {
		return n, err
	}
	if in.SubscriptionID != nil {
		n.Metadata["subscription_id"] = *in.SubscriptionID
	}
	return n, nil
}

// references tells which of the things exist that a bill names.
type references struct {
	Customer     bool    `db:"customer"`
	Owner        *string `db:"owner"`  // of the appointment
	Priced       *string `db:"priced"` // the currency of the appointment
	Subscription bool    `db:"subscription"`
	Email        *string `db:"email"` // of whom the bill is for
}

// check refuses what the bill refers to and the tenant does not have, and decides the
// currency: an appointment is billed in its own, since what is paid for the one counts
// for the other.
func (in Bill) check(ctx context.Context, tx *db.Tx, n *New) error {
	found, err := db.One[references](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM customers WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL) AS customer,
			(SELECT customer_id FROM appointments WHERE tenant_id = $1 AND id = $3) AS owner,
			(SELECT currency FROM appointments WHERE tenant_id = $1 AND id = $3) AS priced,
			EXISTS (SELECT 1 FROM subscriptions WHERE tenant_id = $1 AND id = $4) AS subscription,
			coalesce((SELECT guest ->> 'email' FROM appointments WHERE tenant_id = $1 AND id = $3), (
				SELECT email
				FROM customers
				WHERE tenant_id = $1 AND id = coalesce($2, (SELECT customer_id FROM appointments WHERE tenant_id = $1 AND id = $3))
			), (SELECT email FROM tenants WHERE id = $1 AND $2::text IS NULL AND $3::text IS NULL)) AS email`,
		tx.Tenant(), in.CustomerID, in.AppointmentID, in.SubscriptionID)
	if err != nil {
		return err
	}
	_, unreachable := mail.Normalise(optional(found.Email))
	switch {
	case in.CustomerID != nil && !found.Customer:
		return ErrCustomer
	case in.SubscriptionID != nil && !found.Subscription:
		return ErrSubscription
	case in.AppointmentID != nil && n.Type != ForAppointment:
		return fault.InvalidField("appointment_id", "goes with the type APPOINTMENT")
	case in.AppointmentID != nil && found.Owner == nil:
		return ErrAppointment
	case in.AppointmentID != nil && in.CustomerID != nil && string(*in.CustomerID) != *found.Owner:
		return ErrAppointment
	case in.SendEmail && unreachable != nil:
		return ErrNoAddress
	case in.AppointmentID != nil:
		owner := id.ID(*found.Owner)
		n.Customer = &owner
	case n.Customer == nil && (n.Type == ForAppointment || n.Type == ForPackage):
		return fault.InvalidField("customer_id", "is required for this type")
	}
	return in.price(n, found.Priced)
}

// price decides the currency: that of the appointment, the one that was asked for, or
// the business's, which n has.
func (in Bill) price(n *New, priced *string) error {
	if priced != nil {
		n.Currency = money.Currency(*priced)
	}
	if in.Currency == "" {
		return nil
	}
	asked, err := money.ParseCurrency(in.Currency)
	switch {
	case err != nil:
		return fault.InvalidField("currency", "must be a currency of ISO 4217 such as IDR")
	case priced != nil && asked != n.Currency:
		return fault.InvalidField("currency", "must be that of the appointment")
	}
	n.Currency = asked
	return nil
}

// add works out the lines and what they add up to. Tax is taken line by line on what
// the discount leaves, half up to the currency's minor unit.
func (n *New) add(lines []BillLine, usual money.Rate) error {
	for i, l := range lines {
		line, err := l.line("line_items."+strconv.Itoa(i)+".", n.Currency, usual)
		if err != nil {
			return err
		}
		n.Lines = append(n.Lines, line)
		n.Subtotal += line.Amount
		n.Discount += line.Discount
		n.Tax += line.Tax
	}
	n.TaxRate = n.Lines[0].TaxRate
	if slices.ContainsFunc(n.Lines, func(l Line) bool { return l.TaxRate != n.TaxRate }) {
		n.TaxRate = 0
	}
	n.Total = n.Subtotal - n.Discount + n.Tax
	return nil
}

// maxLine is the largest amount of a line: two hundred of them and their tax fit.
const maxLine = 1_000_000_000_000_000

func (l BillLine) line(at string, c money.Currency, usual money.Rate) (Line, error) {
	description, err := text.Line(l.Description)
	if err != nil || description == "" {
		return Line{}, fault.InvalidField(at+"description", "must be a single line of text")
	}
	out := Line{Description: description, Quantity: max(l.Quantity, 1), TaxRate: usual}
	if out.UnitPrice, err = l.UnitPrice.NonNegativeMinor(c); err != nil || out.UnitPrice > maxLine/out.Quantity {
		return Line{}, fault.InvalidField(at+"unit_price", "must be an amount of the invoice's currency")
	}
	out.Amount = out.UnitPrice * out.Quantity
	if l.Discount != nil {
		if out.Discount, err = l.Discount.NonNegativeMinor(c); err != nil || out.Discount > out.Amount {
			return Line{}, fault.InvalidField(at+"discount", "must be an amount of the invoice's currency and at most that of the line")
		}
	}
	if l.TaxRate != nil {
		out.TaxRate = *l.TaxRate
	}
	out.Tax, err = money.Fee(out.Amount-out.Discount, out.TaxRate)
	return out, err
}

// entry is what the audit log keeps of an invoice: no name and no free text.
type entry struct {
	Type        Type           `json:"invoice_type"`
	Status      Status         `json:"status"`
	Total       int64          `json:"total_amount"`
	Currency    money.Currency `json:"currency"`
	Customer    *id.ID         `json:"customer_id,omitempty"`
	Appointment *id.ID         `json:"appointment_id,omitempty"`
	SentVia     string         `json:"sent_via,omitempty"`
}

func (n New) entry() entry {
	return entry{Type: n.Type, Status: Draft, Total: n.Total, Currency: n.Currency, Customer: n.Customer, Appointment: n.Appointment}
}

// Entry is what the audit log keeps of a stored invoice in a state.
func (s Stored) Entry(status Status, sentVia ...string) any {
	return entry{
		Type: s.Type, Status: status, Total: s.Total, Currency: s.Currency, Customer: s.CustomerID, Appointment: s.AppointmentID,
		SentVia: strings.Join(sentVia, ","),
	}
}
