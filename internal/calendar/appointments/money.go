package appointments

import (
	"encoding/json"
	"time"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// FeeBreakdown is what the platform's fee makes of the price where it is paid
// online. At the desk there is no fee.
type FeeBreakdown struct {
	BaseAmount       money.Number `json:"base_amount"`
	PlatformFee      money.Number `json:"platform_fee"`
	TaxAmount        money.Number `json:"tax_amount" example:"0" doc:"On the price, by the setting tax_rate of the business"`
	TotalWithFee     money.Number `json:"total_with_fee" doc:"What the customer pays online"`
	FeeRate          money.Rate   `json:"fee_rate" example:"0.08"`
	FeePercentage    string       `json:"fee_percentage" example:"8%"`
	SubscriptionPlan string       `json:"subscription_plan" example:"FREE"`
	Note             string       `json:"note" example:"The fee is added to payments online."`
}

// PaymentDetails is what was paid, and what is still due.
type PaymentDetails struct {
	TotalAmount      money.Number  `json:"total_amount"`
	PaidAmount       money.Number  `json:"paid_amount"`
	RemainingBalance money.Number  `json:"remaining_balance"`
	PaymentHistory   []PaymentMade `json:"payment_history" doc:"The oldest first"`
}

// PaymentMade is one payment, made or awaited.
type PaymentMade struct {
	ID            id.ID        `json:"id"`
	Amount        money.Number `json:"amount" doc:"Of the price, without the fee"`
	Method        string       `json:"method" example:"cash"`
	Provider      string       `json:"provider" example:"manual"`
	Status        string       `json:"status" example:"completed"`
	RecordedBy    *id.ID       `json:"recorded_by"`
	RecordedAt    time.Time    `json:"recorded_at"`
	Notes         string       `json:"notes"`
	ReceiptNumber string       `json:"receipt_number"`
}

// MoneyRow is what other features know of an appointment's money.
type MoneyRow struct {
	PaymentID  *id.ID                 `db:"payment_id"`
	PaymentURL *string                `db:"paper_payment_url"`
	Payments   json.RawMessage        `db:"payments"`
	Fee        subscriptions.FeeBasis `db:"fee"`
}

// moneyColumns of MoneyRow, for a row of appointments a.
const moneyColumns = `
	(SELECT p.id FROM payments p
		WHERE p.tenant_id = $1 AND p.appointment_id = a.id AND p.status IN ('pending', 'completed')
		ORDER BY p.created_at DESC LIMIT 1) AS payment_id,
	(SELECT i.paper_payment_url FROM invoices i
		WHERE i.tenant_id = $1 AND i.appointment_id = a.id AND i.status IN ('SENT', 'OVERDUE', 'PAID')
		ORDER BY i.created_at DESC LIMIT 1) AS paper_payment_url,
	coalesce((SELECT json_agg(json_build_object('id', p.id, 'amount', p.base_amount, 'method', p.payment_method,
			'provider', p.payment_provider, 'status', p.status, 'recorded_by', p.recorded_by,
			'recorded_at', coalesce(p.paid_at, p.created_at), 'notes', p.notes, 'receipt_number', p.receipt_number) ORDER BY p.created_at)
		FROM payments p WHERE p.tenant_id = $1 AND p.appointment_id = a.id), '[]') AS payments,
	` + subscriptions.FeeColumn + ` AS fee`

// addMoney fills in what a read shows of the money.
func (a *Appointment) addMoney(r *row, now time.Time) {
	cur := money.Currency(r.Currency)
	a.PaymentID, a.PaperPaymentURL = r.PaymentID, r.PaymentURL
	a.PaymentDetails = PaymentDetails{
		TotalAmount: a.TotalPrice, PaidAmount: a.PaidAmount,
		RemainingBalance: money.Number{Minor: r.TotalPrice - r.PaidAmount, Currency: cur}, PaymentHistory: r.history(cur),
	}
	a.FeeBreakdown = a.feeBreakdown(r, cur, now)
}

// history reads the aggregated payments.
func (r *row) history(cur money.Currency) []PaymentMade {
	var stored []struct {
		PaymentMade
		Amount int64 `json:"amount"`
	}
	if len(r.Payments) > 0 && json.Unmarshal(r.Payments, &stored) != nil {
		return []PaymentMade{}
	}
	made := make([]PaymentMade, len(stored))
	for i, s := range stored {
		made[i] = s.PaymentMade
		made[i].Amount = money.Number{Minor: s.Amount, Currency: cur}
		made[i].RecordedAt = s.RecordedAt.UTC()
	}
	return made
}

// feeBreakdown is that of a payment at now; nil for what costs nothing.
func (a *Appointment) feeBreakdown(r *row, cur money.Currency, now time.Time) *FeeBreakdown {
	terms := r.Fee.Terms(now)
	tax, err := a.Tax(terms.Tax)
	if r.TotalPrice == 0 || err != nil {
		return nil
	}
	quoted, err := terms.QuoteTaxed("appointment", r.TotalPrice, tax, 0, cur)
	if err != nil {
		return nil
	}
	b := &FeeBreakdown{
		BaseAmount: money.Number{Minor: quoted.Base, Currency: cur}, PlatformFee: money.Number{Minor: quoted.Fee, Currency: cur},
		TaxAmount: money.Number{Minor: tax, Currency: cur}, TotalWithFee: money.Number{Minor: quoted.Total, Currency: cur}, FeeRate: quoted.Rate, FeePercentage: quoted.Rate.Percent() + "%",
		SubscriptionPlan: string(terms.Plan), Note: "The fee is added to payments online.",
	}
	if terms.Mode == subscriptions.FeeFromMerchant {
		b.Note = "The business bears the fee of payments online."
	}
	return b
}
