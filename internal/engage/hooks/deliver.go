package hooks

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// pauses are what lies between the attempts of a delivery: eight over about a day.
func pauses() []time.Duration {
	return []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 8 * time.Hour, 10 * time.Hour,
	}
}

const (
	// givenUpAfter is for how long an endpoint may fail, patientFailures how often, before
	// it is given up.
	givenUpAfter    = 24 * time.Hour
	patientFailures = 8
	// quietFailures in a row make the deliveries of an endpoint wait for one another, a
	// minute at first and twice that each time, up to longestQuiet: one that is down takes
	// no more workers than it needs to be found up again.
	quietFailures = 5
	longestQuiet  = 30 * time.Minute
)

// quietFor is how long an endpoint is left alone after so many failures in a row.
func quietFor(failures int) time.Duration {
	if failures < quietFailures {
		return 0
	}
	return min(time.Minute<<min(failures-quietFailures, 10), longestQuiet)
}

// planned is a delivery with what its attempt needs to know of its endpoint.
type planned struct {
	Endpoint      id.ID      `db:"endpoint_id"`
	Event         id.ID      `db:"event_id"`
	Body          string     `db:"body"`
	Tries         int        `db:"tries"`
	IsActive      bool       `db:"is_active"`
	URL           string     `db:"url"`
	Secret        []byte     `db:"secret"`
	Previous      []byte     `db:"previous_secret"`
	PreviousUntil *time.Time `db:"previous_until"`
	QuietUntil    *time.Time `db:"quiet_until"`
}

// deliver makes one attempt of a delivery, outside of any transaction, and then writes
// down what became of it. A job that runs again finds its turn over. Where the server
// dies between the two, the attempt is made twice; the receiver knows by its id.
func (o *Operations) deliver(ctx context.Context, tenant id.ID, e due) error {
	var p planned
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		p, err = db.One[planned](ctx, tx, `
			SELECT d.endpoint_id, d.event_id, d.body, d.tries, e.url, e.secret, e.previous_secret, e.previous_until, e.quiet_until,
				e.is_active
			FROM hook_deliveries d
			JOIN hook_endpoints e ON e.tenant_id = $1 AND e.id = d.endpoint_id
			WHERE d.tenant_id = $1 AND d.id = $2 AND d.turn = $3 AND d.status = 'pending'`, tx.Tenant(), e.DeliveryID, e.Turn)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !p.IsActive {
		return o.drop(ctx, tenant, p.Endpoint)
	}
	now := o.db.Now()
	if p.QuietUntil != nil && p.QuietUntil.After(now) {
		return o.postpone(ctx, tenant, e, *p.QuietUntil)
	}
	secrets, err := o.secrets(tenant, p, now)
	if err != nil {
		return err
	}
	became := send(ctx, o.client, letter{url: p.URL, event: p.Event, body: p.Body, secrets: secrets}, now)
	if ctx.Err() != nil {
		return ctx.Err() // the server stops: whoever takes the job over makes the attempt
	}
	return o.note(ctx, tenant, e, p, became)
}

// drop gives up what was begun for an endpoint while it was being switched off.
func (o *Operations) drop(ctx context.Context, tenant, endpoint id.ID) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		e, err := lockEndpoint(ctx, tx, endpoint)
		if err == nil && !e.IsActive {
			dropWaiting(tx, endpoint)
		}
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
}

// postpone moves a turn to when its endpoint is called again. It counts as no attempt.
func (o *Operations) postpone(ctx context.Context, tenant id.ID, e due, until time.Time) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		moved, err := tx.ExecNow(ctx, `
			UPDATE hook_deliveries
			SET turn = turn + 1, next_at = $4
			WHERE tenant_id = $1 AND id = $2 AND turn = $3 AND status = 'pending'`, tx.Tenant(), e.DeliveryID, e.Turn, until)
		if err == nil && moved == 1 {
			jobs.PublishAt(tx, due{DeliveryID: e.DeliveryID, Turn: e.Turn + 1}, until)
		}
		return err
	})
}

// note writes down an attempt, plans the next where there is one, and gives up an
// endpoint that asks for it or has failed for long.
func (o *Operations) note(ctx context.Context, tenant id.ID, e due, p planned, became outcome) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		endpoint, err := lockEndpoint(ctx, tx, p.Endpoint)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		status, next := "delivered", (*time.Time)(nil)
		if became.failure != "" {
			status = "failed"
			if left := pauses(); p.Tries < len(left) && became.status != http.StatusGone {
				at := tx.Now().Add(left[p.Tries] + rand.N(left[p.Tries]/10))
				status, next = "pending", &at
			}
		}
		ours, err := noteAttempt(ctx, tx, e, status, next, became)
		if err != nil || !ours {
			return err
		}
		if next != nil {
			jobs.PublishAt(tx, due{DeliveryID: e.DeliveryID, Turn: e.Turn + 1}, *next)
		}
		if became.failure == "" {
			forgiveEndpoint(tx, endpoint)
			return nil
		}
		failing := tx.Now()
		if endpoint.FailingSince != nil {
			failing = *endpoint.FailingSince
		}
		endpoint.Failures++
		blameEndpoint(tx, endpoint, failing, tx.Now().Add(quietFor(endpoint.Failures)))
		long := tx.Now().Sub(failing) >= givenUpAfter && endpoint.Failures >= patientFailures
		if endpoint.IsActive && (long || became.status == http.StatusGone) {
			return o.giveUp(ctx, tx, endpoint, became)
		}
		return nil
	})
}
