package history

import (
	"context"
	"encoding/csv"
	"io"
	"strings"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// exportBatch is how many payments are read at a time.
const exportBatch = 2000

type exportRow struct {
	row
	Business string  `db:"business"`
	Invoice  *string `db:"invoice_number"`
	Customer string  `db:"customer_name"`
}

const exported = `SELECT ` + columns + `, t.name AS business,
	(SELECT i.invoice_number FROM invoices i WHERE i.tenant_id = p.tenant_id AND i.id = p.invoice_id) AS invoice_number,
	coalesce((SELECT trim(c.first_name || ' ' || c.last_name) FROM customers c WHERE c.tenant_id = p.tenant_id AND c.id = p.customer_id), '') AS customer_name`

const named = `
	JOIN tenants t ON t.id = p.tenant_id`

// further selects what comes after the last one that was read.
const further = `
	AND ($10::timestamptz IS NULL OR (p.created_at, p.id) < ($10, $11))
	ORDER BY p.created_at DESC, p.id DESC
	LIMIT $12`

// Check tells what is wrong with a filter, before anything is written. Faults: ErrDates.
func (o *Operations) Check(ctx context.Context, r Reader, f Filter) error {
	return o.view(ctx, r, func(tx *db.Tx) error {
		_, err := f.read(ctx, tx, r)
		return err
	})
}

// Export writes the payments that the reader may see as CSV (RFC 4180), newest first and
// as they are read: no transaction lasts longer than a batch.
func (o *Operations) Export(ctx context.Context, r Reader, f Filter, to io.Writer) error {
	out := csv.NewWriter(to)
	err := out.Write([]string{
		"created_at", "paid_at", "id", "business", "payment_type", "status", "description", "reference_id", "invoice_number", "customer_id", "customer_name",
		"appointment_id", "currency", "base_amount", "platform_fee", "total_amount", "merchant_amount", "payment_method", "payment_channel",
		"payment_provider", "receipt_number", "notes", "refunded_amount", "wallet_amount", "credited_amount", "tax_amount", "refunded_tax",
	})
	if err != nil {
		return err
	}
	var after *time.Time
	var last id.ID
	for {
		rows, err := o.batch(ctx, r, f, after, last)
		if err != nil {
			return err
		}
		for _, p := range rows {
			if err := out.Write(p.record()); err != nil {
				return err
			}
		}
		out.Flush()
		if err := out.Error(); err != nil || len(rows) < exportBatch {
			return err
		}
		after, last = &rows[len(rows)-1].CreatedAt, rows[len(rows)-1].ID
	}
}

func (o *Operations) batch(ctx context.Context, r Reader, f Filter, after *time.Time, last id.ID) ([]exportRow, error) {
	var rows []exportRow
	err := o.view(ctx, r, func(tx *db.Tx) error {
		s, err := f.read(ctx, tx, r)
		if err != nil {
			return err
		}
		args := append(s.args(r), after, last, exportBatch)
		if r.All {
			rows, err = db.All[exportRow](ctx, tx, exported+`
				FROM payments p`+named+`
				WHERE p.tenant_id IS NOT NULL AND $1::text IS NOT NULL AND $2::text IS NULL AND $3::text[] IS NULL AND $4::text IS NULL`+filters+further, args...)
		} else {
			rows, err = db.All[exportRow](ctx, tx, exported+`
				FROM payments p`+named+`
				LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = p.appointment_id
				WHERE p.tenant_id = $1`+within+filters+further, args...)
		}
		return err
	})
	return rows, err
}

// record is the line of a payment. Times are in UTC, money in major units.
func (p exportRow) record() []string {
	amount := func(minor int64) string { return money.Text{Minor: minor, Currency: p.Currency}.String() }
	paid, invoice := "", ""
	if p.PaidAt != nil {
		paid = p.PaidAt.UTC().Format(time.RFC3339)
	}
	if p.Invoice != nil {
		invoice = *p.Invoice
	}
	fromWallet, credited := p.wallet()
	return []string{
		p.CreatedAt.UTC().Format(time.RFC3339), paid, string(p.ID), harmless(p.Business), string(p.Kind), string(p.Status), harmless(p.Description),
		harmless(p.Reference), invoice, value(p.CustomerID), harmless(p.Customer), value(p.AppointmentID), string(p.Currency), amount(p.Base), amount(p.Fee),
		amount(p.Total), amount(p.Merchant), harmless(p.Method), harmless(p.Channel), p.Provider, harmless(p.Receipt), harmless(p.Notes), amount(p.Refunded),
		amount(fromWallet), amount(credited), amount(p.Tax), amount(p.TaxBack),
	}
}

func value(v *id.ID) string {
	if v == nil {
		return ""
	}
	return string(*v)
}

// harmless keeps what people typed from being a formula to whoever opens the file: one
// that begins like a formula is told to be text.
func harmless(text string) string {
	if strings.ContainsAny(first(text), "=+-@\t\r\n|%") {
		return "'" + text
	}
	return text
}

func first(text string) string {
	trimmed := strings.TrimLeft(text, " ")
	if trimmed == "" {
		return ""
	}
	return trimmed[:1]
}
