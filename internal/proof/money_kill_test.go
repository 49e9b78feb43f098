package proof_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// errKilled is the end of the server between two of its steps.
var errKilled = errors.New("killed")

// death is that of a server before one of its round trips to the database, or before a
// provider hears one of its calls. Afterwards it does nothing more.
type death struct {
	trips, calls atomic.Int64 // that are left to it; never none where it dies otherwise
	dead         atomic.Bool
	cancel       context.CancelFunc
}

// trip is before each round trip to the database.
func (d *death) trip() {
	if d.dead.Load() || d.trips.Add(-1) == 0 {
		d.dead.Store(true)
		panic(errKilled)
	}
}

// call is before each call of a provider, and tells whether that hears nothing of it.
func (d *death) call() (unheard bool) {
	if !d.dead.Load() && d.calls.Add(-1) != 0 {
		return false
	}
	d.dead.Store(true)
	d.cancel()
	return true
}

// killing runs something that may end before one of its round trips to the database, or
// before one of its calls of a provider, with nothing after it done, as when the process is
// killed.
func (m *town) killing(fn func(ctx context.Context)) (killed bool) {
	if !m.oneIn(6) {
		fn(m.Context())
		return false
	}
	ctx, cancel := context.WithCancel(m.Context())
	defer cancel()
	d := &death{cancel: cancel}
	atDoor := m.oneIn(3)
	if atDoor {
		d.calls.Store(1 + m.random.Int64N(2))
	} else {
		d.trips.Store(1 + m.random.Int64N(8))
	}
	m.Work.Watch(d.trip)
	m.provider.await(d)
	defer func() {
		caught := recover()
		m.Work.Watch(nil)
		m.provider.await(nil)
		if caught != nil && caught != errKilled {
			panic(caught)
		}
		if killed = d.dead.Load(); killed {
			m.counts["killed"]++
			if atDoor {
				m.counts["killed at the provider's door"]++
			}
		}
	}()
	fn(ctx)
	return false
}

// send makes a request until it is answered by a server that lives, and the answer is
// heard: under one key.
func (m *town) send(r testkit.Request) testkit.Answer {
	m.Helper()
	if r.As != "" {
		m.keys++
		r.Header = object{"Idempotency-Key": fmt.Sprintf("money-%d", m.keys)}
	}
	for range 20 {
		quiet := *m.World
		quiet.Inspect = nil // a server that is killed answers nothing
		var answer testkit.Answer
		killed := m.killing(func(ctx context.Context) {
			quiet.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.Handler.ServeHTTP(w, r.WithContext(ctx)) })
			answer = quiet.Send(r)
		})
		switch {
		case killed && m.busy.Load() != nil && m.unanswered(r):
			return *m.busy.Load()
		case killed:
		case r.As != "" && m.oneIn(16):
			m.counts["never heard the answer"]++
		default:
			for _, wrong := range m.Inspect(r.Method, "/api/v1"+r.Path, answer) {
				m.Errorf("%s %s: %s", r.Method, r.Path, wrong)
			}
			if busy(answer) {
				m.busy.Store(&answer)
			}
			return answer
		}
	}
	return m.World.Send(r)
}

// busy tells whether an answer says that the request happened or goes on, and that its own
// answer is not there: whoever asked has to look. It comes after two seconds of patience.
func busy(answer testkit.Answer) bool {
	return answer.Status == http.StatusConflict && answer.Text("code") == "idempotency.in_progress"
}

// unanswered tells whether a server died between what a request changes and its answer: it
// would be answered like all of them, and there is no need to be patient each time.
func (m *town) unanswered(r testkit.Request) bool {
	m.Helper()
	return r.As != "" && collect[bool](m.World, `
		SELECT EXISTS (SELECT 1 FROM idempotency_keys WHERE key = $1 AND status IS NULL)`, r.Header["Idempotency-Key"])[0]
}

// work does some of the jobs that are due, in any order. One that fails or is killed stays,
// and one that was done may be done again.
func (m *town) work(n int) { m.workOn(n, "") }

// workOn is work on the jobs of one event, or of all where it is empty.
func (m *town) workOn(n int, event string) {
	m.Helper()
	for range n {
		due := m.due(event)
		if len(due) == 0 {
			return
		}
		job := due[m.random.IntN(len(due))]
		var err error
		if m.killing(func(ctx context.Context) { err = m.run(ctx, job) }) {
			continue
		}
		if err == nil && !m.oneIn(8) {
			m.Exec(`DELETE FROM river.river_job WHERE id = $1`, job.ID)
		}
	}
}

// queued is a job of an event, as the queue keeps it.
type queued struct {
	ID   int64
	Args struct {
		Tenant            id.ID
		Event, Subscriber string
		Data              json.RawMessage
	}
}

func (m *town) run(ctx context.Context, job queued) error {
	a := job.Args
	return m.Jobs.Run(ctx, a.Tenant, a.Event, a.Subscriber, a.Data)
}

func (m *town) due(event string) []queued {
	m.Helper()
	rows, err := m.DB.Pool().Query(m.Context(), `
		SELECT id, args
		FROM river.river_job
		WHERE kind = 'event' AND scheduled_at <= $1 AND args ->> 'subscriber' NOT IN ('sender', 'notifications') AND ($2 = '' OR args ->> 'event' = $2)
		ORDER BY id
		LIMIT 8`, time.Now(), event)
	if err != nil {
		m.Fatal(err)
	}
	jobs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[queued])
	if err != nil {
		m.Fatal(err)
	}
	return jobs
}

// tick does work of the intervals, which may be killed as well.
func (m *town) tick() {
	names := []string{
		"payments.reconcile", "appointments.expire", "invoices.overdue", "refunds.pursue", "withdrawals.reconcile", "payments.fold_counts",
	}
	name := names[m.random.IntN(len(names))]
	m.killing(func(ctx context.Context) { _ = m.Jobs.RunPeriodic(ctx, name) })
}
