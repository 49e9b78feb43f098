package payments

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// ErrDates is a period that ends before it begins.
var ErrDates = fault.New(fault.BadRequest, "payment.dates", "date_from is after date_to.")

// Entry is a payment of the history. Money is text, as documented.
type Entry struct {
	ID                id.ID          `json:"id"`
	AltID             id.ID          `json:"_id" doc:"The same as id."`
	TenantID          id.ID          `json:"tenant_id"`
	CustomerID        *id.ID         `json:"customer_id"`
	AppointmentID     *id.ID         `json:"appointment_id"`
	InvoiceID         *id.ID         `json:"invoice_id"`
	SubscriptionID    *id.ID         `json:"subscription_id"`
	PaymentType       Kind           `json:"payment_type" enum:"appointment,package,subscription,wallet_topup,refund,setup_fee"`
	Status            Status         `json:"status" enum:"pending,completed,failed,cancelled,refunded,needs_review"`
	Amount            money.Text     `json:"amount" example:"150000.00" doc:"Without fees."`
	BaseAmount        money.Text     `json:"base_amount" example:"150000.00"`
	TaxAmount         money.Text     `json:"tax_amount" example:"0.00"`
	PlatformFee       money.Text     `json:"platform_fee" example:"12000.00"`
	PlatformFeeRate   string         `json:"platform_fee_rate" example:"0.08"`
	TotalAmount       money.Text     `json:"total_amount" example:"162000.00" doc:"What was paid."`
	RefundedAmount    money.Text     `json:"refunded_amount" example:"0.00" doc:"What was given back, or is on its way back."`
	MerchantAmount    *money.Text    `json:"merchant_amount,omitempty" doc:"What the business receives; for staff."`
	Currency          money.Currency `json:"currency"`
	ReferenceID       string         `json:"reference_id" example:"APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000"`
	Description       string         `json:"description" example:"Appointment on 2026-04-10 at 14:30"`
	PaymentMethod     string         `json:"payment_method" example:"qris"`
	PaymentChannel    string         `json:"payment_channel" example:"qris"`
	PaymentProvider   string         `json:"payment_provider" enum:"manual,paper_id,maya"`
	ProviderPaymentID *string        `json:"provider_payment_id" example:"0b9d3c1e-6a0f-4c6f-9d53-0a3d8e1f2b4c"`
	ReceiptNumber     string         `json:"receipt_number" example:"R-1042"`
	Notes             string         `json:"notes"`
	PaidAt            *time.Time     `json:"paid_at"`
	CreatedAt         time.Time      `json:"created_at"`
	UpdatedAt         time.Time      `json:"updated_at"`
}

// History is a part of a list of payments.
type History struct {
	Items   []Entry `json:"items"`
	Total   int     `json:"total" minimum:"0"`
	Skip    int     `json:"skip" minimum:"0" example:"0"`
	Limit   int     `json:"limit" example:"20"`
	HasMore bool    `json:"has_more"`
}

// Filter selects payments. Types and states are in any case; empty is all.
type Filter struct {
	Kind, Status string
	From, To     string // a date in the tenant's zone, or an instant
	Customer     id.ID
	Skip, Limit  int
}

// within holds the conditions of an invoices.Reader, as $2 customer, $3 outlets, $4
// user.
const within = `
	AND ($2::text IS NULL OR p.customer_id = $2)
	AND ($3::text[] IS NULL OR p.appointment_id IS NULL OR a.outlet_id = ANY($3))
	AND ($4::text IS NULL OR EXISTS (
		SELECT 1
		FROM appointment_lines l
		JOIN staff s ON s.tenant_id = $1 AND s.id = l.staff_id
		WHERE l.tenant_id = $1 AND l.appointment_id = p.appointment_id AND s.user_id = $4))`

const selected = `
	FROM payments p
	LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = p.appointment_id
	WHERE p.tenant_id = $1` + within + `
		AND ($5 = '' OR p.payment_type = $5)
		AND ($6 = '' OR p.status = $6)
		AND ($7::timestamptz IS NULL OR p.created_at >= $7)
		AND ($8::timestamptz IS NULL OR p.created_at < $8)
		AND ($9 = '' OR p.customer_id = $9)`

// History lists the payments that the reader may see, newest first. Faults: ErrDates.
func (o *Operations) History(ctx context.Context, r invoices.Reader, f Filter) (History, error) {
	f.Kind, f.Status = strings.ToLower(f.Kind), strings.ToLower(f.Status)
	switch {
	case f.Kind != "" && !slices.Contains(Kinds(), Kind(f.Kind)):
		return History{}, fault.InvalidField("query:payment_type", "must be one of appointment, package, subscription, wallet_topup, refund, setup_fee")
	case f.Status != "" && !slices.Contains(Statuses(), Status(f.Status)):
		return History{}, fault.InvalidField("query:status", "must be one of pending, completed, failed, cancelled, refunded, needs_review")
	}
	if r.Customer != nil {
		f.Customer = ""
	}
	var total *db.Result[int]
	var rows *db.Results[stored]
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) error {
		from, to, err := f.period(ctx, tx, r.Tenant)
		if err != nil {
			return err
		}
		args := []any{r.Tenant, r.Customer, r.Outlets, r.User, f.Kind, f.Status, from, to, f.Customer}
		total = db.QueueOne[int](tx, `SELECT count(*)`+selected, args...)
		rows = db.QueueAll[stored](tx, `SELECT `+columns+selected+`
			ORDER BY p.created_at DESC, p.id DESC
			LIMIT $10 OFFSET $11`, append(args, f.Limit, f.Skip)...)
		return nil
	})
	if err != nil {
		return History{}, err
	}
	out := History{
		Items: make([]Entry, 0, len(rows.Rows)), Total: total.Value, Skip: f.Skip, Limit: f.Limit, HasMore: f.Skip+len(rows.Rows) < total.Value,
	}
	for _, p := range rows.Rows {
		out.Items = append(out.Items, p.entry(r))
	}
	return out, nil
}

// Get reads one payment; ErrNotFound if the reader may not see it.
func (o *Operations) Get(ctx context.Context, r invoices.Reader, payment id.ID) (Entry, error) {
	var p stored
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) (err error) {
		p, err = db.One[stored](ctx, tx, `
			SELECT `+columns+`
			FROM payments p
			LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = p.appointment_id
			WHERE p.tenant_id = $1 AND p.id = $5`+within, r.Tenant, r.Customer, r.Outlets, r.User, payment)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		err = ErrNotFound
	}
	return p.entry(r), err
}

func (p stored) entry(r invoices.Reader) Entry {
	amount := func(minor int64) money.Text { return money.Text{Minor: minor, Currency: p.Currency} }
	e := Entry{
		ID: p.ID, AltID: p.ID, TenantID: r.Tenant, CustomerID: p.CustomerID, AppointmentID: p.AppointmentID, InvoiceID: p.InvoiceID,
		PaymentType: p.Kind, Status: p.Status, Amount: amount(p.Base), BaseAmount: amount(p.Base), TaxAmount: amount(0),
		PlatformFee: amount(p.Fee), PlatformFeeRate: p.FeeRate.String(), TotalAmount: amount(p.Total), RefundedAmount: amount(p.RefundedAmount), Currency: p.Currency,
		ReferenceID: p.Reference, Description: p.Description, PaymentMethod: p.Method, PaymentChannel: p.Channel,
		PaymentProvider: p.Provider, ProviderPaymentID: p.ProviderID, ReceiptNumber: p.Receipt, Notes: p.Notes,
		PaidAt: utc(p.PaidAt), CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(),
	}
	if r.Customer == nil {
		merchant := amount(p.Merchant)
		e.MerchantAmount = &merchant
	}
	return e
}

// period reads the bounds of creation. A date without a time covers its whole day
// in the tenant's zone.
func (f Filter) period(ctx context.Context, tx *db.Tx, tenant id.ID) (from, to *time.Time, err error) {
	if f.From == "" && f.To == "" {
		return nil, nil, nil
	}
	t, err := tenants.Load(ctx, tx, tenant)
	if err != nil {
		return nil, nil, err
	}
	if from, err = bound(f.From, "date_from", t.Settings.Location(), civil.Date.Start); err != nil {
		return nil, nil, err
	}
	if to, err = bound(f.To, "date_to", t.Settings.Location(), civil.Date.End); err != nil {
		return nil, nil, err
	}
	if from != nil && to != nil && from.After(*to) {
		return nil, nil, ErrDates
	}
	return from, to, nil
}

func bound(raw, name string, loc *time.Location, edge func(civil.Date, *time.Location) time.Time) (*time.Time, error) {
	if raw == "" {
		return nil, nil
	}
	if d, err := civil.ParseDate(raw); err == nil {
		at := edge(d, loc).UTC()
		return &at, nil
	}
	// A plus sign of an offset arrives as a blank where it was not escaped.
	raw = strings.ReplaceAll(raw, " ", "+")
	var at api.Instant
	if err := at.UnmarshalText([]byte(raw)); err == nil {
		return &at.Time, nil
	}
	return nil, fault.InvalidField("query:"+name, "must be a date or a time of ISO 8601")
}
