package payments_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/api/replay"
	"reserva/internal/billing/history"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/maya"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/refunds"
	"reserva/internal/billing/webhooks"
	"reserva/internal/billing/withdrawals"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/pdf"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	clientID      = "client-1"
	clientSecret  = "s3cret-s3cret"
	webhookSecret = "hook-secret"
)

// world is billing with the simulated provider, over HTTP on both sides, and one
// salon that sells an hour for IDR 150,000 on the FREE plan.
type world struct {
	*testkit.World
	t           *testing.T
	paper       *sim.Simulator
	paperClient *paperid.Client
	maya        *mayasim.Simulator
	mayaURL     string
	mayaClient  *maya.Client // of the platform's account
	hooks       *webhooks.Operations
	payments    *payments.Operations
	booking     *appointments.Operations
	tokens      tokens
	*salon
}

// tokens stand for sign-in: a bearer is a key of who it is.
type tokens struct {
	staff     map[string]access.Staff
	customers map[string]access.Customer
}

func (t tokens) AuthenticateStaff(_ context.Context, bearer string) (access.Staff, error) {
	if who, ok := t.staff[bearer]; ok {
		return who, nil
	}
	return access.Staff{}, api.ErrUnauthenticated
}

func (t tokens) AuthenticateCustomer(_ context.Context, bearer string) (access.Customer, error) {
	if who, ok := t.customers[bearer]; ok {
		return who, nil
	}
	return access.Customer{}, api.ErrUnauthenticated
}

// setup changes how a world is made.
type setup struct {
	hooks webhooks.Config
	paper sim.Config
	off   bool // no provider at all
	maya  bool // the platform has an account at Maya as well

	unsigned bool // callbacks of Maya need no signature
}

func newWorld(t *testing.T, changes ...func(*setup)) *world {
	t.Helper()
	s := setup{hooks: webhooks.Config{Secret: webhookSecret}}
	for _, change := range changes {
		change(&s)
	}
	clock := testkit.NewClock(testkit.Beginning())
	registry := jobs.NewRegistry()
	d, err := db.Open(t.Context(), db.Options{URL: testkit.FreshURL(t), Now: clock.Now, Subscribers: registry.Subscribers(), MaxConns: 12})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, tokens: tokens{map[string]access.Staff{}, map[string]access.Customer{}}, booking: appointments.New(d)}
	a := api.New(api.Config{Staff: w.tokens, Customers: w.tokens, Idempotency: replay.New(d, keys), RateLimitOff: true, Now: clock.Now})
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)

	w.paper = simulator(t, s.paper, clock.Now, server.URL)
	provider := serve(t, w.paper)
	w.paperClient = client(t, provider, clientID, clientSecret)
	var gateway payments.Gateway
	if !s.off {
		gateway = payments.NewPaper(w.paperClient)
	}
	w.simulateMaya(clock.Now)
	config := payments.Config{Gateway: gateway, Keys: keys, ReturnURL: server.URL + payments.ReturnPath, Own: func(c tenants.Credentials) (payments.Gateway, error) {
		if c.Provider == tenants.Maya {
			w.maya.SetAccount(mayasim.Account{PublicKey: c.ClientID, SecretKey: c.ClientSecret})
			return payments.NewMaya(w.mayaClientOf(c.ClientID, c.ClientSecret)), nil
		}
		return payments.NewPaper(client(t, provider, c.ClientID, c.ClientSecret)), nil
	}}
	if s.maya {
		config.Maya = payments.NewMaya(w.mayaClient)
	}
	w.payments = payments.New(d, config)
	s.hooks.Maya = webhooks.MayaConfig{Keys: w.maya.PublicKeys, Signed: !s.unsigned, Accounts: webhooks.MayaAccounts{
		BaseURL: server.URL, Platform: w.mayaClient, Keys: keys,
		Open: func(c tenants.Credentials) (*maya.Client, error) {
			return w.mayaClientOf(c.ClientID, c.ClientSecret), nil
		},
	}}
	hooks := webhooks.New(d, w.payments, s.hooks, nil)
	w.hooks = hooks
	fonts := pdf.NewLibrary(nil, false)
	bills := invoices.NewOperations(d, fonts)
	post := outbox.New(d, outbox.Options{})
	post.Mount(a.Mux())
	tenants.Register(a, tenants.New(d, tenants.Config{Keys: keys, Plans: subscriptions.Terms{}, PublicURL: server.URL}))
	payments.Register(a, w.payments)
	payments.RegisterCustomer(a, w.payments)
	payments.RegisterInvoices(a, w.payments, bills)
	payments.MountPages(a.Mux(), w.payments, slog.New(slog.DiscardHandler))
	given := refunds.New(d, w.payments, nil)
	refunds.Register(a, given)
	refunds.Subscribe(registry, given)
	shown := history.New(d)
	history.Register(a, shown)
	history.Subscribe(registry, shown)
	invoices.Register(a, bills)
	withdrawals.Register(a, withdrawals.New(d, withdrawals.Config{}))
	webhooks.Register(a, hooks)
	appointments.RegisterCustomer(a, w.booking)
	w.booking.OnLook(w.payments.LookSoon)
	appointments.Subscribe(registry, w.booking)
	payments.Subscribe(registry, w.payments)
	invoices.Subscribe(registry, bills)
	webhooks.Subscribe(registry, hooks)
	post.Subscribe(registry)

	w.World = testkit.Around(t, testkit.Parts{Handler: a.Handler(), DB: d, Jobs: registry, Clock: clock, BaseURL: server.URL})
	w.salon = w.newSalon("IDR", 150_000)
	return w
}

func simulator(t *testing.T, c sim.Config, now func() time.Time, server string) *sim.Simulator {
	t.Helper()
	c.Clock = now
	c.Accounts = []sim.Account{{
		ClientID: clientID, ClientSecret: clientSecret, Business: "Salon", WebhookSecret: webhookSecret, CompanyID: "company-1",
		Callbacks: sim.ToOne(server + "/api/v1/webhooks/paper-id"),
	}}
	paper, err := sim.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return paper
}

func serve(t *testing.T, paper *sim.Simulator) (url string) {
	t.Helper()
	server := httptest.NewServer(paper)
	t.Cleanup(func() {
		server.Close()
		if err := paper.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

func client(t *testing.T, url, id, secret string) *paperid.Client {
	t.Helper()
	c, err := paperid.New(paperid.Config{
		BaseURL: url, ClientID: id, ClientSecret: secret, Backoff: time.Millisecond, Timeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// salon is a tenant with an outlet, a staff member who works daily, a service, an
// administrator and a customer.
type salon struct {
	tenant, outlet, service, staff id.ID
	customer                       access.Customer
	admin, who                     testkit.Token // who is the customer
	starts                         int
}

func (w *world) newSalon(currency string, price int64) *salon {
	w.Helper()
	s := &salon{tenant: id.New(), outlet: id.New(), service: id.New(), staff: id.New()}
	s.customer = access.Customer{ID: id.New(), Tenant: s.tenant}
	admin := access.Staff{UserID: id.New(), Tenant: s.tenant, Role: access.TenantAdmin, Name: "Dewi Anggraini"}
	s.admin, s.who = testkit.Token("admin-"+s.tenant), testkit.Token("customer-"+s.customer.ID)
	w.tokens.staff[string(s.admin)], w.tokens.customers[string(s.who)] = admin, s.customer
	now := w.Clock.Now()
	w.Exec(`INSERT INTO tenants (id, slug, name, email, phone, currency, timezone, created_at, updated_at)
		VALUES ($1, $2, 'Bella Vista Spa', 'contact@bellavista.com', '+622150812345', $3, 'Asia/Jakarta', $4, $4)`, s.tenant, "salon-"+string(s.tenant), currency, now)
	w.Exec(`INSERT INTO subscriptions (tenant_id, id, plan, current_period_start, current_period_end, created_at, updated_at)
		VALUES ($1, $2, 'FREE', $3, $3, $3, $3)`, s.tenant, id.New(), now)
	w.Exec(`INSERT INTO users (id, email, password_hash, first_name, last_name, created_at, updated_at)
		VALUES ($1, $2, 'x', 'Dewi', 'Anggraini', $3, $3)`, admin.UserID, string(admin.UserID)+"@example.com", now)
	w.Exec(`INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES ($1, $2, 'tenant_admin', $3)`, s.tenant, admin.UserID, now)
	w.Exec(`INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at) VALUES ($1, $2, 'main', 'Kemang', 'Asia/Jakarta', $3, $3)`, s.tenant, s.outlet, now)
	w.Exec(`INSERT INTO services (tenant_id, id, slug, name, duration_minutes, requires_staff, base_price, currency, created_at, updated_at)
		VALUES ($1, $2, 'massage', 'Hot stone massage', 60, true, $3, $4, $5, $5)`, s.tenant, s.service, price, currency, now)
	w.Exec(`WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key)
		INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, created_at, updated_at)
		SELECT $1, $2, key, $3, 'Ayu', 'Lestari', $4, '+62', $5, $5 FROM subject`, s.tenant, s.staff, s.outlet, string(s.staff)+"@example.com", now)
	w.Exec(`INSERT INTO staff_outlets (tenant_id, staff_id, outlet_id) VALUES ($1, $2, $3)`, s.tenant, s.staff, s.outlet)
	w.Exec(`INSERT INTO staff_services (tenant_id, staff_id, service_id) VALUES ($1, $2, $3)`, s.tenant, s.staff, s.service)
	w.Exec(`INSERT INTO availability_entries (tenant_id, id, staff_id, outlet_id, date, starts, ends, type, is_available, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 0, 1440, 'working_hours', true, $6, $6)`, s.tenant, id.New(), s.staff, s.outlet, bookingDay(), now)
	w.Exec(`INSERT INTO customers (tenant_id, id, first_name, last_name, email, phone, source, created_at, updated_at)
		VALUES ($1, $2, 'Siti', 'Rahma', $3, '+6281234567890', 'walk_in', $4, $4)`, s.tenant, s.customer.ID, s.email(), now)
	return s
}

func (s *salon) email() string { return "siti-" + string(s.customer.ID) + "@example.com" }

func bookingDay() civil.Date { return civil.Of(testkit.Beginning(), time.UTC).AddDays(20) }

// book books the service, each time an hour later.
func (w *world) book(s *salon, change ...func(*appointments.Booking)) id.ID {
	w.Helper()
	b := appointments.Booking{
		Outlet: s.outlet, Customer: s.customer.ID, Date: bookingDay(), Start: civil.Clock(s.starts * 60), Type: "scheduled", Source: "staff",
		Audience: availability.Desk, By: access.Staff{Tenant: s.tenant, Role: access.TenantAdmin, UserID: id.New()},
		Lines: []appointments.BookingLine{{Service: s.service}},
	}
	s.starts++
	for _, c := range change {
		c(&b)
	}
	made, err := w.booking.Book(w.t.Context(), s.tenant, b)
	if err != nil {
		w.Fatalf("book: %v", err)
	}
	return made.ID
}

// held makes a booking that waits for its payment.
func held(b *appointments.Booking) { b.AlwaysPending, b.HoldFor = true, time.Hour }

// link makes a payment link as the customer.
func (w *world) link(appointment id.ID, changes ...testkit.Object) testkit.Answer {
	w.Helper()
	body := testkit.Object{"appointment_id": appointment}
	for _, c := range changes {
		for k, v := range c {
			body[k] = v
		}
	}
	return w.Do(w.who, "POST", "/customer/payments/process-appointment", body, http.StatusCreated)
}

// pay pays an invoice on the provider's side; the callbacks have arrived when it
// returns, and wait as jobs.
func (w *world) pay(link testkit.Answer) {
	w.Helper()
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err != nil {
		w.Fatalf("pay: %v", err)
	}
	w.flush()
}

func (w *world) flush() {
	w.Helper()
	if err := w.paper.Flush(w.t.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) balances(s *salon) map[ledger.Account]int64 {
	w.Helper()
	found := map[ledger.Account]int64{}
	err := w.DB.View(w.t.Context(), s.tenant, func(tx *db.Tx) error {
		all, err := ledger.Balances(w.t.Context(), tx)
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.Amount != 0 {
				found[b.Account] += b.Amount
			}
		}
		differences, err := ledger.Check(w.t.Context(), tx)
		if len(differences) > 0 {
			w.Errorf("balances differ from entries: %+v", differences)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// state is the payment of an appointment in short: "paid 150000 confirmed".
func (w *world) appointment(appointment id.ID) string {
	w.Helper()
	found, err := w.booking.Get(w.t.Context(), w.tenant, access.System{Job: "test"}, appointment)
	if err != nil {
		w.Fatal(err)
	}
	return strings.Join([]string{found.PaymentStatus, found.PaidAmount.String(), string(found.Status)}, " ")
}

func (w *world) count(sql string, args ...any) (n int) {
	w.Helper()
	if err := w.DB.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}
