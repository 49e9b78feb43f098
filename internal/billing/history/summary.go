package history

import (
	"cmp"
	"context"
	"slices"

	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/money"
)

// Summary adds up payments.
type Summary struct {
	TotalPayments int           `json:"total_payments" minimum:"0" example:"12"`
	ByStatus      []StatusSum   `json:"by_status"`
	ByMethod      []MethodSum   `json:"by_method" doc:"What has come in, whether or not it was given back later."`
	Completed     []CurrencySum `json:"completed" doc:"What has come in, by currency. What of it was given back, or is on its way back, is refunded_amount."`
}

// StatusSum is what the payments in a state come to.
type StatusSum struct {
	Status      payments.Status `json:"status" enum:"pending,completed,failed,cancelled,refunded,needs_review"`
	Currency    money.Currency  `json:"currency"`
	Count       int             `json:"count" minimum:"0" example:"9"`
	TotalAmount money.Text      `json:"total_amount" example:"1350000.00"`
}

// MethodSum is what came in one way.
type MethodSum struct {
	PaymentMethod string         `json:"payment_method" example:"cash"`
	Currency      money.Currency `json:"currency"`
	Count         int            `json:"count" minimum:"0" example:"9"`
	TotalAmount   money.Text     `json:"total_amount" example:"1350000.00"`
}

// CurrencySum is what came in in one currency.
type CurrencySum struct {
	Currency       money.Currency `json:"currency"`
	Count          int            `json:"count" minimum:"0" example:"9"`
	BaseAmount     money.Text     `json:"base_amount" example:"1350000.00" doc:"Without fees and tax."`
	TaxAmount      money.Text     `json:"tax_amount" example:"0.00" doc:"On top of that, of the business."`
	RefundedTax    money.Text     `json:"refunded_tax" example:"0.00" doc:"What of that was given back, or is on its way back."`
	PlatformFee    money.Text     `json:"platform_fee" example:"108000.00"`
	TotalAmount    money.Text     `json:"total_amount" example:"1458000.00" doc:"What was paid."`
	MerchantAmount *money.Text    `json:"merchant_amount,omitempty" doc:"What the business received; for staff."`
	RefundedAmount money.Text     `json:"refunded_amount" example:"0.00" doc:"Of all that was paid."`
}

type summaryRow struct {
	Kind     payments.Kind   `db:"payment_type"`
	Status   payments.Status `db:"status"`
	Method   string          `db:"payment_method"`
	Currency money.Currency  `db:"currency"`
	Count    int             `db:"count"`
	Base     int64           `db:"base"`
	Fee      int64           `db:"fee"`
	Total    int64           `db:"total"`
	Merchant int64           `db:"merchant"`
	Refunded int64           `db:"refunded"`
	Tax      int64           `db:"tax"`
	TaxBack  int64           `db:"tax_back"`
}

const summed = `SELECT p.payment_type, p.status, p.payment_method, p.currency, count(*) AS count, sum(p.base_amount)::bigint AS base,
	sum(p.platform_fee)::bigint AS fee, sum(p.total_amount)::bigint AS total, sum(p.merchant_amount)::bigint AS merchant,
	sum(p.refunded_amount)::bigint AS refunded, sum(p.tax_amount)::bigint AS tax, sum(p.refunded_tax)::bigint AS tax_back`

const grouped = `
	GROUP BY p.payment_type, p.status, p.payment_method, p.currency`

// Summarize adds up the payments that the reader may see. Faults: ErrDates.
func (o *Operations) Summarize(ctx context.Context, r Reader, f Filter) (Summary, error) {
	var rows []summaryRow
	err := o.view(ctx, r, func(tx *db.Tx) error {
		s, err := f.read(ctx, tx, r)
		if err != nil {
			return err
		}
		if r.All {
			rows, err = db.All[summaryRow](ctx, tx, summed+everywhere+grouped, s.args(r)...)
		} else {
			rows, err = db.All[summaryRow](ctx, tx, summed+selected+grouped, s.args(r)...)
		}
		return err
	})
	return sumUp(rows, r.Customer != nil), err
}

func sumUp(rows []summaryRow, toCustomer bool) Summary {
	out := Summary{ByStatus: []StatusSum{}, ByMethod: []MethodSum{}, Completed: []CurrencySum{}}
	for _, row := range rows {
		out.TotalPayments += row.Count
		none := money.Text{Currency: row.Currency}
		status := entryOf(&out.ByStatus, func(s StatusSum) bool { return s.Status == row.Status && s.Currency == row.Currency },
			StatusSum{Status: row.Status, Currency: row.Currency, TotalAmount: none})
		status.Count += row.Count
		status.TotalAmount.Minor += row.Total
		if row.Status != payments.Completed && row.Status != payments.Refunded {
			continue
		}
		sum := entryOf(&out.Completed, func(s CurrencySum) bool { return s.Currency == row.Currency },
			CurrencySum{Currency: row.Currency, BaseAmount: none, TaxAmount: none, RefundedTax: none, PlatformFee: none, TotalAmount: none, MerchantAmount: &money.Text{Currency: row.Currency}, RefundedAmount: none})
		if row.Kind == payments.Refund {
			sum.RefundedAmount.Minor += row.Total
			continue
		}
		method := entryOf(&out.ByMethod, func(s MethodSum) bool { return s.PaymentMethod == row.Method && s.Currency == row.Currency },
			MethodSum{PaymentMethod: row.Method, Currency: row.Currency, TotalAmount: none})
		method.Count += row.Count
		method.TotalAmount.Minor += row.Total
		sum.Count += row.Count
		sum.BaseAmount.Minor += row.Base
		sum.TaxAmount.Minor += row.Tax
		sum.RefundedTax.Minor += row.TaxBack
		sum.PlatformFee.Minor += row.Fee
		sum.TotalAmount.Minor += row.Total
		sum.MerchantAmount.Minor += row.Merchant
		sum.RefundedAmount.Minor += row.Refunded
	}
	if toCustomer {
		for i := range out.Completed {
			out.Completed[i].MerchantAmount = nil
		}
	}
	slices.SortFunc(out.ByStatus, func(a, b StatusSum) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Currency, b.Currency))
	})
	slices.SortFunc(out.ByMethod, func(a, b MethodSum) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.PaymentMethod, b.PaymentMethod), cmp.Compare(a.Currency, b.Currency))
	})
	slices.SortFunc(out.Completed, func(a, b CurrencySum) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

// entryOf is the entry that is wanted, added where it is not there yet.
func entryOf[T any](all *[]T, is func(T) bool, fresh T) *T {
	at := slices.IndexFunc(*all, is)
	if at < 0 {
		at = len(*all)
		*all = append(*all, fresh)
	}
	return &(*all)[at]
}
