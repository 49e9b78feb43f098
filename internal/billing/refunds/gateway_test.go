package refunds_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/refunds"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// provider is a payment provider that gives money back. All of its pages are paid at
// once.
type provider struct {
	mu    sync.Mutex
	pages map[string]payments.Request
	made  map[string]payments.RefundState // by key
	gave  int64
	asked int

	fail error // answered to a refund
	lost bool  // it is made before fail is answered
	slow bool  // it goes on for a while
}

func newProvider() *provider {
	return &provider{pages: map[string]payments.Request{}, made: map[string]payments.RefundState{}}
}

func (p *provider) Takes(money.Currency) bool { return true }

func (p *provider) Open(_ context.Context, r payments.Request) (payments.Link, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[r.Number] = r
	return payments.Link{ID: r.Number, URL: "https://pay.example.com/" + r.Number}, nil
}

func (p *provider) Find(_ context.Context, r payments.Request) (payments.Link, error) {
	return payments.Link{ID: r.Number}, nil
}

func (p *provider) Look(_ context.Context, _ id.ID, page string) (payments.State, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.pages[page]
	return payments.State{Number: r.Number, Progress: payments.FullyPaid, Total: r.Total(), Link: payments.Link{ID: page}}, nil
}

func (p *provider) Withdraw(context.Context, id.ID, string) error { return payments.ErrPaidAlready }

func (p *provider) Refund(_ context.Context, _ id.ID, _ string, amount int64, _ money.Currency, key string) (payments.RefundState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.fail != nil && !p.lost {
		return payments.RefundState{}, p.fail
	}
	if _, ok := p.made[key]; !ok {
		p.gave += amount
		p.made[key] = payments.RefundState{ID: "r-" + key, Progress: payments.RefundDone}
		if p.slow {
			p.made[key] = payments.RefundState{ID: "r-" + key, Progress: payments.RefundOngoing}
		}
	}
	return p.made[key], p.fail
}

func (p *provider) LookRefund(_ context.Context, _ id.ID, _, key string) (payments.RefundState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	state, ok := p.made[key]
	if !ok {
		return state, payments.ErrNothingThere
	}
	return state, nil
}

// end finishes what goes on.
func (p *provider) end(progress payments.RefundProgress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, state := range p.made {
		state.Progress = progress
		p.made[key] = state
		if progress == payments.RefundFailed {
			p.gave = 0
		}
	}
}

// desk gives back money of a payment of IDR 162,000 that was made at the provider.
type desk struct {
	*till
	provider    *provider
	refunds     *refunds.Operations
	appointment id.ID
	payment     id.ID
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{till: newTill(t), provider: newProvider()}
	p := payments.New(d.DB, payments.Config{Gateway: d.provider})
	d.refunds = refunds.New(d.DB, p, nil)
	d.appointment = d.Salon.Book(1, "09:00")
	made, err := p.ProcessAppointment(t.Context(), access.Customer{ID: d.Customer.ID, Tenant: d.Salon.Tenant.ID}, payments.Process{AppointmentID: d.appointment})
	if err != nil {
		t.Fatal(err)
	}
	if outcome, err := p.Settle(t.Context(), d.Salon.Tenant.ID, made.Invoice.ID, payments.Hint{ProviderPaymentID: "pay-1"}); err != nil || outcome != payments.Settled {
		t.Fatal(outcome, err)
	}
	d.payment = made.Payment.ID
	return d
}

func (d *desk) give(amount string) (refunds.Refund, error) {
	in := refunds.Order{Reason: "ill", Method: refunds.AtGateway}
	if amount != "" {
		parsed, err := money.ParseDecimal(amount)
		if err != nil {
			d.t.Fatal(err)
		}
		in.Amount = &parsed
	}
	return d.refunds.Give(d.t.Context(), d.admin(), d.payment, in)
}

// expect holds a refund, the payment and the books against what should be.
func (d *desk) expect(status refunds.Status, refund id.ID, gave int64, want map[ledger.Account]int64) {
	d.t.Helper()
	d.call("refund", d.Admin, "GET", "/refunds/"+string(refund), nil, 200, `{"status": "`+string(status)+`"}`)
	if d.provider.gave != gave {
		d.t.Errorf("the provider gave %d, want %d", d.provider.gave, gave)
	}
	if diff := cmp.Diff(want, d.balances()); diff != "" {
		d.t.Error(diff)
	}
}

func before() map[ledger.Account]int64 {
	return map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 150_000, ledger.Platform: 12_000}
}

func onItsWay() map[ledger.Account]int64 {
	return map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 75_000, ledger.Platform: 6_000, ledger.Refunds: 81_000}
}

func after() map[ledger.Account]int64 {
	return map[ledger.Account]int64{ledger.Gateway: -81_000, ledger.Merchant: 75_000, ledger.Platform: 6_000}
}

func TestTheProviderGivesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made, err := d.give("81000")
	if err != nil || made.Status != refunds.Completed || made.ProviderRefundID == nil {
		t.Fatal(made, err)
	}
	d.expect(refunds.Completed, made.ID, 81_000, after())
	for range 2 { // whatever the job finds, it is done
		d.Advance(5 * time.Minute)
		if err := d.refunds.Send(t.Context(), d.Salon.Tenant.ID, made.ID); err != nil {
			t.Fatal(err)
		}
	}
	d.expect(refunds.Completed, made.ID, 81_000, after())
	d.call("the appointment", d.Admin, "GET", "/appointments/"+string(d.appointment), nil, 200, `{"payment_status": "partially_paid", "paid_amount": 75000}`)
	if made, err = d.give(""); err != nil || made.Status != refunds.Completed {
		t.Fatal(made, err)
	}
	d.expect(refunds.Completed, made.ID, 162_000, map[ledger.Account]int64{})
	d.call("refunded", d.Admin, "GET", "/payments/history/"+string(d.payment), nil, 200, `{"status": "refunded"}`)
}

// The answer was lost after the provider did it: it is found, and not made again.
func TestALostAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.provider.fail, d.provider.lost = payments.ErrUncertain, true
	made, err := d.give("81000")
	if err != nil || made.Status != refunds.Approved {
		t.Fatal(made, err)
	}
	d.expect(refunds.Approved, made.ID, 81_000, onItsWay())
	if _, err := d.give("81001"); !errors.Is(err, refunds.ErrTooMuch) {
		t.Errorf("more than is left while it is on its way: %v", err)
	}
	// While the request holds the lease nobody else asks.
	if err := d.refunds.Send(t.Context(), d.Salon.Tenant.ID, made.ID); err != nil || d.provider.asked != 1 {
		t.Errorf("asked %d times, %v", d.provider.asked, err)
	}
	d.provider.fail = nil
	d.Advance(6 * time.Minute)
	if err := d.refunds.Pursue(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.expect(refunds.Completed, made.ID, 81_000, after())
	if d.provider.asked != 1 {
		t.Errorf("the provider was asked %d times to give back", d.provider.asked)
	}
}

// It was never sent, as where the server died in between: the job sends it, once from two servers.
func TestWhatWasNotSentIsSentByOneServer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.provider.fail = payments.ErrUnreachable
	made, err := d.give("81000")
	if err != nil || made.Status != refunds.Approved {
		t.Fatal(made, err)
	}
	d.expect(refunds.Approved, made.ID, 0, onItsWay())
	d.provider.fail = nil
	d.Advance(2 * time.Minute)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := d.refunds.Send(t.Context(), d.Salon.Tenant.ID, made.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	d.expect(refunds.Completed, made.ID, 81_000, after())
	if d.provider.asked != 2 {
		t.Errorf("the provider was asked %d times to give back", d.provider.asked)
	}
}

func TestARefusedRefundMovesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.provider.fail = payments.ErrRefundRefused
	if _, err := d.give("81000"); !errors.Is(err, refunds.ErrRefused) {
		t.Fatal(err)
	}
	listed := d.JSON(d.Admin, "GET", "/refunds", nil)
	d.expect(refunds.Rejected, id.ID(listed.Text("items.0.id")), 0, before())
	d.call("all of it is left", d.Admin, "GET", "/payments/history/"+string(d.payment), nil, 200, `{"status": "completed", "refunded_amount": "0.00"}`)
	d.call("the wallet will do", d.Admin, "POST", "/payments/"+string(d.payment)+"/refund", object{"method": "wallet", "reason": "ill"}, 201, `{"amount": 162000}`)
}

func TestAnOngoingRefundEndsOneWayOrTheOther(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		progress payments.RefundProgress
		status   refunds.Status
		gave     int64
		books    map[ledger.Account]int64
	}{
		{payments.RefundDone, refunds.Completed, 81_000, after()},
		{payments.RefundFailed, refunds.Rejected, 0, before()},
	} {
		d := newDesk(t)
		d.provider.slow = true
		made, err := d.give("81000")
		if err != nil || made.Status != refunds.Approved {
			t.Fatal(made, err)
		}
		for range 2 {
			d.Advance(6 * time.Minute)
			if err := d.refunds.Pursue(t.Context()); err != nil {
				t.Fatal(err)
			}
			d.expect(refunds.Approved, made.ID, 81_000, onItsWay())
		}
		d.provider.end(end.progress)
		d.Advance(6 * time.Minute)
		if err := d.refunds.Pursue(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.expect(end.status, made.ID, end.gave, end.books)
	}
}
