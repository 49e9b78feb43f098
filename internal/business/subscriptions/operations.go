package subscriptions

import (
	"context"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
)

// Operations are what may be done with subscriptions.
type Operations struct{ db *db.DB }

// New makes the operations on a database, and lets periods roll on.
func New(d *db.DB, r *jobs.Registry) *Operations {
	o := &Operations{db: d}
	r.Every("subscriptions.roll", time.Hour, o.Roll)
	return o
}

// Catalogue lists the plans, seen from the caller's. With asLines, features are
// lines of text instead of a block of switches.
func (o *Operations) Catalogue(ctx context.Context, who access.Staff, asLines bool) (Catalogue, error) {
	current, err := o.current(ctx, who, nil)
	return catalogue(current.Plan, asLines), err
}

// Current reads the caller's subscription and what is used of it.
func (o *Operations) Current(ctx context.Context, who access.Staff) (Subscription, error) {
	var out Subscription
	_, err := o.current(ctx, who, func(tx *db.Tx, c Current, u use) { out = c.subscription(who.Tenant, u, tx.Now()) })
	return out, err
}

// Usage tells how near the caller's tenant is to the limits of its plan.
func (o *Operations) Usage(ctx context.Context, who access.Staff) (Usage, error) {
	var out Usage
	_, err := o.current(ctx, who, func(_ *db.Tx, c Current, u use) { out = c.usage(who.Tenant, u) })
	return out, err
}

// current reads the subscription and, where asked for, everything that it limits.
func (o *Operations) current(ctx context.Context, who access.Staff, show func(*db.Tx, Current, use)) (Current, error) {
	var current Current
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		row, err := db.One[Current](ctx, tx, currentSQL, tx.Tenant())
		if err != nil || show == nil {
			current = row
			return err
		}
		used := row.queueUse(tx)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		show(tx, row, used)
		return nil
	})
	return current, err
}

// SetPlan puts a tenant on a plan at once, by the operator's word and without an
// invoice. What is above a smaller plan's limits stays; nothing can be added to
// it. It fails with ErrUnknown and ErrPlan.
func (o *Operations) SetPlan(ctx context.Context, who access.Actor, slug, name string) error {
	plan, ok := ParsePlan(name)
	if !ok {
		return ErrPlan
	}
	return o.db.Platform(ctx, "set the plan of a tenant", func(tx *db.Tx) error {
		row, err := findBySlug(ctx, tx, strings.ToLower(strings.TrimSpace(slug)))
		if err != nil {
			return err
		}
		setPlan(tx, row.TenantID, row.Current, plan)
		audit.RecordIn(tx, row.TenantID, who, "subscription.plan_set", "subscription", row.ID,
			map[string]Plan{"plan": row.Plan}, map[string]Plan{"plan": plan})
		return nil
	})
}

// Roll begins the next period of subscriptions whose period is over.
func (o *Operations) Roll(ctx context.Context) error {
	return o.db.Platform(ctx, "roll subscription periods", func(tx *db.Tx) error {
		roll(tx)
		return nil
	})
}
