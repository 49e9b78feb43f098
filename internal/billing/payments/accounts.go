package payments

import (
	"context"

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
	own *id.ID // the business's own; nil for the platform's
}

// collector finds the account that collects the next payment of the transaction's
// tenant: its own where it has one that is enabled, else the platform's. It fails
// with ErrNoProvider.
func (o *Operations) collector(ctx context.Context, tx *db.Tx) (account, error) {
	own := tenants.QueueGateway(tx)
	if err := tx.Flush(ctx); err != nil {
		return account{}, err
	}
	if own.Found {
		gateway, err := o.openOwn(ctx, tx, own.Value)
		return account{gateway, &own.Value}, err
	}
	if o.platform == nil {
		return account{}, ErrNoProvider
	}
	return account{Gateway: o.platform}, nil
}

// at is the account that was asked to collect an invoice, whatever the business uses
// now. It fails with ErrNoProvider.
func (o *Operations) at(ctx context.Context, tenant id.ID, s invoices.Stored) (Gateway, error) {
	if s.GatewayID == nil {
		if o.platform == nil {
			return nil, ErrNoProvider
		}
		return o.platform, nil
	}
	var gateway Gateway
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		gateway, err = o.openOwn(ctx, tx, *s.GatewayID)
		return err
	})
	return gateway, err
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

// rate is the platform's share of what the account collects: at its own account a
// business owes none.
func (a account) rate(t tenants.Tenant) money.Rate {
	if a.own != nil {
		return 0
	}
	return t.FeeRate(subscriptions.Plan(t.Subscription.PlanType).FeeRate())
}
