package users

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Gateway is the payment gateway, of which registration needs one thing: an
// account for the business. It is implemented by billing. Asked twice for one
// tenant it may answer with the partner that it has.
type Gateway interface {
	CreatePartner(ctx context.Context, in PartnerRequest) (partnerID string, err error)
}

// PartnerRequest is what the gateway needs to know of a business.
type PartnerRequest struct {
	TenantID id.ID
	Slug     string
	Name     string
	Email    string
	Phone    string // E.164 where the number could be read
}

const (
	// partnerTimeout is how long a registration waits for the gateway.
	partnerTimeout = 5 * time.Second
	// partnerGrace keeps the job from asking the gateway beside the registration
	// that is asking it.
	partnerGrace = 30 * time.Second
)

// partnerNow asks the gateway while the client waits, and stores its answer. Nil
// is no answer: the job asks again.
func (o *Operations) partnerNow(ctx context.Context, tenant id.ID, d tenants.Draft) *string {
	if o.gateway == nil {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, partnerTimeout)
	defer cancel()
	partner, err := o.gateway.CreatePartner(bounded, PartnerRequest{
		TenantID: tenant, Slug: d.Slug, Name: d.Name, Email: d.Email, Phone: d.Phone,
	})
	if err == nil {
		// What the gateway made is kept even if the client has gone.
		err = o.storePartner(context.WithoutCancel(ctx), tenant, partner)
	}
	if err != nil {
		o.log.WarnContext(ctx, "no gateway partner yet", slog.String("tenant", string(tenant)), slog.Any("error", err))
		return nil
	}
	return &partner
}

// finishPartner is the job that asks the gateway for a partner where registration
// got none. The first partner that is stored stays; a business that was deleted in
// between needs none.
func (o *Operations) finishPartner(ctx context.Context, _ id.ID, e tenants.Registered) error {
	if o.gateway == nil {
		return nil
	}
	var tenant tenants.Tenant
	err := o.db.View(ctx, e.TenantID, func(tx *db.Tx) (err error) {
		tenant, err = tenants.Load(ctx, tx, e.TenantID)
		return err
	})
	if errors.Is(err, tenants.ErrUnknown) {
		return nil
	}
	if err != nil || tenant.ClientPartnerID != nil {
		return err
	}
	partner, err := o.gateway.CreatePartner(ctx, PartnerRequest{
		TenantID: tenant.ID, Slug: tenant.Slug, Name: tenant.Name, Email: tenant.Email, Phone: tenant.Phone,
	})
	if err != nil {
		return err
	}
	return o.storePartner(ctx, e.TenantID, partner)
}

func (o *Operations) storePartner(ctx context.Context, tenant id.ID, partner string) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		tenants.SetPartner(tx, tenant, partner)
		return nil
	})
}
