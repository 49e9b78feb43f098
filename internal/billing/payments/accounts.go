package payments

import (
	"context"
	"errors"
	"time"

	"reserva/internal/billing/invoices"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// account is where a payment is collected.
type account struct {
	Gateway
	provider string
	own      *id.ID // the business's own; nil for the platform's
}

// collector finds the account that collects the next payment of the transaction's
// tenant in a currency: one of its own that is enabled, else one of the platform's.
// It fails with ErrCurrency where there are accounts and none takes the currency, and
// with ErrNoProvider where there is none at all.
func (o *Operations) collector(ctx context.Context, tx *db.Tx, currency money.Currency) (account, error) {
	own := tenants.QueueGateways(tx)
	if err := tx.Flush(ctx); err != nil {
		return account{}, err
	}
	refusal := error(ErrNoProvider)
	for _, ref := range own.Rows {
		gateway, err := o.openOwn(ctx, tx, ref.ID)
		if err != nil {
			return account{}, err
		}
		if gateway.Takes(currency) {
			return account{gateway, ref.Provider, &ref.ID}, nil
		}
		refusal = ErrCurrency
	}
	collects, err := o.platformCollector(currency)
	if errors.Is(err, ErrNoProvider) {
		err = refusal
	}
	return collects, err
}

// platformCollector is the platform's account that collects a currency. It fails as
// collector does.
func (o *Operations) platformCollector(currency money.Currency) (account, error) {
	refusal := error(ErrNoProvider)
	for _, provider := range []string{PaperID, Maya} {
		gateway := o.platform[provider]
		if gateway == nil {
			continue
		}
		if gateway.Takes(currency) {
			return account{Gateway: gateway, provider: provider}, nil
		}
		refusal = ErrCurrency
	}
	return account{}, refusal
}

// at is the account that was asked to collect an invoice, whatever the business uses
// now. It fails with ErrNoProvider.
func (o *Operations) at(ctx context.Context, tenant id.ID, s invoices.Stored) (Gateway, error) {
	if s.GatewayID == nil {
		return o.atPlatform(s)
	}
	var gateway Gateway
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		gateway, err = o.openOwn(ctx, tx, *s.GatewayID)
		return err
	})
	return gateway, err
}

// within is at in a transaction. The account is opened, and not asked there.
func (o *Operations) within(ctx context.Context, tx *db.Tx, s invoices.Stored) (Gateway, error) {
	if s.GatewayID == nil {
		return o.atPlatform(s)
	}
	return o.openOwn(ctx, tx, *s.GatewayID)
}

func (o *Operations) atPlatform(s invoices.Stored) (Gateway, error) {
	if gateway := o.platform[s.Provider]; gateway != nil {
		return gateway, nil
	}
	return nil, ErrNoProvider
}

func (o *Operations) openOwn(ctx context.Context, tx *db.Tx, own id.ID) (Gateway, error) {
	if o.own == nil {
		return nil, ErrNoProvider
	}
	credentials, err := tenants.OpenGateway(ctx, tx, o.keys, own)
	if err != nil {
		return nil, err
	}
	return o.own(credentials)
}

// terms are the platform's share of what the account collects at a time: at its own
// account a business owes none.
func (a account) terms(basis subscriptions.FeeBasis, at time.Time) subscriptions.FeeTerms {
	terms := basis.Terms(at)
	if a.own != nil {
		return terms.Free()
	}
	return terms
}

// number is what the provider knows an invoice by, unique for ever: the documented
// reference of the payment, or, since Maya takes at most 36 characters, the invoice's
// own id.
func (a account) number(reference string, invoice id.ID) string {
	if a.provider == Maya {
		return "INV-" + string(invoice)
	}
	return reference
}
