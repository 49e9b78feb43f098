package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// appointmentFacts are what is told of an appointment, as it stands when the event is
// recorded.
type appointmentFacts struct {
	AppointmentID id.ID          `json:"appointment_id" db:"id"`
	OutletID      id.ID          `json:"outlet_id" db:"outlet_id"`
	CustomerID    id.ID          `json:"customer_id" db:"customer_id"`
	Status        string         `json:"status" db:"status"`
	PaymentStatus string         `json:"payment_status" db:"payment_status"`
	StartsAt      time.Time      `json:"starts_at" db:"starts_at"`
	EndsAt        time.Time      `json:"ends_at" db:"ends_at"`
	Total         money.Text     `json:"total_price" db:"-"`
	Currency      money.Currency `json:"currency" db:"currency"`
	Version       int64          `json:"version" db:"version"`
	TotalMinor    int64          `json:"-" db:"total_price"`
}

// paymentFacts are what is told of a payment.
type paymentFacts struct {
	PaymentID     id.ID          `json:"payment_id" db:"id"`
	Kind          string         `json:"payment_type" db:"payment_type"`
	Status        string         `json:"status" db:"status"`
	AppointmentID *id.ID         `json:"appointment_id" db:"appointment_id"`
	InvoiceID     *id.ID         `json:"invoice_id" db:"invoice_id"`
	CustomerID    *id.ID         `json:"customer_id" db:"customer_id"`
	Total         money.Text     `json:"total_amount" db:"-"`
	Refunded      money.Text     `json:"refunded_amount" db:"-"`
	Currency      money.Currency `json:"currency" db:"currency"`
	Method        string         `json:"payment_method" db:"payment_method"`
	Provider      string         `json:"payment_provider" db:"payment_provider"`
	PaidAt        *time.Time     `json:"paid_at" db:"paid_at"`
	TotalMinor    int64          `json:"-" db:"total_amount"`
	RefundedMinor int64          `json:"-" db:"refunded_amount"`
}

// customerFacts are what is told of a customer: who it is stays here.
type customerFacts struct {
	CustomerID id.ID     `json:"customer_id" db:"id"`
	IsActive   bool      `json:"is_active" db:"is_active"`
	CreatedAt  time.Time `json:"created_at" db:"created_at"`
	UpdatedAt  time.Time `json:"updated_at" db:"updated_at"`
}

// facts reads what is told of a subject, as JSON. It is nil for one that is gone, and
// for what the waitlist offered and nobody accepted: the end of that is no cancellation.
func facts(ctx context.Context, tx *db.Tx, of subject) (json.RawMessage, error) {
	var told any
	var err error
	switch {
	case of.appointment != "":
		var a appointmentFacts
		a, err = db.One[appointmentFacts](ctx, tx, `
			SELECT id, outlet_id, customer_id, status, payment_status, starts_at, ends_at, currency, version, total_price
			FROM appointments
			WHERE tenant_id = $1 AND id = $2 AND (source <> 'waitlist' OR accepted_at IS NOT NULL)`, tx.Tenant(), of.appointment)
		a.Total, a.StartsAt, a.EndsAt = money.Text{Minor: a.TotalMinor, Currency: a.Currency}, a.StartsAt.UTC(), a.EndsAt.UTC()
		told = a
	case of.payment != "":
		var p paymentFacts
		p, err = db.One[paymentFacts](ctx, tx, `
			SELECT id, payment_type, status, appointment_id, invoice_id, customer_id, currency, payment_method, payment_provider,
				paid_at, total_amount, refunded_amount
			FROM payments
			WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), of.payment)
		p.Total, p.Refunded = money.Text{Minor: p.TotalMinor, Currency: p.Currency}, money.Text{Minor: p.RefundedMinor, Currency: p.Currency}
		if p.PaidAt != nil {
			*p.PaidAt = p.PaidAt.UTC()
		}
		told = p
	default:
		var c customerFacts
		c, err = db.One[customerFacts](ctx, tx, `
			SELECT id, is_active, created_at, updated_at
			FROM customers
			WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), of.customer)
		c.CreatedAt, c.UpdatedAt = c.CreatedAt.UTC(), c.UpdatedAt.UTC()
		told = c
	}
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(told)
}
