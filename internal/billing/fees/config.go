package fees

import (
	"context"
	"fmt"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Operations are what may be done with the platform's fee.
type Operations struct{ db *db.DB }

// New makes the operations on a database.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// Config is what is taken on each plan.
type Config struct {
	Plans []PlanFee `json:"plans"`
}

// PlanFee is what is taken on a plan.
type PlanFee struct {
	Plan        string         `json:"plan" enum:"FREE,PRO,ENTERPRISE"`
	Enabled     bool           `json:"enabled" example:"true"`
	Rate        money.Rate     `json:"rate" example:"0.08"`
	MinFee      *money.Number  `json:"min_fee" example:"1000" doc:"For payments in currency; null for none."`
	MaxFee      *money.Number  `json:"max_fee" example:"50000" doc:"For payments in currency; null for none."`
	Currency    money.Currency `json:"currency" example:"IDR"`
	ExemptTypes []string       `json:"exempt_types" example:"[\"package\",\"setup_fee\",\"subscription\"]"`
	UpdatedAt   *time.Time     `json:"updated_at" doc:"Null where the documented rate was never changed."`
}

// ConfigChange changes some plans.
type ConfigChange struct {
	Plans []PlanChange `json:"plans" minItems:"1" maxItems:"3"`
}

// PlanChange is a partial update of a plan's fee.
type PlanChange struct {
	Plan        string                   `json:"plan" enum:"FREE,PRO,ENTERPRISE"`
	Enabled     opt.Field[bool]          `json:"enabled,omitzero" example:"true"`
	Rate        opt.Field[money.Rate]    `json:"rate,omitzero" example:"0.07" doc:"A share between 0 and 1, with at most six digits."`
	MinFee      opt.Field[money.Decimal] `json:"min_fee,omitzero" example:"1000" doc:"In IDR; null for none."`
	MaxFee      opt.Field[money.Decimal] `json:"max_fee,omitzero" example:"50000" doc:"In IDR; null for none."`
	ExemptTypes *[]string                `json:"exempt_types,omitempty" maxItems:"3" enum:"appointment,wallet_topup,package" example:"[\"package\"]" doc:"Kinds that are free of it, beside package, setup_fee and subscription, which always are."`
}

// stored is a row of plan_fees.
type stored struct {
	Plan string `db:"plan"`
	subscriptions.FeeRules
	UpdatedAt time.Time `db:"updated_at"`
}

// Config reads what is taken on all plans.
func (o *Operations) Config(ctx context.Context) (Config, error) {
	var out Config
	err := o.db.PlatformView(ctx, "the fees of all plans", func(tx *db.Tx) (err error) {
		out, err = config(ctx, tx)
		return err
	})
	return out, err
}

func config(ctx context.Context, tx *db.Tx) (Config, error) {
	rows, err := db.All[stored](ctx, tx, `
		SELECT plan, enabled, rate, min_fee, max_fee, currency, exempt_types, updated_at
		FROM plan_fees`)
	if err != nil {
		return Config{}, err
	}
	out := Config{Plans: []PlanFee{}}
	for _, plan := range subscriptions.Plans() {
		var set *subscriptions.FeeRules
		var updated *time.Time
		for _, r := range rows {
			if r.Plan == string(plan) {
				at := r.UpdatedAt.UTC()
				set, updated = &r.FeeRules, &at
			}
		}
		out.Plans = append(out.Plans, shown(plan, plan.FeeRules(set), updated))
	}
	return out, nil
}

func shown(plan subscriptions.Plan, r subscriptions.FeeRules, updated *time.Time) PlanFee {
	return PlanFee{
		Plan: string(plan), Enabled: r.Enabled, Rate: money.Rate(r.Rate), MinFee: number(r.Min, r.Currency), MaxFee: number(r.Max, r.Currency),
		Currency: r.Currency, ExemptTypes: r.Exempt, UpdatedAt: updated,
	}
}

func number(minor *int64, c money.Currency) *money.Number {
	if minor == nil {
		return nil
	}
	return &money.Number{Minor: *minor, Currency: c}
}

// SetConfig changes what is taken on some plans from now on. What was asked for
// keeps its fee.
func (o *Operations) SetConfig(ctx context.Context, who access.Staff, in ConfigChange) (Config, error) {
	var out Config
	err := o.db.Platform(ctx, "change the fees of plans", func(tx *db.Tx) error {
		tx.Alone("plan fees")
		old, err := config(ctx, tx)
		if err != nil {
			return err
		}
		next := slices.Clone(old.Plans)
		for n, change := range in.Plans {
			i := slices.IndexFunc(next, func(p PlanFee) bool { return p.Plan == change.Plan })
			if next[i], err = change.apply(next[i], fmt.Sprintf("plans.%d.", n)); err != nil {
				return err
			}
			store(tx, next[i])
		}
		if out, err = config(ctx, tx); err != nil {
			return err
		}
		audit.RecordIn(tx, who.Tenant, who, "platform_fee.config_changed", "platform_fee_config", who.Tenant, old, out)
		return nil
	})
	return out, err
}

func store(tx *db.Tx, p PlanFee) {
	tx.Exec(`
		INSERT INTO plan_fees (plan, enabled, rate, min_fee, max_fee, currency, exempt_types, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (plan) DO UPDATE
		SET enabled = EXCLUDED.enabled, rate = EXCLUDED.rate, min_fee = EXCLUDED.min_fee, max_fee = EXCLUDED.max_fee,
			currency = EXCLUDED.currency, exempt_types = EXCLUDED.exempt_types, updated_at = EXCLUDED.updated_at`,
		p.Plan, p.Enabled, int64(p.Rate), minor(p.MinFee), minor(p.MaxFee), string(p.Currency), p.ExemptTypes, tx.Now())
}

func minor(n *money.Number) *int64 {
	if n == nil {
		return nil
	}
	return &n.Minor
}

// apply returns the fee with the changes. It names the first field that is wrong, at
// where the change is.
func (c PlanChange) apply(p PlanFee, at string) (PlanFee, error) {
	for field, null := range map[string]bool{"enabled": c.Enabled.Null, "rate": c.Rate.Null} {
		if null {
			return p, fault.InvalidField(at+field, "cannot be null")
		}
	}
	c.Enabled.Apply(&p.Enabled)
	c.Rate.Apply(&p.Rate)
	for _, bound := range []struct {
		name string
		in   opt.Field[money.Decimal]
		to   **money.Number
	}{{"min_fee", c.MinFee, &p.MinFee}, {"max_fee", c.MaxFee, &p.MaxFee}} {
		switch {
		case bound.in.Null:
			*bound.to = nil
		case bound.in.Set:
			amount, err := bound.in.Value.NonNegativeMinor(p.Currency)
			if err != nil {
				return p, fault.InvalidField(at+bound.name, "must be an amount of "+string(p.Currency)+", not below 0")
			}
			*bound.to = &money.Number{Minor: amount, Currency: p.Currency}
		}
	}
	if p.MinFee != nil && p.MaxFee != nil && p.MinFee.Minor > p.MaxFee.Minor {
		return p, fault.InvalidField(at+"max_fee", "must not be below min_fee")
	}
	if c.ExemptTypes != nil {
		p.ExemptTypes = *c.ExemptTypes
	}
	return p, nil
}
