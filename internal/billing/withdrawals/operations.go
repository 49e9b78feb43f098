package withdrawals

import (
	"context"
	"log/slog"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
)

// Config are the terms of withdrawals.
type Config struct {
	// AvailableAfter is how long earnings are pending; 0 means a day, negative none.
	AvailableAfter time.Duration
	// Minimum is the least that is withdrawn at once, in rupiah; 0 means 50,000.
	Minimum int64
	// Fee is what a withdrawal costs, in rupiah.
	Fee int64
	// Payouts pays out rupiah; nil where the operator does it by hand, as in any other currency.
	Payouts Payouts
	// Keys seal the numbers of bank accounts and hash codes.
	Keys *token.Keys
	Log  *slog.Logger // nil is silence
}

const (
	defaultDelay   = 24 * time.Hour
	defaultMinimum = 50_000
	// cancelWindow is how long a withdrawal waits before the provider is asked, so
	// that it can be cancelled.
	cancelWindow = 20 * time.Second
	// payoutTimeout bounds a call of the provider.
	payoutTimeout = 30 * time.Second
	// patience is how long the provider may not know a reference that it was sent,
	// before the same reference is sent again.
	patience = 15 * time.Minute
	// reconcileEvery and reconcileAfter bound how long a lost callback goes unnoticed.
	reconcileEvery = 10 * time.Minute
	reconcileAfter = 5 * time.Minute
)

// Operations are what may be asked of earnings.
type Operations struct {
	db      *db.DB
	delay   time.Duration
	minimum int64
	fee     int64
	payouts Payouts
	keys    *token.Keys
	log     *slog.Logger
}

// New makes the operations on a database.
func New(d *db.DB, c Config) *Operations {
	o := &Operations{db: d, delay: c.AvailableAfter, minimum: c.Minimum, fee: c.Fee, payouts: c.Payouts, keys: c.Keys, log: c.Log}
	if o.delay == 0 {
		o.delay = defaultDelay
	}
	o.delay = max(o.delay, 0)
	if o.minimum == 0 {
		o.minimum = defaultMinimum
	}
	if o.log == nil {
		o.log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Subscribe has withdrawals paid out, and lost callbacks made up for.
func Subscribe(r *jobs.Registry, o *Operations) {
	jobs.On(r, "withdrawals", func(ctx context.Context, tenant id.ID, e requested) error {
		return o.PayOut(ctx, tenant, e.WithdrawalID)
	})
	r.Every("withdrawals.reconcile", reconcileEvery, o.Reconcile)
	r.Every("withdrawals.tidy", time.Hour, o.TidyCodes)
	r.Every("withdrawals.reseal", 12*time.Hour, o.Reseal)
}

// requested is published with each withdrawal, to be worked once it cannot be
// cancelled any more.
type requested struct {
	WithdrawalID id.ID `json:"withdrawal_id"`
}

// Reported is published when a callback of the provider, which webhooks stored, says
// something about a withdrawal.
type Reported struct {
	Tenant       id.ID `json:"withdrawal_tenant"`
	WithdrawalID id.ID `json:"withdrawal_id"`
	EventID      id.ID `json:"event_id"`
}

// The names are stored with jobs.
func (requested) EventName() string { return "withdrawal.requested" }
func (Reported) EventName() string  { return "withdrawal.reported" }
