package tenants

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
	"reserva/internal/kit/token"
)

// Config is what the operations need beside the database.
type Config struct {
	// Keys seal the secrets of payment accounts.
	Keys *token.Keys
	// Plans say what the plan of a business allows.
	Plans Plans
	// PublicURL is where the server is reached, without a slash at its end;
	// uploaded logos are shown below it.
	PublicURL string
	// CallbackToken is what the operator asks callbacks of Paper.id for; empty: nothing.
	CallbackToken string
	// Connect is told of each account at a payment provider that was stored, after the
	// commit, so that the first payment finds it ready. It is bounded by connectPatience;
	// what it cannot do is done by whoever hears the GatewaySetEvent. Nil: only that.
	Connect func(ctx context.Context, tenant id.ID, provider string, account id.ID)
}

// connectPatience bounds what is asked of a provider before an account that was
// stored is answered with.
const connectPatience = 5 * time.Second

// Plans is what this package asks about plans, by their stored names. Package
// subscriptions answers.
type Plans interface {
	// OwnCategories reports whether the plan allows category templates other than
	// those that a business begins with.
	OwnCategories(plan string) bool
	// FeeRates are the platform's share of payments on the plan of the transaction's
	// tenant, and the one that the next payment is charged.
	FeeRates(ctx context.Context, tx *db.Tx) (ofPlan, effective money.Rate, err error)
}

// Operations are what may be done with tenants.
type Operations struct {
	db     *db.DB
	config Config
}

// New makes the operations on a database.
func New(d *db.DB, c Config) *Operations { return &Operations{db: d, config: c} }

// Subscribe has secrets sealed under new keys.
func Subscribe(r *jobs.Registry, o *Operations) { r.Every("tenants.reseal", 12*time.Hour, o.Reseal) }

// Mine is a tenant with its outlets.
type Mine struct {
	Tenant
	Outlets []OutletRef `json:"outlets"`
}

// Mine reads the caller's own tenant.
func (o *Operations) Mine(ctx context.Context, who access.Staff) (Mine, error) {
	var mine Mine
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		outlets := queueOutlets(tx)
		tenant, err := Load(ctx, tx, who.Tenant)
		mine = Mine{Tenant: tenant, Outlets: outlets.Rows}
		return err
	})
	return mine, err
}

// Get reads a tenant: a super admin any, everybody else their own. It fails with
// ErrOther and ErrUnknown.
func (o *Operations) Get(ctx context.Context, who access.Staff, tenant id.ID) (Tenant, error) {
	if err := reach(who, tenant); err != nil {
		return Tenant{}, err
	}
	var out Tenant
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		out, err = Load(ctx, tx, tenant)
		return err
	})
	return out, err
}

// Card reads the business card of an active tenant. It fails with ErrUnknown.
func (o *Operations) Card(ctx context.Context, slug string) (Card, error) {
	var card Card
	err := o.db.PlatformView(ctx, "public business card", func(tx *db.Tx) (err error) {
		card, err = findCard(ctx, tx, slug)
		return err
	})
	return card, err
}

// reach keeps everybody but super admins in their own tenant. Here, and only
// here, another's is 403 rather than 404, as documented.
func reach(who access.Staff, tenant id.ID) error {
	if who.Role != access.SuperAdmin && tenant != who.Tenant {
		return ErrOther
	}
	return nil
}
