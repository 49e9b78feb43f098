package subscriptions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = map[string]any

// world serves the package's endpoints to one tenant admin, at a settable time.
type world struct {
	*testing.T
	db           *db.DB
	operations   *subscriptions.Operations
	handler      http.Handler
	now          atomic.Pointer[time.Time]
	tenant, user id.ID
	slug         string
}

// AuthenticateStaff stands in for sign-in: any token is the admin's.
func (w *world) AuthenticateStaff(context.Context, string) (access.Staff, error) {
	return access.Staff{UserID: w.user, Tenant: w.tenant, Role: access.TenantAdmin}, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, tenant: id.New(), user: id.New(), slug: "salon-" + string(id.Random())}
	w.set(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC))
	w.db = testkit.DB(t, testkit.WithClock(func() time.Time { return *w.now.Load() }))
	w.operations = subscriptions.New(w.db, jobs.NewRegistry())
	a := api.New(api.Config{Staff: w, RateLimitOff: true})
	subscriptions.Register(a, w.operations)
	w.handler = a.Handler()
	err := w.db.Platform(t.Context(), "test", func(tx *db.Tx) error {
		tenants.Create(tx, w.tenant, tenants.Draft{Slug: w.slug, Name: "Salon", Email: "a@b.co", Phone: "1", BusinessType: "spa"})
		subscriptions.Open(tx, w.tenant)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) set(now time.Time) { w.now.Store(&now) }

func (w *world) get(path string) object {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), "GET", "/api/v1"+path, nil)
	r.Header.Set("Authorization", "Bearer x")
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	var out object
	if err := json.NewDecoder(bytes.NewReader(answer.Body.Bytes())).Decode(&out); err != nil || answer.Code != 200 {
		w.Fatalf("GET %s: %d %s", path, answer.Code, answer.Body)
	}
	return out
}

func (w *world) update(fn func(tx *db.Tx)) error {
	return w.db.Update(w.Context(), w.tenant, func(tx *db.Tx) error { fn(tx); return nil })
}

func (w *world) setPlan(plan string) {
	w.Helper()
	if err := w.operations.SetPlan(w.Context(), access.System{Job: "operator"}, w.slug, plan); err != nil {
		w.Fatal(err)
	}
}

func TestPlans(t *testing.T) {
	w := newWorld(t)
	list := w.get("/subscriptions/plans")
	if diff := cmp.Diff([]any{"pro", "enterprise"}, list["upgrade_paths"]); diff != "" {
		t.Error(diff)
	}
	plans := list["plans"].([]any)
	if len(plans) != 3 || list["current_plan"] != "free" {
		t.Fatalf("catalogue = %v", list)
	}
	pro := plans[1].(object)
	for key, want := range map[string]any{
		"plan": "pro", "plan_type": "PRO", "name": "Pro", "display_name": "Pro",
		"price": object{"monthly": 599000.0, "quarterly": 1617300.0, "yearly": 6468000.0, "currency": "IDR"},
		"limits": object{
			"max_outlets": 10.0, "max_staff_per_outlet": 50.0, "max_appointments_per_month": 2000.0, "max_services": 50.0,
			"max_services_per_appointment": -1.0, "max_packages": 10.0, "max_items_per_package": 10.0,
		},
		"pricing": object{"monthly_price": 599000.0, "yearly_price": 6468000.0, "setup_fee": 0.0, "currency": "IDR", "yearly_discount_percent": 10.02},
	} {
		if diff := cmp.Diff(want, pro[key]); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
	block := plans[2].(object)["features"].(object)
	if block["max_outlets"] != 999999.0 || block["platform_fee_rate"] != "0.03" || block["webhook_integrations"] != true {
		t.Errorf("features of enterprise = %v", block)
	}
	if free := plans[0].(object)["features"].(object); free["payment_processing"] != true || free["api_access"] != false {
		t.Errorf("features of free = %v", free)
	}

	w.setPlan("enterprise")
	list = w.get("/subscriptions/plans?format=v2")
	if diff := cmp.Diff([]any{"pro", "free"}, list["downgrade_paths"]); diff != "" {
		t.Error(diff)
	}
	if _, lines := list["plans"].([]any)[0].(object)["features"].([]any); !lines {
		t.Error("format=v2 must give features as a list")
	}
}

func TestCurrentAndUsage(t *testing.T) {
	w := newWorld(t)
	outlet, closed := id.New(), id.New()
	err := w.update(func(tx *db.Tx) {
		for _, o := range []id.ID{outlet, closed} {
			tx.Exec(`
				INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at, deleted_at)
				VALUES ($1, $2, $2, 'North', 'Asia/Jakarta', $3, $3, CASE WHEN $4 THEN $3::timestamptz END)`,
				w.tenant, o, tx.Now(), o == closed)
		}
		for n := range 4 {
			w.staff(tx, outlet, n == 3)
		}
		subscriptions.CountAppointment(tx, civil.Date{Year: 2026, Month: 4, Day: 1}, 100)
	})
	if err != nil {
		t.Fatal(err)
	}

	current := w.get("/subscriptions/current")
	for key, want := range map[string]any{
		"plan": "free", "plan_type": "FREE", "status": "active", "billing_period": "monthly", "trial_end": nil,
		"cancel_at_period_end": false, "tenant_id": string(w.tenant),
		"current_period_start": "2026-04-10T09:00:00Z", "current_period_end": "2026-05-10T09:00:00Z",
	} {
		if current[key] != want {
			t.Errorf("%s = %v, want %v", key, current[key], want)
		}
	}
	used := current["usage"].(object)
	delete(used, "warnings")
	want := object{
		"current_outlets": 2.0, "current_staff": 3.0, "current_customers": 0.0, "current_services": 0.0,
		"appointments_this_month": 1.0, "last_updated": "2026-04-10T09:00:00Z",
	}
	if diff := cmp.Diff(want, used); diff != "" {
		t.Error(diff)
	}

	usage := w.get("/subscriptions/usage")
	summary := object{
		"outlets":      object{"used": 2.0, "limit": 1.0, "percentage": 200.0},
		"staff":        object{"used": 3.0, "limit": 5.0, "percentage": 60.0},
		"services":     object{"used": 0.0, "limit": 10.0, "percentage": 0.0},
		"customers":    object{"used": 0.0, "limit": -1.0, "percentage": 0.0},
		"appointments": object{"used": 1.0, "limit": 100.0, "percentage": 1.0},
	}
	if diff := cmp.Diff(summary, usage["usage_summary"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"outlets"}, usage["approaching_limits"]); diff != "" {
		t.Error(diff)
	}
	if usage["upgrade_recommended"] != true {
		t.Error("an upgrade must be recommended")
	}
	byOutlet := []any{object{"outlet_id": string(outlet), "name": "North", "used": 3.0, "limit": 5.0}}
	if diff := cmp.Diff(byOutlet, usage["staff_by_outlet"]); diff != "" {
		t.Error(diff)
	}
}

// staff adds a staff member to an outlet.
func (w *world) staff(tx *db.Tx, outlet id.ID, terminated bool) {
	member, status := id.New(), "active"
	if terminated {
		status = "terminated"
	}
	tx.Exec(`
		WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key)
		INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, status, created_at, updated_at)
		SELECT $1, $2, key, $3, 'A', 'B', $2 || '@x.com', '1', $4, $5, $5
		FROM subject`, w.tenant, member, outlet, status, tx.Now())
	tx.Exec(`INSERT INTO staff_outlets (tenant_id, staff_id, outlet_id) VALUES ($1, $2, $3)`, w.tenant, member, outlet)
}

func TestCountAppointmentStopsAtTheLimit(t *testing.T) {
	w := newWorld(t)
	month := civil.Date{Year: 2026, Month: 4, Day: 1}
	var taken, refused atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			err := w.update(func(tx *db.Tx) { subscriptions.CountAppointment(tx, month, 7) })
			switch {
			case err == nil:
				taken.Add(1)
			case db.IsConflict(err, subscriptions.AppointmentGuard):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if taken.Load() != 7 || refused.Load() != 5 {
		t.Errorf("%d taken and %d refused of 12, limit 7", taken.Load(), refused.Load())
	}

	// Another month, and no limit at all.
	next := civil.Date{Year: 2026, Month: 5, Day: 1}
	if err := w.update(func(tx *db.Tx) { subscriptions.CountAppointment(tx, next, 1) }); err != nil {
		t.Error(err)
	}
	if err := w.update(func(tx *db.Tx) { subscriptions.CountAppointment(tx, month, subscriptions.Unlimited) }); err != nil {
		t.Error(err)
	}
	if err := w.update(func(tx *db.Tx) { subscriptions.CountAppointment(tx, month, 0) }); !db.IsConflict(err, subscriptions.AppointmentGuard) {
		t.Errorf("a limit of 0 allowed one: %v", err)
	}
}

func TestCountIsLostWithItsTransaction(t *testing.T) {
	w := newWorld(t)
	stop := errors.New("stop")
	err := w.db.Update(t.Context(), w.tenant, func(tx *db.Tx) error {
		subscriptions.CountAppointment(tx, civil.Date{Year: 2026, Month: 4, Day: 1}, 100)
		if err := tx.Flush(t.Context()); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if used := w.get("/subscriptions/current")["usage"].(object)["appointments_this_month"]; used != 0.0 {
		t.Errorf("%v appointments counted", used)
	}
}

func TestAppointmentLimitBody(t *testing.T) {
	f := subscriptions.Pro.AppointmentLimit()
	want := map[string]any{
		"current_plan":      subscriptions.Pro,
		"usage":             subscriptions.AppointmentUsage{AppointmentsThisMonth: 2000, Limit: 2000},
		"upgrade_available": true,
	}
	if diff := cmp.Diff(want, f.Extra); diff != "" || f.Status() != http.StatusForbidden {
		t.Errorf("%d %s", f.Status(), diff)
	}
	if !errors.Is(f, subscriptions.ErrAppointmentLimit) {
		t.Error("the number must not change what the fault is")
	}
}

func TestQueueTellsPlanAndMonth(t *testing.T) {
	w := newWorld(t)
	err := w.db.Update(t.Context(), w.tenant, func(tx *db.Tx) error {
		open, locked := subscriptions.Queue(tx), subscriptions.QueueLocked(tx)
		if err := tx.Flush(t.Context()); err != nil {
			return err
		}
		if diff := cmp.Diff(open.Value, locked.Value); diff != "" || !open.Found {
			t.Error(diff)
		}
		if open.Value.Plan != subscriptions.Free || open.Value.Limits().Outlets != 1 {
			t.Errorf("current = %+v", open.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSetPlan(t *testing.T) {
	w := newWorld(t)
	w.setPlan("enterprise")
	if got := w.get("/subscriptions/current")["plan"]; got != "enterprise" {
		t.Errorf("plan = %v", got)
	}
	w.book(3) // counted by nobody: the plan has no limit
	if used := w.get("/subscriptions/current")["usage"].(object)["appointments_this_month"]; used != 3.0 {
		t.Errorf("%v appointments used on a plan without a limit", used)
	}
	// A plan with a limit counts those that the month has.
	w.setPlan(" Pro ")
	if used := w.get("/subscriptions/current")["usage"].(object)["appointments_this_month"]; used != 3.0 {
		t.Errorf("%v appointments used after going to a plan with a limit", used)
	}
	var entries int
	err := testkit.Superuser(t).QueryRow(t.Context(),
		`SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND action = 'subscription.plan_set'`, w.tenant).Scan(&entries)
	if err != nil || entries != 2 {
		t.Errorf("%d audit entries, %v", entries, err)
	}

	who := access.System{Job: "operator"}
	if err := w.operations.SetPlan(t.Context(), who, w.slug, "gold"); !errors.Is(err, subscriptions.ErrPlan) {
		t.Errorf("plan gold: %v", err)
	}
	if err := w.operations.SetPlan(t.Context(), who, "no-such-salon", "pro"); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("unknown slug: %v", err)
	}
}

// book writes appointments as they are stored.
func (w *world) book(n int) {
	w.Helper()
	err := w.update(func(tx *db.Tx) {
		outlet, customer := id.New(), id.New()
		tx.Exec(`
			INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at)
			VALUES ($1, $2, $2, 'North', 'Asia/Jakarta', $3, $3)`, w.tenant, outlet, tx.Now())
		tx.Exec(`
			INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at)
			VALUES ($1, $2, 'A', 'B', 'walk_in', $3, $3)`, w.tenant, customer, tx.Now())
		for range n {
			tx.Exec(`
				INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
					starts_at, ends_at, total_price, currency, created_at, updated_at)
				VALUES ($1, $2, $3, $4, 'cancelled', 'pending', 'scheduled', 'staff', $5, $5::timestamptz + interval '1 hour', 0, 'IDR', $5, $5)`,
				w.tenant, id.New(), outlet, customer, tx.Now())
		}
	})
	if err != nil {
		w.Fatal(err)
	}
}

func TestPeriodsRoll(t *testing.T) {
	w := newWorld(t)
	roll := func() {
		t.Helper()
		if err := w.operations.Roll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ now, start, end string }{
		{"2026-05-10T08:59:59Z", "2026-04-10T09:00:00Z", "2026-05-10T09:00:00Z"},
		{"2026-05-10T09:00:00Z", "2026-05-10T09:00:00Z", "2026-06-09T09:00:00Z"},
		{"2026-09-01T00:00:00Z", "2026-08-08T09:00:00Z", "2026-09-07T09:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		w.set(now)
		roll()
		roll()
		current := w.get("/subscriptions/current")
		got := strings.Join([]string{current["current_period_start"].(string), current["current_period_end"].(string)}, " ")
		if got != c.start+" "+c.end {
			t.Errorf("at %s the period is %s", c.now, got)
		}
	}
}
