package proof_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// inTown is how many lives go on at once, on one server with one provider.
const inTown = 20

// Money lives: customers ask for links, pay too little, twice, late or not at all, at the
// desk too, cancel, and the provider's word comes first, last, twice or never, to this
// address or to another's, while the server is killed between any two of its steps. In
// the end the books balance, and the provider's own record says the same.
func TestMoney(t *testing.T) {
	t.Parallel()
	seed, lives := option(t, "seed"), option(t, "lives")
	counts := map[string]int{}
	for town := uint64(0); town*inTown < lives && !t.Failed(); town++ {
		m := settleTown(t, seed+town, counts)
		m.live()
		m.heal()
		m.check()
		if t.Failed() {
			t.Fatalf("to repeat: go test ./internal/proof -run TestMoney -seed %d -lives 1", m.seed)
		}
	}
	t.Logf("%d lives from seed %d: %v", lives, seed, counts)
	for _, lived := range []string{
		"linked", "used the wallet", "paid", "paid in part", "paid the rest", "paid at the desk", "cancelled", "paid late",
		"called back first", "called back twice", "never called back", "called another", "forged", "killed", "refused by the provider", "answer lost",
	} {
		if counts[lived] == 0 && lives >= fewLives {
			t.Errorf("nobody %s: these lives are too dull to show anything", lived)
		}
	}
}

// town is a server with its provider, two businesses and the lives of their customers.
// Whatever happens follows from the seed.
type town struct {
	*testkit.World
	provider *provider
	seed     uint64
	random   *rand.Rand
	counts   map[string]int
	shops    []*shop
	lives    []*life
	bag      []letter
	keys     int
	signedIn map[string]time.Time
}

// shop is a business, whose appointments begin one after the other.
type shop struct {
	*testkit.Salon
	booked int
}

// life is a customer with an appointment.
type life struct {
	shop        *shop
	customer    testkit.Customer
	appointment id.ID
	cash        int64
	cancelled   bool
}

const price = 150_000

func settleTown(t *testing.T, seed uint64, counts map[string]int) *town {
	t.Helper()
	w, p := withProvider(t)
	m := &town{World: w, provider: p, seed: seed, random: rand.New(rand.NewPCG(seed, 5)), counts: counts, signedIn: map[string]time.Time{}}
	for range 2 {
		m.shops = append(m.shops, &shop{Salon: w.Salon()})
	}
	for i := range inTown {
		s := m.shops[i%len(m.shops)]
		l := &life{shop: s, customer: s.Tenant.Customer()}
		m.book(l)
		m.lives = append(m.lives, l)
	}
	return m
}

// book gives a life its next appointment, far enough ahead that none begins meanwhile.
func (m *town) book(l *life) {
	m.Helper()
	s := l.shop
	l.appointment = s.Tenant.Book(s.Outlet, s.Service, l.customer, 8+s.booked/12, fmt.Sprintf("%02d:00", 8+s.booked%12))
	l.cancelled = false
	s.booked++
}

func (m *town) oneIn(n int) bool { return m.random.IntN(n) == 0 }

// live lets everybody act, some thirty times each with the world around them, in an order
// of chance.
func (m *town) live() {
	m.Helper()
	for range 30 * len(m.lives) {
		m.act(m.lives[m.random.IntN(len(m.lives))])
		if m.Failed() {
			return
		}
	}
}

// act is one step of a life, or of the world around it.
func (m *town) act(l *life) {
	m.Helper()
	switch n := m.random.IntN(100); {
	case n < 22:
		m.link(l)
	case n < 36:
		m.pay(l)
	case n < 39:
		m.payAtDesk(l)
	case n < 46:
		m.cancel(l)
	case n < 66:
		m.deliver()
	case n < 68:
		m.forge(l)
	case n < 84:
		m.work(1 + m.random.IntN(4))
	case n < 88:
		m.tick()
	case n < 90:
		m.trouble()
	default:
		m.Advance(time.Duration(1+m.random.IntN(20)) * time.Minute)
	}
	m.bag = append(m.bag, m.provider.take()...)
}

// link asks for a page to pay on, as the customer or at the desk. Now and then the page is
// paid, and the callback there, before the server hears that there is a page.
func (m *town) link(l *life) {
	m.Helper()
	if m.oneIn(6) {
		m.provider.mu.Lock()
		m.provider.before = func() { m.payEarly(l) }
		m.provider.mu.Unlock()
	}
	r := testkit.Request{As: m.customer(l), Method: "POST", Path: "/customer/payments/process-appointment", Body: object{"appointment_id": l.appointment}}
	wallet := m.wallet(l)
	switch {
	case m.oneIn(3):
		r = testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/appointments/" + string(l.appointment) + "/create-payment-link", Body: object{"send_email": false}}
	case wallet > 0 && m.oneIn(2):
		part := object{"appointment_id": l.appointment, "use_wallet": true}
		if m.oneIn(2) {
			part["wallet_amount"] = 1 + m.random.Int64N(min(wallet, price))
		}
		r.Body = part
	}
	answer := m.send(r)
	m.provider.mu.Lock()
	m.provider.before = nil
	m.provider.mu.Unlock()
	switch answer.Status {
	case http.StatusCreated:
		m.counts["linked"]++
		if strings.Contains(fmt.Sprint(r.Body), "use_wallet") {
			m.counts["used the wallet"]++
		}
	case http.StatusConflict, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusBadGateway, http.StatusServiceUnavailable:
	default:
		m.Errorf("link: %d %s", answer.Status, answer.Body)
	}
}

// payEarly pays the page that was just made, and delivers the callback at once.
func (m *town) payEarly(l *life) {
	m.Work.Watch(nil) // who was to die here dies another time
	pages := m.provider.pages(m.World)
	for _, number := range m.numbers(l) {
		if p, ok := pages[number]; ok && p.Paid == 0 {
			if err := m.provider.Pay(paperID, number, 0); err != nil {
				m.Errorf("pay early: %v", err)
			}
			m.flush()
			for _, letter := range m.provider.take() {
				m.post(letter)
				m.counts["called back first"]++
			}
			return
		}
	}
}

// numbers are those of all pages that were ever asked for a life's appointment.
func (m *town) numbers(l *life) []string {
	m.Helper()
	return collect[string](m, `SELECT provider_number FROM invoices WHERE customer_id = $1 AND provider_number IS NOT NULL ORDER BY id`, l.customer.ID)
}

func collect[T any](m *town, sql string, args ...any) []T {
	m.Helper()
	rows, err := m.DB.Pool().Query(m.Context(), sql, args...)
	if err != nil {
		m.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		m.Fatal(err)
	}
	return found
}

func (m *town) wallet(l *life) int64 {
	m.Helper()
	return collect[int64](m, `SELECT coalesce(sum(amount), 0)::bigint FROM ledger_balances WHERE tenant_id = $1 AND account = $2`, l.shop.ID, "wallet:"+string(l.customer.ID))[0]
}

// pay pays one of a life's pages on the provider's side, wholly or in part, whatever has
// become of the appointment.
func (m *town) pay(l *life) {
	m.Helper()
	pages, numbers := m.provider.pages(m.World), m.numbers(l)
	open := slices.DeleteFunc(numbers, func(n string) bool { p, ok := pages[n]; return !ok || p.Paid >= p.Total })
	if len(open) == 0 {
		return
	}
	p := pages[open[m.random.IntN(len(open))]]
	amount, said := int64(0), "paid"
	switch {
	case p.Paid > 0:
		said = "paid the rest"
	case m.oneIn(5):
		amount, said = 1+m.random.Int64N(p.Total-1), "paid in part"
	}
	if l.cancelled {
		m.counts["paid late"]++
	}
	if err := m.provider.Pay(paperID, p.Number, amount); err != nil {
		m.Errorf("pay: %v", err)
	}
	m.counts[said]++
	m.flush()
}

func (m *town) flush() {
	if err := m.provider.Flush(m.Context()); err != nil {
		m.Error(err)
	}
}

// payAtDesk takes cash, a part or all that is left. Under one key it is taken once.
func (m *town) payAtDesk(l *life) {
	m.Helper()
	amount := int64(price)
	if m.oneIn(2) {
		amount = 1 + m.random.Int64N(price)
	}
	answer := m.send(testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/appointments/" + string(l.appointment) + "/record-payment",
		Body: object{"amount": amount, "payment_method": "cash"}})
	switch answer.Status {
	case http.StatusOK:
		l.cash += amount
		m.counts["paid at the desk"]++
	case http.StatusConflict, http.StatusBadRequest, http.StatusUnprocessableEntity:
	default:
		m.Errorf("cash: %d %s", answer.Status, answer.Body)
	}
}

// cancel ends the appointment; some book another.
func (m *town) cancel(l *life) {
	m.Helper()
	answer := m.send(testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/appointments/" + string(l.appointment) + "/cancel", Body: object{"cancellation_reason": "ill"}})
	switch answer.Status {
	case http.StatusOK:
		m.counts["cancelled"]++
		l.cancelled = true
	case http.StatusConflict, http.StatusBadRequest:
	default:
		m.Errorf("cancel: %d %s", answer.Status, answer.Body)
	}
	if l.cancelled && m.oneIn(2) {
		m.pay(l) // who is on the page at this moment
	}
	if l.cancelled && m.oneIn(2) && l.shop.booked < 12*18 {
		m.book(l)
	}
}

// deliver takes a callback from the postbag: it arrives, arrives and will once more, goes
// to another business, or is lost.
func (m *town) deliver() {
	m.Helper()
	if len(m.bag) == 0 {
		return
	}
	i := m.random.IntN(len(m.bag))
	l := m.bag[i]
	m.bag = slices.Delete(m.bag, i, i+1)
	switch m.random.IntN(8) {
	case 0, 1:
		m.counts["never called back"]++
	case 2:
		m.counts["called another"]++
		other := m.shops[m.random.IntN(len(m.shops))]
		m.post(letter{path: "/webhooks/paper-invoice/tenant/" + string(other.ID), body: l.body})
		m.bag = append(m.bag, l)
	case 3:
		m.counts["called back twice"]++
		m.post(l)
		m.bag = append(m.bag, l)
	default:
		m.post(l)
	}
}

// post delivers a callback. One that found the server dead is delivered again.
func (m *town) post(l letter) {
	m.Helper()
	answer := m.send(testkit.Request{Method: "POST", Path: l.path, Body: l.body, Header: l.header})
	if answer.Status != http.StatusOK {
		m.Errorf("callback at %s: %d %s: %s", l.path, answer.Status, answer.Body, l.body)
	}
}

// forge says that a page is paid, which may be true or not.
func (m *town) forge(l *life) {
	m.Helper()
	numbers := m.numbers(l)
	if len(numbers) == 0 {
		return
	}
	m.counts["forged"]++
	m.post(letter{path: "/webhooks/paper-invoice", body: fmt.Sprintf(
		`{"message":"invoice has been paid","data":{"invoice":{"id":"","number":%q,"status":"paid","amount_due":0,"total_amount":1}}}`,
		numbers[m.random.IntN(len(numbers))])})
}

// trouble makes the provider refuse its next calls, or lose an answer.
func (m *town) trouble() {
	k := m.provider.Knobs()
	if m.oneIn(2) {
		k.FailNext = 1 + m.random.IntN(2)
		m.counts["refused by the provider"]++
	} else {
		k.LoseNext = 1
		m.counts["answer lost"]++
	}
	m.provider.SetKnobs(k)
}

// errKilled is the end of the server between two of its steps.
var errKilled = errors.New("killed")

// killing runs something that may end before one of its round trips to the database, with
// nothing after it done, as when the process is killed.
func (m *town) killing(fn func()) (killed bool) {
	if !m.oneIn(6) {
		fn()
		return false
	}
	left := 1 + m.random.IntN(8)
	m.Work.Watch(func() {
		if left--; left == 0 {
			panic(errKilled)
		}
	})
	defer m.Work.Watch(nil)
	defer func() {
		switch caught := recover(); {
		case caught == nil:
		case caught == errKilled:
			killed = true
		default:
			panic(caught)
		}
	}()
	fn()
	return left <= 0
}

// send makes a request until it is answered by a server that lives, under one key.
func (m *town) send(r testkit.Request) testkit.Answer {
	m.Helper()
	if r.As != "" {
		m.keys++
		r.Header = object{"Idempotency-Key": fmt.Sprintf("money-%d", m.keys)}
	}
	quiet := *m.World
	quiet.Inspect = nil // a server that is killed answers nothing
	for range 20 {
		var answer testkit.Answer
		if !m.killing(func() { answer = quiet.Send(r) }) {
			return answer
		}
		m.counts["killed"]++
	}
	return m.World.Send(r)
}

// work does some of the jobs that are due, in any order. One that fails or is killed stays,
// and one that was done may be done again.
func (m *town) work(n int) {
	m.Helper()
	for range n {
		due := m.due()
		if len(due) == 0 {
			return
		}
		job := due[m.random.IntN(len(due))]
		var err error
		if m.killing(func() { err = m.run(job) }) {
			m.counts["killed"]++
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

func (m *town) run(job queued) error {
	a := job.Args
	return m.Jobs.Run(m.Context(), a.Tenant, a.Event, a.Subscriber, a.Data)
}

func (m *town) due() []queued {
	m.Helper()
	rows, err := m.DB.Pool().Query(m.Context(), `
		SELECT id, args
		FROM river.river_job
		WHERE kind = 'event' AND scheduled_at <= $1 AND args ->> 'subscriber' NOT IN ('sender', 'notifications')
		ORDER BY id
		LIMIT 8`, time.Now())
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
	names := []string{"payments.reconcile", "appointments.expire", "invoices.overdue"}
	name := names[m.random.IntN(len(names))]
	m.killing(func() { _ = m.Jobs.RunPeriodic(m.Context(), name) })
}

func (m *town) admin(s *shop) testkit.Token {
	if m.Clock.Now().Sub(m.signedIn[s.Email]) > 20*time.Minute {
		s.Admin = s.SignIn(s.Email)
		m.signedIn[s.Email] = m.Clock.Now()
	}
	return s.Admin
}

func (m *town) customer(l *life) testkit.Token {
	m.Helper()
	if m.Clock.Now().Sub(m.signedIn[l.customer.Email]) > 20*time.Minute {
		l.customer.Token = testkit.Token(m.JSON("", "POST", "/customer/auth/login",
			object{"email": l.customer.Email, "password": testkit.Password, "tenant_slug": l.shop.Slug}).Text("access_token"))
		m.signedIn[l.customer.Email] = m.Clock.Now()
	}
	return l.customer.Token
}
