package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"reserva/internal/kit/id"
)

const (
	paidPages     = 200  // that are asked for, told of, and paid
	callbackStorm = 2000 // callbacks that say of these pages that they are paid
	payers        = 4    // who pay at once
	// applyPatience is how long a payment may take to have its effect.
	applyPatience = 30 * time.Second
)

// Callbacks is how those of the payment provider are taken.
type Callbacks struct {
	Latency              // of being accepted: verified as far as they can be, routed, stored, a job written
	Pages        int     `json:"pages"`
	AppliedP50MS float64 `json:"applied_p50_ms"` // from paying on the provider's page to the appointment's being paid
	AppliedP95MS float64 `json:"applied_p95_ms"`
}

// toPay is an appointment with a page to pay on.
type toPay struct {
	appointment id.ID
	url, number string
}

// loadCallbacks makes the salon. The provider wants a telephone number.
func (r *run) loadCallbacks(ctx context.Context) (*salon, error) {
	s, err := r.register(ctx, "salon-of-callbacks", evening)
	if err != nil {
		return nil, err
	}
	if err := s.load(ctx, r.driver, r.random, 4, []int{30}); err != nil {
		return nil, err
	}
	_, err = r.driver.Exec(ctx, `
		UPDATE customers c
		SET phone = '+62812' || lpad(n.number::text, 8, '0')
		FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM customers WHERE tenant_id = $1) n
		WHERE c.tenant_id = $1 AND c.id = n.id`, s.tenant)
	return s, err
}

// measureCallbacks has many callbacks come at once, of pages that nobody has paid, so that
// the provider is asked for nothing; and then has the pages paid.
func (r *run) measureCallbacks(ctx context.Context, s *salon, pages, storm int) error {
	asked, err := r.askForPages(ctx, s, pages)
	if err != nil {
		return err
	}
	var sent atomic.Int64
	accepted := repeat(ctx, clients, storm, func(ctx context.Context) error {
		n := int(sent.Add(1))
		status, err := r.api.call(ctx, "", http.MethodPost, "/webhooks/paper-invoice", claimed(n, asked[n%len(asked)].number), nil)
		return expecting(http.StatusOK, status, err)
	})
	if err := r.drained(ctx); err != nil {
		return err
	}
	var paid atomic.Int64
	applied := repeat(ctx, payers, len(asked), func(ctx context.Context) error { return r.payAndSee(ctx, s, asked[paid.Add(1)-1]) })
	r.report.Callbacks = Callbacks{
		Latency: latency(clients, accepted), Pages: len(applied.took),
		AppliedP50MS: milliseconds(percentile(applied.took, 50)), AppliedP95MS: milliseconds(percentile(applied.took, 95)),
	}
	r.report.Callbacks.Errors += applied.errors
	return errors.Join(r.settle(ctx, "callbacks", accepted), r.settle(ctx, "payments", applied))
}

// askForPages books and asks for a page for each booking.
func (r *run) askForPages(ctx context.Context, s *salon, pages int) ([]toPay, error) {
	from, asked := newAgenda([]*salon{s}, r.random, false), make([]toPay, pages)
	var next atomic.Int64
	made := repeat(ctx, clients, pages, func(ctx context.Context) error {
		slot, err := from.take()
		if err != nil {
			return err
		}
		var booked struct {
			ID id.ID `json:"id"`
		}
		if err := r.api.must(ctx, s.token, http.MethodPost, "/appointments", slot.request(), &booked); err != nil {
			return err
		}
		var link struct {
			Page struct {
				URL string `json:"url"`
			} `json:"payment_link"`
			Payment struct {
				Number string `json:"reference_id"`
			} `json:"payment"`
		}
		path := "/appointments/" + string(booked.ID) + "/create-payment-link"
		if err := r.api.must(ctx, s.token, http.MethodPost, path, map[string]any{"send_email": false}, &link); err != nil {
			return err
		}
		asked[next.Add(1)-1] = toPay{booked.ID, link.Page.URL, link.Payment.Number}
		return nil
	})
	if made.firstErr == nil && len(made.took) < pages {
		return nil, fmt.Errorf("%d of %d pages were made", len(made.took), pages)
	}
	return asked, made.firstErr
}

// claimed is a callback that says of an invoice that it is paid; each is another.
func claimed(n int, number string) map[string]any {
	return map[string]any{
		"ref_id": fmt.Sprintf("claim-%d", n), "payment_date": "2026-01-01", "message": "transaction succeed",
		"payment_info":    map[string]any{"method": "qris", "channel": "qris", "status": "PAID", "source": "paper-chain", "qris": map[string]any{"amount": 1, "status": "PAID"}},
		"additional_info": map[string]any{"invoices": []map[string]any{{"uuid": "", "number": number}}},
	}
}

// drainPatience is for all that the steps before have left.
const drainPatience = 10 * time.Minute

// drained waits until no job is due.
func (r *run) drained(ctx context.Context) error {
	for deadline := time.Now().Add(drainPatience); time.Now().Before(deadline); {
		left, err := r.waiting(ctx)
		if err != nil || left == 0 {
			return err
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("the jobs do not end")
}

// payAndSee pays as a browser does, and looks until the appointment is paid. The
// provider calls back by itself.
func (r *run) payAndSee(ctx context.Context, s *salon, page toPay) error {
	form := url.Values{"outcome": {"success"}, "method": {"qris:qris"}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, page.url, strings.NewReader(form))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := r.api.http.Do(request)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		return errors.Join(err, fmt.Errorf("page: status %d", answer.StatusCode))
	}
	for deadline := time.Now().Add(applyPatience); time.Now().Before(deadline); {
		var status string
		err := r.driver.QueryRow(ctx, `SELECT payment_status FROM appointments WHERE tenant_id = $1 AND id = $2`, s.tenant, page.appointment).Scan(&status)
		if err != nil || status == "paid" {
			return err
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("a payment had no effect")
}
