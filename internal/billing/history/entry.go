package history

import (
	"time"

	"reserva/internal/billing/payments"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Entry is a payment of the history. Money is text, as documented.
type Entry struct {
	ID                id.ID           `json:"id"`
	AltID             id.ID           `json:"_id" doc:"The same as id."`
	TenantID          id.ID           `json:"tenant_id"`
	CustomerID        *id.ID          `json:"customer_id"`
	AppointmentID     *id.ID          `json:"appointment_id"`
	InvoiceID         *id.ID          `json:"invoice_id"`
	SubscriptionID    *id.ID          `json:"subscription_id"`
	PaymentType       payments.Kind   `json:"payment_type" enum:"appointment,package,subscription,wallet_topup,refund,setup_fee"`
	Status            payments.Status `json:"status" enum:"pending,completed,failed,cancelled,refunded,needs_review"`
	Amount            money.Text      `json:"amount" example:"150000.00" doc:"Without the fee that the customer bears."`
	BaseAmount        money.Text      `json:"base_amount" example:"150000.00"`
	TaxAmount         money.Text      `json:"tax_amount" example:"0.00" doc:"On top of base_amount, of the business."`
	PlatformFee       money.Text      `json:"platform_fee" example:"12000.00"`
	PlatformFeeRate   string          `json:"platform_fee_rate" example:"0.08"`
	TotalAmount       money.Text      `json:"total_amount" example:"162000.00" doc:"What was paid."`
	WalletAmount      money.Text      `json:"wallet_amount" example:"0.00" doc:"What the customer's wallet pays of it, beside total_amount."`
	CreditedAmount    money.Text      `json:"credited_amount" example:"0.00" doc:"What of it went to the customer's wallet: a top-up, or what was not due any more when it came. total_amount and wallet_amount are platform_fee, merchant_amount and credited_amount; what is paid for the platform itself is all the platform's."`
	RefundedAmount    money.Text      `json:"refunded_amount" example:"0.00" doc:"What was given back, or is on its way back."`
	MerchantAmount    *money.Text     `json:"merchant_amount,omitempty" doc:"What the business receives; for staff."`
	Currency          money.Currency  `json:"currency"`
	ReferenceID       string          `json:"reference_id" example:"APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000"`
	Description       string          `json:"description" example:"Appointment on 2026-04-10 at 14:30"`
	PaymentMethod     string          `json:"payment_method" example:"qris"`
	PaymentChannel    string          `json:"payment_channel" example:"qris"`
	PaymentProvider   string          `json:"payment_provider" enum:"manual,paper_id,maya"`
	ProviderPaymentID *string         `json:"provider_payment_id" example:"0b9d3c1e-6a0f-4c6f-9d53-0a3d8e1f2b4c"`
	ReceiptNumber     string          `json:"receipt_number" example:"R-1042"`
	Notes             string          `json:"notes"`
	PaidAt            *time.Time      `json:"paid_at"`
	CreatedAt         time.Time       `json:"created_at"`
	UpdatedAt         time.Time       `json:"updated_at"`
}

// History is a part of a list of payments.
type History struct {
	Items   []Entry `json:"items"`
	Total   int     `json:"total" minimum:"0"`
	Skip    int     `json:"skip" minimum:"0" example:"0"`
	Limit   int     `json:"limit" example:"20"`
	HasMore bool    `json:"has_more"`
}

// row is a payment as it is stored.
type row struct {
	Tenant        id.ID           `db:"tenant_id"`
	ID            id.ID           `db:"id"`
	Kind          payments.Kind   `db:"payment_type"`
	Status        payments.Status `db:"status"`
	InvoiceID     *id.ID          `db:"invoice_id"`
	AppointmentID *id.ID          `db:"appointment_id"`
	CustomerID    *id.ID          `db:"customer_id"`
	Reference     string          `db:"reference_id"`
	Description   string          `db:"description"`
	Currency      money.Currency  `db:"currency"`
	Base          int64           `db:"base_amount"`
	Tax           int64           `db:"tax_amount"`
	Fee           int64           `db:"platform_fee"`
	FeeRate       money.Rate      `db:"platform_fee_rate"`
	Total         int64           `db:"total_amount"`
	Refunded      int64           `db:"refunded_amount"`
	TaxBack       int64           `db:"refunded_tax"`
	Merchant      int64           `db:"merchant_amount"`
	Method        string          `db:"payment_method"`
	Channel       string          `db:"payment_channel"`
	Provider      string          `db:"payment_provider"`
	ProviderID    *string         `db:"provider_payment_id"`
	Receipt       string          `db:"receipt_number"`
	Notes         string          `db:"notes"`
	PaidAt        *time.Time      `db:"paid_at"`
	CreatedAt     time.Time       `db:"created_at"`
	UpdatedAt     time.Time       `db:"updated_at"`
}

const columns = `p.tenant_id, p.id, p.payment_type, p.status, p.invoice_id, p.appointment_id, p.customer_id, p.reference_id, p.description, p.currency,
	p.base_amount, p.tax_amount, p.platform_fee, p.platform_fee_rate, p.total_amount, p.refunded_amount, p.refunded_tax, p.merchant_amount, p.payment_method, p.payment_channel,
	p.payment_provider, p.provider_payment_id, p.receipt_number, p.notes, p.paid_at, p.created_at, p.updated_at`

// wallet is what the customer's wallet pays of a payment, and what went there of one that
// has come in. The rest is the business's and the platform's.
func (p row) wallet() (paid, credited int64) {
	if p.Kind == payments.ForSubscription || p.Kind == payments.SetupFee {
		return 0, 0 // the platform has all of it
	}
	paid = p.Merchant + p.Fee - p.Total
	if paid >= 0 {
		return paid, 0
	}
	if p.Status != payments.Completed && p.Status != payments.Refunded {
		return 0, 0
	}
	return 0, -paid
}

// entry shows a payment; what the business receives is not the customer's to know.
func (p row) entry(toCustomer bool) Entry {
	amount := func(minor int64) money.Text { return money.Text{Minor: minor, Currency: p.Currency} }
	paid, credited := p.wallet()
	e := Entry{
		ID: p.ID, AltID: p.ID, TenantID: p.Tenant, CustomerID: p.CustomerID, AppointmentID: p.AppointmentID, InvoiceID: p.InvoiceID,
		PaymentType: p.Kind, Status: p.Status, Amount: amount(p.Base), BaseAmount: amount(p.Base), TaxAmount: amount(p.Tax),
		PlatformFee: amount(p.Fee), PlatformFeeRate: p.FeeRate.String(), TotalAmount: amount(p.Total),
		WalletAmount: amount(paid), CreditedAmount: amount(credited), RefundedAmount: amount(p.Refunded), Currency: p.Currency,
		ReferenceID: p.Reference, Description: p.Description, PaymentMethod: p.Method, PaymentChannel: p.Channel,
		PaymentProvider: p.Provider, ProviderPaymentID: p.ProviderID, ReceiptNumber: p.Receipt, Notes: p.Notes,
		PaidAt: utc(p.PaidAt), CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(),
	}
	if !toCustomer {
		merchant := amount(p.Merchant)
		e.MerchantAmount = &merchant
	}
	return e
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
