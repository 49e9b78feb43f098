package proof_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// What many hands reach for. All is in rupiah.
const (
	rich       = 4       // customers
	inWallet   = 100_000 // of each, in the beginning
	redeemed   = 60_000  // of a wallet, for one appointment
	refunded   = 60_000  // of a payment
	withdrawn  = 100_000 // of the earnings; refunds leave as much
	wishesEach = 6       // how often a customer reaches for each
	managers   = 8
)

// Many hands reach for the same money at once, on two servers: customers spend one wallet
// on several appointments, the desk gives one payment back over and over, managers
// withdraw the same earnings, and payments arrive meanwhile. Nobody gets what is not
// there, no account is ever below zero, and in the end each holds what the answers say.
func TestOneBalance(t *testing.T) {
	t.Parallel()
	p, known := newProvider(t)
	one, other := world.Two(t, known)
	p.clock = one.Clock.Now
	h := &hands{World: one, servers: []*testkit.World{one, other}, provider: p}
	h.open()
	h.reach()
	h.check()
	t.Logf("%+v", &h.tally)
}

// hands are those who reach, and what they reach for.
type hands struct {
	*testkit.World
	servers  []*testkit.World
	provider *provider

	salon     *testkit.Salon
	account   string // at the bank
	customers []*customer
	arrivals  int

	tally tally
}

// customer has a wallet, a payment that was made online, and appointments to pay.
type customer struct {
	testkit.Customer
	payment id.ID
	unpaid  []id.ID
	back    atomic.Int64 // what the desk gave back to the wallet
	held    atomic.Int64 // what was put aside for payment links
}

// tally is what the answers say.
type tally struct {
	redeemed, refunded, withdrawn, cancelled, refused atomic.Int64
	left                                              atomic.Int64 // what refunds took from the earnings
}

func (t *tally) String() string {
	return fmt.Sprintf("%d redeemed, %d refunded, %d withdrawn of which %d were cancelled, %d refused",
		t.redeemed.Load(), t.refunded.Load(), t.withdrawn.Load(), t.cancelled.Load(), t.refused.Load())
}

// online lets somebody ask for a page and pay it; nobody has heard of it yet.
func (h *hands) online(as testkit.Token, path string, body object) {
	h.Helper()
	link := h.JSON(as, "POST", path, body)
	number := collect[string](h.World, `SELECT provider_number FROM invoices WHERE id = $1`, link.Text("invoice.id"))[0]
	if err := h.provider.Pay(paperID, number, 0); err != nil {
		h.Fatal(err)
	}
}

// settle lets the server hear of what was paid, without callbacks.
func (h *hands) settle() {
	h.Helper()
	h.Advance(11 * time.Minute)
	h.Every("payments.reconcile")
	h.RunJobs()
}

func (h *hands) open() {
	h.Helper()
	h.salon = h.Salon()
	h.account = bank(h.World, h.salon)
	pay := func(a id.ID) object { return object{"appointment_id": a} }
	for i := range rich {
		c := &customer{Customer: h.salon.Tenant.Customer()}
		booked := h.salon.Tenant.Book(h.salon.Outlet, h.salon.Service, c.Customer, 2, fmt.Sprintf("%02d:00", 8+i))
		h.online(c.Token, "/customer/payments/process-appointment", pay(booked))
		h.online(c.Token, "/customer/wallet/topup", object{"amount": inWallet})
		for n := range wishesEach {
			c.unpaid = append(c.unpaid, h.salon.Tenant.Book(h.salon.Outlet, h.salon.Service, c.Customer, 4+n, fmt.Sprintf("%02d:00", 8+i)))
		}
		h.customers = append(h.customers, c)
	}
	h.settle()
	for _, c := range h.customers {
		c.payment = collect[id.ID](h.World, `SELECT id FROM payments WHERE customer_id = $1 AND payment_type = 'appointment' AND status = 'completed'`, c.ID)[0]
	}
	for i := range rich {
		c := h.salon.Tenant.Customer()
		h.online(c.Token, "/customer/payments/process-appointment",
			pay(h.salon.Tenant.Book(h.salon.Outlet, h.salon.Service, c, 3, fmt.Sprintf("%02d:00", 8+i))))
		h.arrivals++
	}
	h.Advance(2 * time.Hour) // what was earned can be withdrawn
	h.salon.Admin = h.salon.SignIn(h.salon.Email)
	for _, c := range h.customers {
		c.Token = testkit.Token(h.JSON("", "POST", "/customer/auth/login",
			object{"email": c.Email, "password": testkit.Password, "tenant_slug": h.salon.Slug}).Text("access_token"))
	}
}

// reach sets all hands going at once, with somebody who looks.
func (h *hands) reach() {
	h.Helper()
	var wishes []func()
	for n := range managers {
		wish := h.withdrawal(n)
		wishes = append(wishes, wish)
	}
	for i, c := range h.customers {
		for n, appointment := range c.unpaid {
			wishes = append(wishes, func() { h.redeem(c, appointment, i+n) }, func() { h.refund(c, i+n) })
		}
	}
	for _, server := range h.servers {
		wishes = append(wishes, func() {
			if err := server.Jobs.RunPeriodic(h.Context(), "payments.reconcile"); err != nil {
				h.Error(err)
			}
		})
	}
	looking, stop := context.WithCancel(h.Context())
	var group, looker sync.WaitGroup
	looker.Go(func() { h.look(looking) })
	gate := make(chan struct{})
	for _, wish := range wishes {
		group.Go(func() {
			<-gate
			wish()
		})
	}
	close(gate)
	group.Wait()
	stop()
	looker.Wait()
}

// ask asks one of the servers.
func (h *hands) ask(n int, r testkit.Request) testkit.Answer {
	r.Method = http.MethodPost
	answer := h.servers[n%len(h.servers)].Send(r)
	switch {
	case answer.Status == http.StatusConflict, answer.Status == http.StatusBadRequest:
		h.tally.refused.Add(1)
	case answer.Status >= 300:
		h.Errorf("%s: %d %s", r.Path, answer.Status, answer.Body)
	}
	return answer
}

// redeem spends some of a wallet on an appointment; a payment link asks for the rest.
func (h *hands) redeem(c *customer, appointment id.ID, n int) {
	if h.ask(n, testkit.Request{As: c.Token, Path: "/customer/payments/process-appointment", Body: object{
		"appointment_id": appointment, "use_wallet": true, "wallet_amount": redeemed,
	}}).Status == http.StatusCreated {
		h.tally.redeemed.Add(1)
		c.held.Add(redeemed)
	}
}

// refund gives some of a payment back to the wallet.
func (h *hands) refund(c *customer, n int) {
	answer := h.ask(n+1, testkit.Request{As: h.salon.Admin, Path: "/payments/" + string(c.payment) + "/refund", Body: object{
		"amount": refunded, "method": "wallet", "reason": "ill",
	}})
	if answer.Status != http.StatusCreated {
		return
	}
	fee, err := strconv.ParseInt(answer.Text("fee_amount"), 10, 64)
	if err != nil {
		h.Error(err)
	}
	h.tally.refunded.Add(1)
	h.tally.left.Add(refunded - fee)
	c.back.Add(refunded)
}

// withdrawal prepares one that a manager has a code for. It is asked for until no other
// is in progress, and mostly taken back.
func (h *hands) withdrawal(n int) func() {
	h.Helper()
	who := h.salon.Member(access.TenantAdmin)
	code := h.JSON(who.Token, "POST", "/withdrawals/request-otp", object{"purpose": "withdrawal", "amount": withdrawn, "bank_account_id": h.account})
	body := object{"amount": withdrawn, "bank_account_id": h.account, "otp_token": code.Text("token"), "otp_code": h.Code(who.Email)}
	return func() {
		for range 50 {
			made := h.ask(n, testkit.Request{As: who.Token, Path: "/withdrawals", Body: body})
			if made.Status == http.StatusConflict && made.Text("code") == "withdrawal.in_progress" {
				time.Sleep(5 * time.Millisecond)
				continue
			}
			if made.Status != http.StatusCreated {
				return
			}
			h.tally.withdrawn.Add(1)
			if n%4 != 0 && h.ask(n+1, testkit.Request{As: who.Token, Path: "/withdrawals/" + made.Text("id") + "/cancel"}).Status == http.StatusOK {
				h.tally.cancelled.Add(1)
			}
			return
		}
	}
}

// look sees no account below zero, whenever it looks.
func (h *hands) look(until context.Context) {
	for until.Err() == nil {
		for _, below := range collect[string](h.World, `
			SELECT account || ' ' || amount FROM ledger_balances WHERE amount < 0 AND account NOT IN ('gateway', 'cash', 'taxed')`) {
			h.Errorf("at some moment, %s", below)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (h *hands) check() {
	h.Helper()
	h.settle()
	if _, err := ledger.Verify(h.Context(), h.DB, "", func(f ledger.Finding) error { h.Error(f); return nil }); err != nil {
		h.Fatal(err)
	}
	holds := func(account string, want int64) {
		h.Helper()
		if got := balance(h.World, h.salon.ID, account); got != want || got < 0 {
			h.Errorf("%s holds %d; by the answers it is %d", account, got, want)
		}
	}
	stayed := h.tally.withdrawn.Load() - h.tally.cancelled.Load()
	holds("merchant", int64(rich+h.arrivals)*price-h.tally.left.Load()-stayed*withdrawn)
	for _, c := range h.customers {
		holds("held:"+string(c.ID), c.held.Load())
		holds("wallet:"+string(c.ID), inWallet+c.back.Load()-c.held.Load())
	}
	if paid := collect[int64](h.World, `SELECT coalesce(sum(amount), 0)::bigint FROM withdrawals WHERE status NOT IN ('cancelled', 'failed')`)[0]; paid != stayed*withdrawn {
		h.Errorf("withdrawals of %d; by the answers %d", paid, stayed*withdrawn)
	}
	if h.tally.redeemed.Load() == 0 || h.tally.refunded.Load() == 0 || h.tally.withdrawn.Load() == 0 || h.tally.refused.Load() == 0 {
		h.Errorf("too dull to show anything: %s", &h.tally)
	}
}
