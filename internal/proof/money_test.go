package proof_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
)

// inTown is how many lives go on at once, on one server with its providers.
const inTown = 20

// Money lives: customers ask for links, pay too little, twice, late or not at all, at the
// desk too, fill their wallets, cancel in time or late, and want their money back;
// businesses give it back on all ways and withdraw what they earned; and the providers'
// word comes first, last, twice or never, to this address or to another's, while the
// server is killed between any two of its steps. In the end the books balance, and the
// providers' own records say the same.
func TestMoney(t *testing.T) {
	t.Parallel()
	seed, lives := option(t, "seed"), option(t, "lives")
	var mu sync.Mutex
	var busy atomic.Pointer[testkit.Answer]
	counts := map[string]int{}
	t.Run("towns", func(t *testing.T) {
		all := t
		for town := uint64(0); town*inTown < lives; town++ {
			t.Run(fmt.Sprint(seed+town), func(t *testing.T) {
				t.Parallel()
				if all.Failed() {
					return
				}
				m := settleTown(t, seed+town, &busy)
				m.live()
				m.heal()
				m.check()
				if t.Failed() {
					t.Fatalf("to repeat: go test ./internal/proof -run TestMoney -seed %d -lives 1", m.seed)
				}
				mu.Lock()
				defer mu.Unlock()
				for what, n := range m.counts {
					counts[what] += n
				}
			})
		}
	})
	t.Logf("%d lives from seed %d: %v", lives, seed, counts)
	for _, lived := range []string{
		"taxed", "linked", "used the wallet", "paid", "paid in part", "paid the rest", "paid another amount", "failed to pay", "paid at the desk", "taxed at the desk",
		"topped up", "cancelled", "cancelled late", "paid late", "asked for it back", "got it back by wallet", "got it back by manual",
		"got it back by gateway", "was refused", "withdrew", "lost the answer to a payout", "called back first", "called back twice",
		"never called back", "called another", "forged", "killed", "killed at the provider's door", "never heard the answer",
		"refused by the provider", "answer lost",
	} {
		if counts[lived] == 0 && lives >= fewLives {
			t.Errorf("nobody %s: these lives are too dull to show anything", lived)
		}
	}
}

// town is a server with its providers, three businesses and the lives of their customers.
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
	busy     *atomic.Pointer[testkit.Answer] // to a request whose answer died with its server; of all towns
	signedIn map[string]time.Time
}

// shop is a business, whose appointments begin one after the other.
type shop struct {
	*testkit.Salon
	currency money.Currency
	bank     string // its account; empty where it cannot withdraw
	booked   int
	tax      float64 // on top of its prices
}

// amount is how requests write minor units.
func (s *shop) amount(minor int64) string {
	return money.Number{Minor: minor, Currency: s.currency}.String()
}

// life is a customer with an appointment.
type life struct {
	shop        *shop
	customer    testkit.Customer
	appointment id.ID
	cash        int64 // given at the desk
	back        int64 // got back there
	cancelled   bool
}

// price is in minor units: 150,000 rupiah, or 1,500 pesos.
const price = 150_000

func settleTown(t *testing.T, seed uint64, busy *atomic.Pointer[testkit.Answer]) *town {
	t.Helper()
	w, p := withProvider(t)
	m := &town{World: w, provider: p, seed: seed, random: rand.New(rand.NewPCG(seed, 5)), counts: map[string]int{}, signedIn: map[string]time.Time{}, busy: busy}
	m.Every("maya.webhooks")
	for i, currency := range []money.Currency{money.IDR, money.IDR, money.PHP} {
		m.open(i, currency)
	}
	for i := range inTown {
		s := m.shops[i%len(m.shops)]
		l := &life{shop: s, customer: s.Tenant.Customer()}
		m.book(l)
		m.lives = append(m.lives, l)
	}
	return m
}

// open opens a business. The first lets its customers cancel at any time, the others keep
// a part of the price of whoever does so less than a month ahead. Some add a tax to their
// prices. What was earned in rupiah can be withdrawn.
func (m *town) open(n int, currency money.Currency) {
	m.Helper()
	s := &shop{Salon: m.Salon(), currency: currency}
	m.shops = append(m.shops, s)
	if currency != money.IDR {
		s.Tenant.Settings(object{"currency": currency})
		s.Service = s.Tenant.Service(object{"pricing": object{"base_price": s.amount(price), "currency": currency}})
		s.Staff = s.Tenant.Staff(s.Outlet, []*testkit.Service{s.Service}).WorksDaily(28)
	} else {
		s.bank = bank(m.World, s.Salon)
	}
	if s.tax = []float64{0, 0.11, 0.07625}[m.random.IntN(3)]; s.tax > 0 {
		s.Tenant.Settings(object{"tax_rate": s.tax})
		m.counts["taxed"]++
	}
	terms := object{"cancellation_hours": 0}
	if n > 0 {
		terms = object{"cancellation_hours": 720, "late_cancellation_fee": object{"type": "percentage", "value": 20}}
	}
	m.JSON(s.Admin, "PUT", "/outlets/"+string(s.Outlet.ID)+"/settings", terms)
}

// book gives a life its next appointment, far enough ahead that none begins meanwhile.
func (m *town) book(l *life) {
	m.Helper()
	s := l.shop
	m.admin(s)
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
	case n < 18:
		m.link(l)
	case n < 31:
		m.pay(l)
	case n < 34:
		m.payAtDesk(l)
	case n < 37:
		m.topUp(l)
	case n < 42:
		m.cancel(l)
	case n < 47:
		m.giveBack(l)
	case n < 50:
		m.decide(l.shop)
	case n < 57:
		m.withdraw(l.shop)
	case n < 71:
		m.deliver()
	case n < 73:
		m.forge(l)
	case n < 86:
		m.work(1 + m.random.IntN(4))
	case n < 91:
		m.tick()
	case n < 93:
		m.trouble()
	default:
		m.Advance(time.Duration(1+m.random.IntN(20)) * time.Minute)
		m.provider.maya.Expire()
		m.flush()
	}
	m.bag = append(m.bag, m.provider.take()...)
}

// collect reads a column as superuser.
func collect[T any](w *testkit.World, sql string, args ...any) []T {
	w.Helper()
	rows, err := w.DB.Pool().Query(w.Context(), sql, args...)
	if err != nil {
		w.Fatalf("%v\n%s", err, sql)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		w.Fatalf("%v\n%s", err, sql)
	}
	return found
}

// balance is what an account of a business holds in all its currencies, of which it has one.
func balance(w *testkit.World, tenant id.ID, account string) int64 {
	w.Helper()
	return collect[int64](w, `SELECT coalesce(sum(amount), 0)::bigint FROM ledger_balances WHERE tenant_id = $1 AND account = $2`, tenant, account)[0]
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
