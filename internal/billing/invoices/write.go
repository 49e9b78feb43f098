package invoices

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// ProviderNumberConstraint is what a second invoice of one provider number
// conflicts with, over all tenants.
const ProviderNumberConstraint = "invoices_provider_number"

// OneOpenConstraint is what a second open invoice of an appointment conflicts with.
const OneOpenConstraint = "invoices_one_open"

// New is an invoice to create. Amounts are minor units of the currency.
type New struct {
	ID             id.ID // made beforehand, so that others can name it
	Type           Type
	ProviderNumber string // unique for ever, over all tenants; made of the tenant's slug and the number where empty
	Written        bool   // by hand, and not for a payment link
	Customer       *id.ID
	Appointment    *id.ID
	Provider       string // who collects it online; empty is Paper.id
	Gateway        *id.ID // the business's own account that collects it; nil for the platform's
	Lines          []Line
	Currency       money.Currency
	Subtotal       int64
	Tax            int64
	TaxRate        money.Rate // of all lines, or none
	Discount       int64
	Fee            int64
	FeeRate        money.Rate
	Total          int64
	IssueDate      civil.Date
	DueDate        civil.Date
	Notes          string
	Metadata       map[string]any
}

// Create queues a draft and returns its number, known once the batch was sent. It
// locks the counter of the tenant's year, so it belongs to the last batch.
func Create(tx *db.Tx, n New) *db.Result[string] {
	if n.Metadata == nil {
		n.Metadata = map[string]any{}
	}
	if n.Provider == "" {
		n.Provider = tenants.PaperID
	}
	return db.QueueOne[string](tx, `
		WITH counter AS (
			INSERT INTO invoice_counters AS c (tenant_id, year, last)
			VALUES ($1, $2, 1)
			ON CONFLICT (tenant_id, year) DO UPDATE
			SET last = c.last + 1
			RETURNING last
		)
		INSERT INTO invoices (tenant_id, id, invoice_number, provider_number, invoice_type, status, customer_id, appointment_id,
			line_items, currency, subtotal, tax_amount, discount_amount, platform_fee, platform_fee_rate, total_amount,
			issue_date, due_date, notes, metadata, created_at, updated_at, gateway_id, written, tax_rate, payment_provider)
		SELECT $1, $3, made.number, coalesce(nullif($4, ''), t.slug || '-' || made.number),
			$5, 'DRAFT', $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::jsonb, $20, $20, $21, $22, $23, $24
		FROM counter
		JOIN tenants t ON t.id = $1
		CROSS JOIN LATERAL (
			SELECT 'INV-' || $2::int::text || '-' || lpad(counter.last::text, greatest(4, length(counter.last::text)), '0') AS number
		) made
		RETURNING invoice_number`,
		tx.Tenant(), n.IssueDate.Year, n.ID, n.ProviderNumber, string(n.Type), n.Customer, n.Appointment,
		asJSON(n.Lines), string(n.Currency), n.Subtotal, n.Tax, n.Discount, n.Fee, int64(n.FeeRate), n.Total,
		n.IssueDate, n.DueDate, n.Notes, asJSON(n.Metadata), tx.Now(), n.Gateway, n.Written, int64(n.TaxRate), n.Provider)
}

// asJSON writes what has a JSON form by its type.
func asJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("invoices: %T cannot be written: %v", value, err))
	}
	return text
}

const columns = `i.id, i.invoice_number, i.provider_number, i.invoice_type, i.status, i.customer_id, i.appointment_id, i.line_items,
	i.currency, i.subtotal, i.tax_amount, i.discount_amount, i.platform_fee, i.platform_fee_rate, i.total_amount, i.amount_paid,
	i.issue_date, i.due_date, i.paid_at, i.gateway_id, i.payment_provider, i.page_expires_at, i.paper_invoice_id, i.paper_invoice_url, i.paper_pdf_url, i.paper_payment_url,
	i.notes, i.metadata, i.created_at, i.updated_at, i.written, i.tax_rate, i.tax_paid`

// Lock reads an invoice that is about to be changed; ErrNotFound if there is none.
// An appointment's invoice is locked after the appointment.
func Lock(ctx context.Context, tx *db.Tx, invoice id.ID) (Stored, error) {
	return notFound(db.One[Stored](ctx, tx, `
		SELECT `+columns+`
		FROM invoices i
		WHERE i.tenant_id = $1 AND i.id = $2
		FOR UPDATE OF i`, tx.Tenant(), invoice))
}

// Load reads an invoice of the tenant, whoever it is for.
func Load(ctx context.Context, tx *db.Tx, invoice id.ID) (Stored, error) {
	return notFound(db.One[Stored](ctx, tx, `
		SELECT `+columns+`
		FROM invoices i
		WHERE i.tenant_id = $1 AND i.id = $2`, tx.Tenant(), invoice))
}

// QueueOpen reads the open invoice of an appointment with the next batch, and
// locks it. The caller has locked the appointment.
func QueueOpen(tx *db.Tx, appointment id.ID) *db.Result[Stored] {
	return db.QueueOne[Stored](tx, `
		SELECT `+columns+`
		FROM invoices i
		WHERE i.tenant_id = $1 AND i.appointment_id = $2 AND i.status IN ('DRAFT', 'SENT', 'OVERDUE')
		FOR UPDATE OF i`, tx.Tenant(), appointment)
}

// FindOpen is QueueOpen for those who only show it.
func FindOpen(tx *db.Tx, appointment id.ID) *db.Result[Stored] {
	return db.QueueOne[Stored](tx, `
		SELECT `+columns+`
		FROM invoices i
		WHERE i.tenant_id = $1 AND i.appointment_id = $2 AND i.status IN ('DRAFT', 'SENT', 'OVERDUE')`, tx.Tenant(), appointment)
}

// OpenTopUps reads the open top-ups of a customer's wallet, and locks them.
func OpenTopUps(ctx context.Context, tx *db.Tx, customer id.ID) ([]Stored, error) {
	return db.All[Stored](ctx, tx, `
		SELECT `+columns+`
		FROM invoices i
		WHERE i.tenant_id = $1 AND i.customer_id = $2 AND i.invoice_type = 'WALLET_TOPUP' AND i.status IN ('DRAFT', 'SENT', 'OVERDUE')
		ORDER BY i.id
		FOR UPDATE OF i`, tx.Tenant(), customer)
}

func notFound(s Stored, err error) (Stored, error) {
	if errors.Is(err, db.ErrNotFound) {
		return s, ErrNotFound
	}
	return s, err
}

// Provider is what the payment provider calls an invoice. URLs are absolute.
type Provider struct {
	ID         string
	PaymentURL string
	PDFURL     string
	ExpiresAt  *time.Time // when its page ends, where that is not the end of the due date
}

// changedConstraint is what a change of an invoice that is in another state
// conflicts with. It cannot happen to those who have locked it.
const changedConstraint = "invoices_status"

// MarkSent queues that the provider has the invoice, and told the customer through
// the channels. The caller has locked it.
func MarkSent(tx *db.Tx, s Stored, p Provider, sentVia []string) error {
	if !s.Status.CanBecome(Sent) {
		return fmt.Errorf("invoice %s is %s and cannot be sent", s.ID, s.Status)
	}
	tx.Expect(1, changedConstraint, `
		UPDATE invoices
		SET status = 'SENT', paper_invoice_id = $3, paper_invoice_url = $4, paper_payment_url = $4, paper_pdf_url = nullif($5, ''), updated_at = $6,
			metadata = metadata || $7::jsonb, page_expires_at = $8
		WHERE tenant_id = $1 AND id = $2 AND status = 'DRAFT'
		RETURNING 1`, tx.Tenant(), s.ID, p.ID, p.PaymentURL, p.PDFURL, tx.Now(), asJSON(map[string]any{"sent_via": sentVia}), p.ExpiresAt)
	return nil
}

// NoteSent queues that a written invoice was sent through the channels. Who sent it
// again changes nothing but that. The caller has locked it.
func NoteSent(tx *db.Tx, s Stored, sentVia []string) {
	tx.Expect(1, changedConstraint, `
		UPDATE invoices
		SET status = CASE status WHEN 'DRAFT' THEN 'SENT' ELSE status END, updated_at = $3, metadata = metadata || $4::jsonb
		WHERE tenant_id = $1 AND id = $2 AND status <> 'CANCELLED'
		RETURNING 1`, tx.Tenant(), s.ID, tx.Now(), asJSON(map[string]any{"sent_via": sentVia}))
}

// NotePart queues that a part of a written invoice was paid, with tax in it. The caller has
// locked it.
func NotePart(tx *db.Tx, s Stored, paid, tax int64) {
	tx.Expect(1, changedConstraint, `
		UPDATE invoices
		SET amount_paid = amount_paid + $3, tax_paid = tax_paid + $5, updated_at = $4
		WHERE tenant_id = $1 AND id = $2 AND status IN ('DRAFT', 'SENT', 'OVERDUE')
		RETURNING 1`, tx.Tenant(), s.ID, paid, tx.Now(), tax)
}

// MarkPaid queues that the whole of the invoice was paid, with the fee and the total that
// s has. Members of metadata are added to those that it has. The caller has locked it.
func MarkPaid(tx *db.Tx, s Stored, p Provider, metadata map[string]any) error {
	if !s.Status.CanBecome(Paid) {
		return fmt.Errorf("invoice %s is %s and cannot be paid", s.ID, s.Status)
	}
	if metadata == nil {
		metadata = map[string]any{}
	}
	tx.Expect(1, changedConstraint, `
		UPDATE invoices
		SET status = 'PAID', total_amount = $8, amount_paid = $8, platform_fee = $9, platform_fee_rate = $10, paid_at = $3, updated_at = $3,
			paper_invoice_id = coalesce(paper_invoice_id, nullif($4, '')),
			paper_invoice_url = coalesce(paper_invoice_url, nullif($5, '')),
			paper_payment_url = coalesce(paper_payment_url, nullif($5, '')),
			paper_pdf_url = coalesce(paper_pdf_url, nullif($6, '')),
			metadata = metadata || $7::jsonb
		WHERE tenant_id = $1 AND id = $2 AND status <> 'PAID'
		RETURNING 1`, tx.Tenant(), s.ID, tx.Now(), p.ID, p.PaymentURL, p.PDFURL, asJSON(metadata),
		s.Total, s.Fee, int64(s.FeeRate))
	return nil
}

// Cancel queues that the invoice asks for no money any more. The caller has locked
// it.
func Cancel(tx *db.Tx, s Stored) error {
	if !s.Status.CanBecome(Cancelled) {
		return fmt.Errorf("invoice %s is %s and cannot be cancelled", s.ID, s.Status)
	}
	tx.Expect(1, changedConstraint, `
		UPDATE invoices
		SET status = 'CANCELLED', updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND status IN ('DRAFT', 'SENT', 'OVERDUE')
		RETURNING 1`, tx.Tenant(), s.ID, tx.Now())
	return nil
}

func parse[T ~string](raw string, known []T) (*string, bool) {
	if raw == "" {
		return nil, true
	}
	wanted := strings.ToUpper(raw)
	if !slices.Contains(known, T(wanted)) {
		return nil, false
	}
	return &wanted, true
}
