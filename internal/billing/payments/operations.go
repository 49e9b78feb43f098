package payments

import (
	"context"
	"log/slog"
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
)

// Config is what the operations need beside the database.
type Config struct {
	Gateway Gateway      // of the platform's account at Paper.id; nil where there is none
	Maya    Gateway      // of the platform's account at Maya; nil where there is none
	Log     *slog.Logger // nil is silence

	// ReturnURL is where a provider's page sends the payer back to, with the outcome
	// as the last segment of the path; empty: it does not.
	ReturnURL string

	// Own opens the account of a business that has one; nil where there are none.
	Own func(tenants.Credentials) (Gateway, error)
	// Keys open the secrets of those accounts.
	Keys *token.Keys
}

// Operations are what may be done with payments.
type Operations struct {
	db       *db.DB
	platform map[string]Gateway // the platform's accounts, by provider
	own      func(tenants.Credentials) (Gateway, error)
	keys     *token.Keys
	log      *slog.Logger
	booked   *appointments.Operations
	appliers map[Kind]Applier

	returnURL string
}

const (
	// gatewayTimeout is how long a request waits for the provider.
	gatewayTimeout = 15 * time.Second
	// draftGrace keeps the job that finishes drafts from working beside the request
	// that is making the link.
	draftGrace = time.Minute
	// draftPatience is how long a draft may wait for a provider that does not answer.
	draftPatience = time.Hour
	// lateGrace is how long the link of an appointment stays whose hold has lapsed: its customer may be
	// on the page at this moment.
	lateGrace = 15 * time.Minute
	// linkDays is how long a link can be paid, where nobody said otherwise.
	linkDays = 7
	// reconcileEvery and reconcileAfter bound how long a lost callback goes unnoticed.
	reconcileEvery = 10 * time.Minute
	reconcileAfter = 5 * time.Minute
)

// New makes the operations on a database.
func New(d *db.DB, c Config) *Operations {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	o := &Operations{
		db: d, platform: map[string]Gateway{}, own: c.Own, keys: c.Keys, log: c.Log, returnURL: c.ReturnURL,
		booked: appointments.New(d), appliers: map[Kind]Applier{},
	}
	for provider, gateway := range map[string]Gateway{PaperID: c.Gateway, Maya: c.Maya} {
		if gateway != nil {
			o.platform[provider] = gateway
		}
	}
	o.appliers[ForAppointment] = applyToAppointment
	o.appliers[WalletTopUp] = applyToWallet
	return o
}

// Subscribe has links finished and withdrawn, and lost callbacks made up for.
func Subscribe(r *jobs.Registry, o *Operations) {
	jobs.On(r, "payments", func(ctx context.Context, tenant id.ID, e drafted) error {
		return o.FinishDraft(ctx, tenant, e.InvoiceID)
	})
	jobs.On(r, "payments", func(ctx context.Context, tenant id.ID, e withdrawn) error {
		return o.WithdrawLink(ctx, tenant, e.InvoiceID)
	})
	jobs.On(r, "payments", func(ctx context.Context, tenant id.ID, e abandoned) error { return o.dropAbandoned(ctx, tenant, e) })
	jobs.On(r, "payments", func(ctx context.Context, tenant id.ID, e awaited) error { return o.askAwaited(ctx, tenant, e) })
	jobs.On(r, "payments", func(ctx context.Context, tenant id.ID, e appointments.CancelledEvent) error {
		return o.abandon(ctx, tenant, e.AppointmentID)
	})
	jobs.On(r, "payments", func(ctx context.Context, tenant id.ID, e appointments.NoShowEvent) error {
		return o.abandon(ctx, tenant, e.AppointmentID)
	})
	r.Every("payments.reconcile", reconcileEvery, o.Reconcile)
}

// HandleKind gives the payments of a kind, other than those for appointments, to the
// feature that they belong to. It is called while features are built.
func (o *Operations) HandleKind(kind Kind, apply Applier) { o.appliers[kind] = apply }
