package payments

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
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

// ErrWalletLimit is a top-up that the wallet would be too full with.
var ErrWalletLimit = fault.New(fault.BadRequest, "wallet.limit", "A wallet does not hold that much.")

// TopUp is a customer's wish to put money into their wallet.
type TopUp struct {
	TenantID           *id.ID         `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's."`
	Amount             money.Decimal  `json:"amount" example:"100000" doc:"What the wallet gets. The platform's fee is paid on top, and never again when it is spent."`
	Currency           money.Currency `json:"currency,omitempty" doc:"That of the business, when absent; no other is taken."`
	SendEmail          *bool          `json:"send_email,omitempty" doc:"Whether the payment provider mails the link; yes when absent."`
	SendWhatsApp       bool           `json:"send_whatsapp,omitempty"`
	SendSMS            bool           `json:"send_sms,omitempty"`
	SuccessRedirectURL string         `json:"success_redirect_url,omitempty" maxLength:"500" format:"uri" doc:"Where Maya's page leads back to once it is paid. Paper.id's page does not lead back."`
}

// ToppedUp is the answer to a TopUp.
type ToppedUp struct {
	Status      string        `json:"status" enum:"payment_link_created"`
	Message     string        `json:"message" example:"The payment link is ready."`
	Invoice     LinkInvoice   `json:"invoice"`
	PaymentLink *LinkPage     `json:"payment_link"`
	Payment     LinkPayment   `json:"payment"`
	NextSteps   []string      `json:"next_steps" example:"[\"Open the payment link and choose how to pay.\"]"`
	Amounts     LinkedAmounts `json:"amounts"`
}

// walletLimit is the most that a wallet holds, in minor units: what the central banks of
// Indonesia and of the Philippines let such wallets hold, elsewhere 10,000 whole units.
func walletLimit(c money.Currency) int64 {
	switch c {
	case money.IDR:
		return 20_000_000
	case money.PHP:
		return 100_000_00
	}
	limit := int64(10_000)
	for range c.Exponent() {
		limit *= 10
	}
	return limit
}

// TopUpWallet makes a link on which a customer can put money into their wallet. It is
// collected at the platform's account, also where the business has its own: what is in
// a wallet the platform holds. An open top-up of the customer is replaced. Faults:
// appointments.ErrForeignTenant, ErrCurrency, ErrWalletLimit, ErrLinkPending,
// ErrProvider, ErrUnfinished, ErrNoProvider.
func (o *Operations) TopUpWallet(ctx context.Context, who access.Customer, in TopUp) (ToppedUp, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return ToppedUp{}, appointments.ErrForeignTenant
	}
	if err := checkRedirect(in.SuccessRedirectURL); err != nil {
		return ToppedUp{}, err
	}
	var invoice id.ID
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		invoice, err = o.draftTopUp(ctx, tx, who, in)
		return err
	})
	if err != nil {
		return ToppedUp{}, err
	}
	if err := o.ask(ctx, who.Tenant, invoice); err != nil {
		return ToppedUp{}, errors.Join(err, o.db.GiveBack(ctx))
	}
	return o.toppedUp(ctx, who, invoice)
}

// draftTopUp stores the invoice with its pending payment, and the job that finishes it.
func (o *Operations) draftTopUp(ctx context.Context, tx *db.Tx, who access.Customer, in TopUp) (id.ID, error) {
	tenant, err := tenants.Load(ctx, tx, who.Tenant)
	if err != nil {
		return "", err
	}
	currency := tenant.Settings.Currency
	if in.Currency != "" && in.Currency != currency {
		return "", ErrCurrency
	}
	amount, err := in.Amount.NonNegativeMinor(currency)
	if err != nil || amount == 0 || in.Amount.Finer(currency) {
		return "", fault.InvalidField("amount", "must be greater than 0 and an amount of the currency of the business")
	}
	collects, err := o.platformCollector(currency)
	if err != nil {
		return "", err
	}
	if err := replaceTopUp(ctx, tx, who); err != nil {
		return "", err
	}
	if err := roomFor(ctx, tx, who, amount, currency); err != nil {
		return "", err
	}
	fee, err := subscriptions.LoadFee(ctx, tx)
	if err != nil {
		return "", err
	}
	fee.Mode = subscriptions.FeeFromCustomer
	a, err := quote(amount, 0, 0, fee, WalletTopUp, currency)
	if err != nil {
		return "", fmt.Errorf("quote %d %s: %w", amount, currency, err)
	}
	send := Channels{Email: in.SendEmail == nil || *in.SendEmail, WhatsApp: in.SendWhatsApp, SMS: in.SendSMS}
	features := subscriptions.Plan(tenant.Subscription.PlanType).Features()
	send.WhatsApp, send.SMS = send.WhatsApp && features.WhatsAppNotifications, send.SMS && features.SMSNotifications
	metadata := map[string]any{"kind": string(WalletTopUp), "send": send.Names()}
	if in.SuccessRedirectURL != "" {
		metadata["success_redirect_url"] = in.SuccessRedirectURL
	}
	now := tx.Now()
	invoice, payment, issued := id.NewAt(now), id.NewAt(now), civil.Of(now, tenant.Settings.Location())
	reference := fmt.Sprintf("TOP-%s-%s-%s", who.ID, now.Format("20060102150405"), payment[18:])
	invoices.Create(tx, invoices.New{
		ID: invoice, Type: invoices.ForTopUp, ProviderNumber: collects.number(reference, invoice), Customer: &who.ID, Provider: collects.provider,
		Lines:    []invoices.Line{{Description: topUpText, Quantity: 1, UnitPrice: amount, Amount: amount}},
		Currency: currency, Subtotal: amount, Fee: a.Fee, FeeRate: a.Rate, Total: a.Total,
		IssueDate: issued, DueDate: issued.AddDays(linkDays), Metadata: metadata,
	})
	p := stored{
		ID: payment, Kind: WalletTopUp, Status: Pending, InvoiceID: &invoice, CustomerID: &who.ID, Reference: reference, Description: topUpText,
		Currency: currency, Base: amount, Fee: a.Fee, FeeRate: a.Rate, Total: a.Total, Provider: collects.provider,
	}
	insert(tx, p)
	audit.Record(tx, who, "payment.requested", "payment", payment, nil, auditOf(p))
	jobs.PublishAt(tx, drafted{InvoiceID: invoice}, now.Add(draftGrace))
	return invoice, nil
}

const topUpText = "Wallet top-up"

// roomFor refuses what would make the wallet fuller than it may be.
func roomFor(ctx context.Context, tx *db.Tx, who access.Customer, amount int64, currency money.Currency) error {
	limit := walletLimit(currency)
	has, err := ledger.BalanceOf(ctx, tx, ledger.Wallet(who.ID), currency)
	if err != nil {
		return err
	}
	if amount > limit || has+amount > limit {
		return ErrWalletLimit.WithExtra(map[string]any{
			"limit": money.Number{Minor: limit, Currency: currency}, "available_balance": money.Number{Minor: has, Currency: currency},
		})
	}
	return nil
}

// replaceTopUp takes the customer's open top-ups out of the way. One that is being made
// at this moment is ErrLinkPending. It locks the customer, so that of two requests at once
// the second sees what the first has made.
func replaceTopUp(ctx context.Context, tx *db.Tx, who access.Customer) error {
	tx.Exec(`SELECT 1 FROM customers WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE`, tx.Tenant(), who.ID)
	open, err := invoices.OpenTopUps(ctx, tx, who.ID)
	if err != nil {
		return err
	}
	for _, s := range open {
		if s.Status == invoices.Draft {
			return ErrLinkPending.WithRetryAfter(draftGrace / 12)
		}
		if err := drop(ctx, tx, who, s, Cancelled, "replaced by a new link"); err != nil {
			return err
		}
	}
	return nil
}

// toppedUp shows a link that was just made.
func (o *Operations) toppedUp(ctx context.Context, who access.Customer, invoice id.ID) (ToppedUp, error) {
	var s invoices.Stored
	var p stored
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		if s, err = invoices.Lock(ctx, tx, invoice); err != nil {
			return err
		}
		p, err = lockOfInvoice(ctx, tx, invoice)
		return err
	})
	switch {
	case err != nil:
		return ToppedUp{}, err
	case s.Status == invoices.Cancelled:
		return ToppedUp{}, ErrLinkPending // replaced by another at this moment
	}
	return ToppedUp{
		Status: "payment_link_created", Message: "The payment link is ready.", Invoice: linkInvoice(s), PaymentLink: linkPage(s, appointments.Due{}),
		Payment:   LinkPayment{ID: p.ID, AltID: p.ID, Status: p.Status, ReferenceID: p.Reference, AwaitingCustomerPayment: p.Status == Pending},
		NextSteps: []string{"Open the payment link and choose how to pay.", "The wallet is credited as soon as the payment has arrived."},
		Amounts:   linkedAmounts(s),
	}, nil
}

// applyToWallet is the Applier of top-ups: all of it is wanted, in the wallet.
func applyToWallet(context.Context, *db.Tx, invoices.Stored) (func(int64) (int64, error), error) {
	return func(base int64) (int64, error) { return base, nil }, nil
}
