package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// A busy Saturday has sixty appointments in six hours, and all that happens to them:
// some are moved, some are cancelled and their places taken by others, nearly all are
// paid, begun and completed, and a few customers do not come.
const (
	saturdays        = 100
	saturdayStaff    = 6
	saturdayHours    = 6
	saturdayMinutes  = 30
	saturdayBookings = 60
	saturdayMoves    = 9
	saturdayCancels  = 6
	saturdayAbsent   = 3
)

// Saturdays is how long the busy Saturdays took, several at once.
type Saturdays struct {
	Latency         // of all requests
	Days    int     `json:"days"`
	Seconds float64 `json:"seconds"` // for all days
	MaxMS   float64 `json:"max_ms"`
}

// place is a half hour of a staff member.
type place struct {
	member int
	start  civil.Clock
}

// saturday is one of the days.
type saturday struct {
	*week
	date   civil.Date
	places []place // those that are free, in the order in which they are taken
	n      int     // customers so far
}

// week is what all days share.
type week struct {
	r  *run
	s  *salon
	mu sync.Mutex
	tally
}

// loadSaturdays makes the salon: six people who work on each of the days.
func (r *run) loadSaturdays(ctx context.Context) (*salon, error) {
	s, err := r.register(ctx, "salon-of-saturdays", opens+60*saturdayHours)
	if err != nil {
		return nil, err
	}
	s.days = saturdays
	return s, s.load(ctx, r.driver, r.random, saturdayStaff, []int{saturdayMinutes})
}

// measureSaturdays lives through so many Saturdays of a salon, as many at once as there
// are clients; within a day one thing follows the other.
func (r *run) measureSaturdays(ctx context.Context, s *salon, days int) error {
	w := &week{r: r, s: s}
	// Drawn before, since the clients are at it in any order.
	agendas := make(chan *saturday, days)
	for n := range days {
		day := &saturday{week: w, date: s.first.AddDays(n), n: n * saturdayBookings}
		for member := range saturdayStaff {
			for start := opens; start < s.closes; start += saturdayMinutes {
				day.places = append(day.places, place{member, civil.Clock(start)})
			}
		}
		r.random.Shuffle(len(day.places), func(i, j int) { day.places[i], day.places[j] = day.places[j], day.places[i] })
		agendas <- day
	}
	began := time.Now()
	lived := repeat(ctx, clients, days, func(ctx context.Context) error { return (<-agendas).live(ctx) })
	w.elapsed = time.Since(began)
	w.errors += lived.errors
	if w.firstErr = lived.firstErr; w.firstErr == nil && lived.conflicts > 0 {
		w.firstErr = errConflict
	}
	r.report.Saturdays = Saturdays{
		Latency: latency(clients, w.tally), Days: len(lived.took), Seconds: round(w.elapsed.Seconds(), 2), MaxMS: milliseconds(percentile(w.tally.took, 100)),
	}
	r.report.Saturdays.Errors += lived.conflicts // on a day of its own nobody is in anybody's way
	return r.settle(ctx, "busy Saturdays", w.tally)
}

// live is the day from the first call in the morning to the last visit.
func (d *saturday) live(ctx context.Context) error {
	var visits []id.ID
	for range saturdayBookings {
		visit, err := d.book(ctx, d.take())
		if err != nil {
			return fmt.Errorf("book: %w", err)
		}
		visits = append(visits, visit)
	}
	for i := range saturdayMoves {
		if err := d.move(ctx, visits[i]); err != nil {
			return fmt.Errorf("move: %w", err)
		}
	}
	for i := range saturdayCancels {
		n := saturdayMoves + i
		was, err := d.cancel(ctx, visits[n])
		if err != nil {
			return fmt.Errorf("cancel: %w", err)
		}
		if visits[n], err = d.book(ctx, was); err != nil {
			return fmt.Errorf("take a place that was given back: %w", err)
		}
	}
	if err := d.come(ctx, visits); err != nil {
		return fmt.Errorf("let the day come: %w", err)
	}
	for i, visit := range visits {
		if err := d.serve(ctx, visit, i >= saturdayBookings-saturdayAbsent); err != nil {
			return fmt.Errorf("serve: %w", err)
		}
	}
	return nil
}

func (d *saturday) take() place {
	taken := d.places[0]
	d.places = d.places[1:]
	return taken
}

func (d *saturday) book(ctx context.Context, at place) (id.ID, error) {
	d.n++
	var made struct {
		ID id.ID `json:"id"`
	}
	err := d.ask(ctx, "", http.StatusCreated, map[string]any{
		"customer_id": d.s.customers[d.n%len(d.s.customers)], "outlet_id": d.s.outlet, "appointment_date": d.date, "start_time": at.start,
		"services": []map[string]any{{"service_id": d.s.services[0].id, "staff_id": d.s.staff[at.member].id}},
	}, &made)
	return made.ID, err
}

// move gives a visit another time of whoever serves it, where there is one left.
func (d *saturday) move(ctx context.Context, visit id.ID) error {
	was, err := d.read(ctx, visit)
	if err != nil {
		return err
	}
	for i, free := range d.places {
		if free.member == was.member {
			d.places[i] = was
			return d.ask(ctx, "/"+string(visit)+"/reschedule", http.StatusOK, map[string]any{"new_date": d.date, "new_time": free.start}, nil)
		}
	}
	return nil
}

func (d *saturday) cancel(ctx context.Context, visit id.ID) (was place, err error) {
	if was, err = d.read(ctx, visit); err != nil {
		return was, err
	}
	return was, d.ask(ctx, "/"+string(visit)+"/cancel", http.StatusOK, map[string]any{"cancellation_reason": "The customer called in sick."}, nil)
}

// come lets the time of the visits come around the server, whose clock goes on: a
// visit is not begun, and nobody is absent, before its time.
func (d *saturday) come(ctx context.Context, visits []id.ID) error {
	_, err := d.r.driver.Exec(ctx, `
		UPDATE appointments SET starts_at = starts_at - interval '1 year', ends_at = ends_at - interval '1 year'
		WHERE tenant_id = $1 AND id = ANY ($2)`, d.s.tenant, visits)
	return err
}

func (d *saturday) serve(ctx context.Context, visit id.ID, absent bool) error {
	path := "/" + string(visit)
	if absent {
		return d.ask(ctx, path+"/no-show", http.StatusOK, map[string]any{"reason": "Did not come."}, nil)
	}
	return errors.Join(
		d.ask(ctx, path+"/record-payment", http.StatusOK, map[string]any{"amount": 150_000, "payment_method": "cash"}, nil),
		d.ask(ctx, path+"/start", http.StatusOK, nil, nil),
		d.ask(ctx, path+"/complete", http.StatusOK, map[string]any{"completion_notes": "As always."}, nil),
	)
}

// read is the desk looking a visit up.
func (d *saturday) read(ctx context.Context, visit id.ID) (at place, err error) {
	var found struct {
		Start    civil.Clock `json:"start_time"`
		Services []struct {
			Staff id.ID `json:"staff_id"`
		} `json:"services"`
	}
	began := time.Now()
	err = d.r.api.must(ctx, d.s.token, http.MethodGet, "/appointments/"+string(visit), nil, &found)
	d.noted(time.Since(began), err)
	if err != nil {
		return at, err
	}
	for i, m := range d.s.staff {
		if len(found.Services) == 1 && m.id == found.Services[0].Staff {
			return place{i, found.Start}, nil
		}
	}
	return at, fmt.Errorf("nobody of the salon serves in %s", visit)
}

// ask changes something below /appointments.
func (d *saturday) ask(ctx context.Context, path string, want int, body map[string]any, into any) error {
	var sent any
	if body != nil {
		sent = body
	}
	began := time.Now()
	status, err := d.r.api.call(ctx, d.s.token, http.MethodPost, "/appointments"+path, sent, into)
	err = expecting(want, status, err)
	d.noted(time.Since(began), err)
	return err
}

// noted notes a request; what went wrong ends its day, and is counted there.
func (w *week) noted(took time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.tally.took = append(w.tally.took, took)
	}
}
