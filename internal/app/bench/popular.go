package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"reserva/internal/kit/civil"
)

const (
	crowd        = 1000 // customers who want the popular hour at once
	popularStaff = 20   // members who have it
)

// Popular is what came of an hour that everybody wanted.
type Popular struct {
	Customers int     `json:"customers"`
	Places    int     `json:"places"`
	Winners   int     `json:"winners"` // who were told that they have it
	P99MS     float64 `json:"p99_ms"`
	MaxMS     float64 `json:"max_ms"` // the slowest answer
	Errors    int     `json:"errors"`
}

// loadPopular makes the salon: it is booked with anybody who is free.
func (r *run) loadPopular(ctx context.Context) (*salon, error) {
	s, err := r.register(ctx, "salon-of-the-popular-hour", evening)
	if err != nil {
		return nil, err
	}
	s.days = 2
	return s, s.load(ctx, r.driver, r.random, popularStaff, []int{60})
}

// measurePopular has a crowd ask for one hour at once, each over a connection of its
// own. Who is refused waits like who wins, so all answers are timed.
func (r *run) measurePopular(ctx context.Context, s *salon) error {
	var winners atomic.Int64
	var next atomic.Int64
	answers := repeat(ctx, crowd, crowd, func(ctx context.Context) error {
		customer := s.customers[int(next.Add(1))%len(s.customers)]
		status, err := r.api.call(ctx, s.token, http.MethodPost, "/appointments", map[string]any{
			"customer_id": customer, "outlet_id": s.outlet, "appointment_date": s.first.AddDays(1), "start_time": civil.Clock(opens),
			"services": []map[string]any{{"service_id": s.services[0].id}},
		}, nil)
		switch err := expecting(http.StatusCreated, status, err); {
		case err == nil:
			winners.Add(1)
			return nil
		case errors.Is(err, errConflict):
			return nil
		default:
			return err
		}
	})
	r.report.Popular = Popular{
		Customers: crowd, Places: popularStaff, Winners: int(winners.Load()), Errors: answers.errors,
		P99MS: milliseconds(percentile(answers.took, 99)), MaxMS: milliseconds(percentile(answers.took, 100)),
	}
	if err := r.settle(ctx, "the popular hour", answers); err != nil {
		return err
	}
	return r.checkPopular(ctx, s)
}

// checkPopular fails the run where others have the hour than were told so.
func (r *run) checkPopular(ctx context.Context, s *salon) error {
	var stored int
	err := r.driver.QueryRow(ctx, `SELECT count(*) FROM occupancies WHERE tenant_id = $1`, s.tenant).Scan(&stored)
	if err != nil {
		return err
	}
	if p := r.report.Popular; stored != p.Winners || p.Errors == 0 && p.Winners != p.Places {
		return fmt.Errorf("%d customers were told that they have one of %d places, and %d are taken", p.Winners, p.Places, stored)
	}
	return nil
}
