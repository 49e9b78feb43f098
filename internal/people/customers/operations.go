package customers

import (
	"context"
	"strings"
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

// Operations are what can be done with customers.
type Operations struct {
	db     *db.DB
	keys   *token.Keys
	tokens *token.Tokens
	hasher *token.Hasher
	guard  *signin.Guard
}

// Ten wrong passwords within a quarter of an hour lock an address for another.
const (
	maxFailures = 10
	lockTime    = 15 * time.Minute
)

// New returns the operations.
func New(d *db.DB, keys *token.Keys, tokens *token.Tokens, hasher *token.Hasher) *Operations {
	guard := signin.NewGuard(d, logins.Customer, maxFailures, lockTime, lockTime)
	return &Operations{db: d, keys: keys, tokens: tokens, hasher: hasher, guard: guard}
}

// business is what sign-in needs to know of a tenant.
type business struct {
	ID       id.ID  `db:"id"`
	Slug     string `db:"slug"`
	Name     string `db:"name"`
	Timezone string `db:"timezone"`
	Country  string `db:"country"`
}

func (b business) region() string { return Region(b.Country, b.Timezone) }

// businessColumns are the columns of business, of tenants t.
const businessColumns = `
	t.id, t.slug, t.name, t.timezone,
	coalesce((
		SELECT o.country FROM outlets o
		WHERE o.tenant_id = t.id AND o.deleted_at IS NULL
		ORDER BY o.is_default DESC, o.created_at
		LIMIT 1), '') AS country`

// findBusiness reads an active tenant by its slug, or answers tenants.ErrUnknown.
func (o *Operations) findBusiness(ctx context.Context, slug string) (business, error) {
	var found *db.Result[business]
	err := o.db.PlatformView(ctx, "find the business of a sign-in", func(tx *db.Tx) error {
		found = db.QueueOne[business](tx, `
			SELECT `+businessColumns+`
			FROM tenants t
			WHERE t.slug = $1 AND t.is_active AND t.deleted_at IS NULL`, strings.ToLower(strings.TrimSpace(slug)))
		return nil
	})
	if err != nil {
		return business{}, err
	}
	if !found.Found {
		return business{}, tenants.ErrUnknown
	}
	return found.Value, nil
}

// queueBusiness queues the transaction's own tenant.
func queueBusiness(tx *db.Tx) *db.Result[business] {
	return db.QueueOne[business](tx, `
		SELECT `+businessColumns+`
		FROM tenants t
		WHERE t.id = $1`, tx.Tenant())
}
