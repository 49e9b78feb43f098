package webhooks

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/billing/maya"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/withdrawals"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Operations take callbacks and have them worked.
type Operations struct {
	db       *db.DB
	payments *payments.Operations
	config   Config
	log      *slog.Logger
}

// New makes the operations on a database. A nil log is silence.
func New(d *db.DB, p *payments.Operations, c Config, log *slog.Logger) *Operations {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Operations{db: d, payments: p, config: c, log: log}
}

const (
	provider = "paper_id"
	// secondLook is when the provider is asked once more about a payment that its
	// callback told of and its own books did not show yet.
	secondLook = 30 * time.Second
	// registerEvery is how often the registrations at Maya are looked after, beside each
	// start of the server.
	registerEvery = 12 * time.Hour
	// keep is how long the text of callbacks stays.
	keep = 180 * 24 * time.Hour
)

// Subscribe has callbacks worked, and old ones removed.
func Subscribe(r *jobs.Registry, o *Operations) {
	jobs.On(r, "settle", func(ctx context.Context, _ id.ID, e Received) error { return o.Work(ctx, e) })
	jobs.On(r, "withdrawals", func(ctx context.Context, _ id.ID, e withdrawals.Reported) error { return o.WorkPayout(ctx, e) })
	jobs.On(r, "maya", func(ctx context.Context, tenant id.ID, e tenants.GatewaySetEvent) error {
		return o.connect(ctx, tenant, e.Provider, e.GatewayID)
	})
	r.Every("maya.webhooks", registerEvery, o.RegisterAtMaya)
	r.Every("webhooks.tidy", 24*time.Hour, o.Tidy)
}

// Received is published with each callback that may have to do with money of ours.
type Received struct {
	EventID   id.ID `json:"event_id"`
	Tenant    id.ID `json:"invoice_tenant"`
	InvoiceID id.ID `json:"invoice_id"`
	Again     bool  `json:"again,omitempty"`
}

// EventName implements jobs.Event.
func (Received) EventName() string { return "webhook.received" }

// What becomes of a callback at first.
const (
	Accepted  = "accepted"
	Duplicate = "duplicate"
	Ignored   = "ignored"
)

// callback is one delivery.
type callback struct {
	route  string
	guard  guard
	tenant *id.ID // of the path; nil on the other routes
	proof  proof
	who    access.Visitor
}

// receive verifies and stores a callback, and says what becomes of it. Faults:
// ErrUnverified, ErrMalformed, tenants.ErrUnknown.
func (o *Operations) receive(ctx context.Context, c callback) (string, error) {
	if err := o.config.verify(c.guard, c.proof); err != nil {
		return "", err
	}
	said, err := paperid.ParseCallback(c.proof.body)
	if errors.Is(err, paperid.ErrMalformedCallback) {
		return "", ErrMalformed.WithCause(err)
	}
	if err != nil {
		said = paperid.Callback{Kind: "unknown"}
	}
	var status string
	err = o.db.Platform(ctx, "a callback of the payment provider", func(tx *db.Tx) error {
		if c.tenant != nil {
			if err := knownTenant(ctx, tx, *c.tenant); err != nil {
				return err
			}
		}
		status, err = o.take(ctx, tx, c, said)
		return err
	})
	return status, err
}

// take finds whose callback it is, stores it once, and has it worked if it may have
// to do with money.
func (o *Operations) take(ctx context.Context, tx *db.Tx, c callback, said paperid.Callback) (string, error) {
	about, err := aimOf(ctx, tx, said, c.tenant)
	if err != nil {
		return "", err
	}
	relevant := about.Withdrawal != "" || about.Invoice != "" && (said.Outcome == paperid.OutcomePaid || said.Outcome == paperid.OutcomePartial)
	e := event{ID: id.NewAt(tx.Now()), Provider: provider, Kind: string(said.Kind), Key: provider + "|" + said.Key(), Route: c.route, Body: c.proof.body}
	if said.Kind == "unknown" {
		e.Key = provider + "|unknown|" + digest(c.proof.body)
	}
	switch {
	case c.tenant != nil:
		e.Tenant = c.tenant // whatever it names: it counts for that tenant's invoices only
	case about.found():
		e.Tenant = &about.Tenant
	}
	if !relevant {
		e.Outcome = Ignored
	}
	e.Headers, err = json.Marshal(map[string]string{
		"signature": c.proof.signature, "company_id": c.proof.company, "user_agent": c.who.Origin.UserAgent, "address": c.proof.from.String(),
	})
	if err != nil {
		return "", err
	}
	kept, fresh, err := keepOnce(ctx, tx, e)
	if err != nil {
		return "", err
	}
	// A repeated callback is worked again until its invoice is paid: a forged one that
	// came first must not keep the real one from being heard.
	if relevant && (fresh || !about.Over) {
		about.publish(tx, kept)
	}
	switch {
	case !fresh:
		return Duplicate, nil
	case !relevant:
		o.log.WarnContext(ctx, "callback ignored", "kind", said.Kind, "status", said.Status, "route", c.route, "event", kept, "known_invoice", about.found())
		return Ignored, nil
	}
	return Accepted, nil
}

// Work asks the provider about the invoice of a callback, and lets its payment take
// effect.
func (o *Operations) Work(ctx context.Context, e Received) error {
	var heard said
	err := o.db.PlatformView(ctx, "work a callback", func(tx *db.Tx) (err error) {
		heard, err = saidBy(ctx, tx, e.EventID)
		return err
	})
	if err != nil {
		return err
	}
	hint, paid, err := heard.hint()
	if err != nil {
		return nil // emptied meanwhile; the reconciler has long asked
	}
	outcome, err := o.payments.Settle(ctx, e.Tenant, e.InvoiceID, hint)
	if err != nil {
		return err
	}
	return o.db.Platform(ctx, "note what became of a callback", func(tx *db.Tx) error {
		settleEvent(tx, e.EventID, string(outcome))
		if outcome == payments.NotPaid && paid && !e.Again {
			e.Again = true
			jobs.PublishAt(tx, e, tx.Now().Add(secondLook))
		}
		return nil
	})
}

// hint is what of a callback is passed on, and whether it says that something was paid.
func (s said) hint() (payments.Hint, bool, error) {
	if s.Provider == tenants.Maya {
		c, err := maya.ParseCallback(s.Body)
		return payments.Hint{ProviderInvoiceID: c.ID, ProviderPaymentID: c.ID}, c.Status.Paid(), err
	}
	c, err := paperid.ParseCallback(s.Body)
	return hintOf(c), true, err
}

// hintOf is what of a callback of Paper.id is passed on. The method of payment is told only by
// those about payments.
func hintOf(said paperid.Callback) payments.Hint {
	h := payments.Hint{Method: word(said.Method), Channel: word(said.Channel)}
	if said.Kind == paperid.PaymentIn || said.Kind == paperid.Reconciliation {
		h.ProviderPaymentID = word(said.RefID)
	}
	for _, ref := range said.Invoices {
		if ref.ID != "" {
			h.ProviderInvoiceID = ref.ID
		}
	}
	return h
}

// maxWord is how long a word of a hint may be. The provider's have less than forty letters.
const maxWord = 100

// word is a word of the provider's, or nothing: a hint is kept with the payment, and
// anybody may have made it up.
func word(said string) string {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.", r))
	}
	if len(said) > maxWord || strings.ContainsFunc(said, odd) {
		return ""
	}
	return said
}

// Tidy empties callbacks of half a year ago; that they came stays known.
func (o *Operations) Tidy(ctx context.Context) error {
	return o.db.Platform(ctx, "empty old callbacks", func(tx *db.Tx) error {
		tx.Exec(forgetSQL, tx.Now().Add(-keep))
		return nil
	})
}
