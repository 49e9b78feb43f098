package refunds

import (
	"context"
	"log/slog"
	"time"

	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Operations are what may be done with refunds.
type Operations struct {
	db       *db.DB
	payments *payments.Operations
	log      *slog.Logger
}

const (
	// gatewayTimeout is how long a request waits for the provider.
	gatewayTimeout = 15 * time.Second
	// sendingLease keeps two servers from asking the provider for one refund at once.
	sendingLease = time.Minute
	// pursueEvery and pursueAfter bound how long a refund that is under way is not asked about.
	pursueEvery = 10 * time.Minute
	pursueAfter = 5 * time.Minute
	// pursuePage is how many refunds are asked about in one run, the longest waiting first.
	pursuePage = 200
)

// New makes the operations on a database; log may be nil.
func New(d *db.DB, p *payments.Operations, log *slog.Logger) *Operations {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Operations{db: d, payments: p, log: log}
}

// approved is published with each refund that the provider is to make, to be worked
// once the request that made it must be over.
type approved struct {
	RefundID id.ID `json:"refund_id"`
}

// EventName implements jobs.Event.
func (approved) EventName() string { return "refund.approved" }

// Subscribe has refunds finished that were cut off, or that take the provider long, and
// those asked for that the business owes without being asked.
func Subscribe(r *jobs.Registry, o *Operations) {
	jobs.On(r, "refunds", func(ctx context.Context, tenant id.ID, e approved) error { return o.Send(ctx, tenant, e.RefundID) })
	jobs.On(r, "refunds", func(ctx context.Context, tenant id.ID, e payments.SurplusEvent) error {
		return o.AskForSurplus(ctx, tenant, e.PaymentID)
	})
	r.Every("refunds.pursue", pursueEvery, o.Pursue)
}
