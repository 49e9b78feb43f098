package storm_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A job may run twice: its server was killed after the work and before the note that
// it is done. So every subscriber runs twice on every job here, and the second time
// nothing changes in any table.
func TestAJobThatRunsTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	r := &rerun{World: w, seen: map[string]bool{}}
	for _, provoke := range provocations {
		provoke(t, r)
		r.work()
	}
	for _, name := range w.Jobs.Names() {
		if !r.seen[name] {
			t.Errorf("nothing here gives a job to %s: add what does to the provocations", name)
		}
	}
}

// Interval work may run twice as well, on two servers or in a row.
func TestIntervalWorkThatRunsTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	r := &rerun{World: w, salon: w.Salon(), seen: map[string]bool{}}
	r.link(r.salon.Book(1, "10:00"))
	r.hold()
	r.Advance(40 * 24 * time.Hour) // all of that is over
	for _, name := range w.Jobs.Intervals() {
		w.Every(name)
		once := r.everything()
		w.Every(name)
		if diff := cmp.Diff(once, r.everything()); diff != "" {
			t.Errorf("%s does something more when it runs again (-once +twice):\n%s", name, diff)
		}
	}
	r.work()
	if held := r.count(`SELECT count(*) FROM appointments WHERE hold_until IS NOT NULL`); held != 0 {
		t.Errorf("%d lapsed holds are left", held)
	}
}

// hold lets a customer book where the desk has to confirm.
func (r *rerun) hold() id.ID {
	outlet := r.salon.Tenant.Outlet(testkit.Object{"settings": testkit.Object{"timezone": testkit.Zone, "auto_confirm_bookings": false}})
	r.salon.Tenant.Staff(outlet, []*testkit.Service{r.salon.Service}).WorksDaily(7)
	held := r.JSON(r.salon.Customer.Token, http.MethodPost, "/customer/booking/appointments", testkit.Object{
		"outlet_id": outlet.ID, "appointment_date": r.Day(2), "start_time": "10:00",
		"services": []testkit.Object{{"service_id": r.salon.Service.ID}},
	})
	if held.Text("status") != "pending" {
		r.Errorf("what the desk has to confirm is %s", held.Text("status"))
	}
	return id.ID(held.Text("id"))
}

// provocations make every event happen that somebody subscribes to.
var provocations = []func(t *testing.T, r *rerun){
	func(_ *testing.T, r *rerun) {
		r.salon = r.Salon()
		r.Advance(time.Minute) // by then a job sees to the provider's account
	},
	func(t *testing.T, r *rerun) { // from here on, the business's own server hears of everything
		r.listen(t)
		customer := "/customers/" + string(r.salon.Tenant.WalkIn().ID)
		r.JSON(r.salon.Admin, http.MethodPut, customer, testkit.Object{"first_name": "Citra"})
		r.work()
		r.JSON(r.salon.Admin, http.MethodDelete, customer, nil)
	},
	func(_ *testing.T, r *rerun) {
		moved := r.salon.Book(4, "10:00")
		path := "/appointments/" + string(moved)
		r.JSON(r.salon.Admin, http.MethodPost, path+"/reschedule", testkit.Object{"new_date": r.Day(4), "new_time": "14:00"})
		other := r.salon.Tenant.Staff(r.salon.Outlet, []*testkit.Service{r.salon.Service}).WorksDaily(28)
		r.JSON(r.salon.Admin, http.MethodPut, path+"/staff", testkit.Object{"service_id": r.salon.Service.ID, "staff_id": other.ID})
	},
	func(t *testing.T, r *rerun) {
		link := r.link(r.salon.Book(1, "10:00"))
		pay(t, link, "qris:qris")
		r.await("webhook.received", 2) // of the payment, and of the invoice
	},
	func(_ *testing.T, r *rerun) {
		paid := r.salon.Book(2, "10:00")
		r.JSON(r.salon.Admin, http.MethodPost, "/appointments/"+string(paid)+"/record-payment",
			testkit.Object{"amount": 150000, "payment_method": "cash"})
		r.Due(paid)
		r.JSON(r.salon.Admin, http.MethodPost, "/appointments/"+string(paid)+"/complete", nil)
	},
	func(_ *testing.T, r *rerun) {
		cancelled, missed := r.salon.Book(3, "10:00"), r.salon.Book(3, "12:00")
		r.link(cancelled)
		r.link(missed)
		r.JSON(r.salon.Admin, http.MethodDelete, "/appointments/"+string(cancelled), testkit.Object{"cancellation_reason": "ill"})
		r.Due(missed)
		r.JSON(r.salon.Admin, http.MethodPost, "/appointments/"+string(missed)+"/no-show", nil)
	},
	func(_ *testing.T, r *rerun) {
		r.link(r.hold())
		r.Advance(26 * time.Hour)
		r.Every("appointments.expire")
	},
	func(t *testing.T, r *rerun) {
		r.salon.Admin = r.salon.SignIn(r.salon.Email)
		staff := r.salon.Tenant.Staff(r.salon.Outlet, []*testkit.Service{r.salon.Service}).WorkingHours(r.Day(40), "10:00", "11:00")
		only := testkit.Object{"services": []testkit.Object{{"service_id": r.salon.Service.ID, "staff_id": staff.ID}}}
		taken := r.salon.Book(40, "10:00", only)
		for range 2 {
			r.JSON(r.salon.Admin, http.MethodPost, "/waitlist", testkit.Object{
				"customer_id": r.salon.Tenant.WalkIn().ID, "outlet_id": r.salon.Outlet.ID, "service_id": r.salon.Service.ID, "date_from": r.Day(40),
			})
		}
		r.work()
		r.JSON(r.salon.Admin, http.MethodPost, "/appointments/"+string(taken)+"/cancel", testkit.Object{"cancellation_reason": "ill"})
		r.work()
		if n := r.count(`SELECT count(*) FROM waitlist_offers`); n != 1 {
			t.Errorf("%d offers of one hour", n)
		}
		r.Advance(31 * time.Minute)
		r.Every("appointments.expire")
	},
	func(_ *testing.T, r *rerun) { // earnings are paid out
		r.salon.Admin = r.salon.SignIn(r.salon.Email)
		account := r.confirmed("/withdrawals/bank-accounts", testkit.Object{"bank_code": "014", "account_number": "1234567890"},
			testkit.Object{"purpose": "create_bank_account"}, testkit.Object{"bank_name": "BCA", "account_holder": "PT Bella Vista"})
		r.Advance(time.Minute) // until another code may be asked for
		r.confirmed("/withdrawals", testkit.Object{"amount": 60000, "bank_account_id": account}, testkit.Object{"purpose": "withdrawal"}, nil)
		r.Advance(time.Minute) // it cannot be cancelled any more
	},
	func(t *testing.T, r *rerun) { // part of a payment goes back on the day after, as Maya wants it
		r.JSON(r.salon.Admin, http.MethodPut, "/tenants/"+string(r.salon.ID)+"/maya-config",
			testkit.Object{"public_key": "pk-salon", "secret_key": "sk-salon"})
		r.work()
		service := r.salon.Tenant.Service(testkit.Object{"pricing": testkit.Object{"base_price": 500, "currency": "PHP"}})
		r.salon.Tenant.Staff(r.salon.Outlet, []*testkit.Service{service}).WorksDaily(7)
		r.salon.Customer = r.salon.Tenant.Customer()
		link := r.link(r.salon.Tenant.Book(r.salon.Outlet, service, r.salon.Customer, 3, "10:00"))
		pay(t, link, "card:visa")
		r.await("webhook.received", 1)
		r.work()
		payment := rows(r, pgx.RowTo[id.ID], `SELECT id FROM payments WHERE payment_provider = 'maya' AND status = 'completed'`)[0]
		refund := r.JSON(r.salon.Admin, http.MethodPost, "/payments/"+string(payment)+"/refund",
			testkit.Object{"amount": 200, "reason": "ill", "method": "gateway"})
		if refund.Text("status") != "approved" {
			r.Errorf("refund %s", refund.Body)
		}
		r.Advance(25 * time.Hour)
		r.work()
		if n := r.count(`SELECT count(*) FROM refunds WHERE method = 'gateway' AND status = 'completed'`); n != 1 {
			r.Errorf("%d refunds were made by the provider", n)
		}
	},
	func(t *testing.T, r *rerun) { // somebody looks for a payment, which then comes to the business's own account for a visit that is off
		r.salon.Admin = r.salon.SignIn(r.salon.Email)
		service := r.salon.Tenant.Service(testkit.Object{"pricing": testkit.Object{"base_price": 500, "currency": "PHP"}})
		r.salon.Tenant.Staff(r.salon.Outlet, []*testkit.Service{service}).WorksDaily(7)
		r.salon.Customer = r.salon.Tenant.Customer()
		off := r.salon.Tenant.Book(r.salon.Outlet, service, r.salon.Customer, 3, "10:00")
		path, link := "/appointments/"+string(off), r.link(off)
		r.JSON(r.salon.Admin, http.MethodGet, path+"/payment-status", nil)
		r.work()
		r.JSON(r.salon.Admin, http.MethodDelete, path, testkit.Object{"cancellation_reason": "ill"})
		pay(t, link, "card:visa") // before the job that takes the page away
		r.await("webhook.received", 1)
		r.work()
		if n := r.count(`SELECT count(*) FROM refunds WHERE status = 'requested' AND reason LIKE 'It was paid when%'`); n == 0 {
			r.Errorf("what came in for nothing is not asked for back")
		}
	},
	func(_ *testing.T, r *rerun) { r.Advance(time.Hour) }, // what waits for its time
	func(_ *testing.T, r *rerun) {
		if n := r.count(`SELECT count(*) FROM hook_deliveries WHERE status <> 'delivered'`); n != 0 {
			r.Errorf("%d events have not been delivered", n)
		}
		if n := r.count(`SELECT count(*) FROM withdrawals WHERE status = 'completed'`); n != 1 {
			r.Errorf("%d withdrawals are completed", n)
		}
	},
}

// meanwhile is what a job has somebody else do, by the name of its subscriber. It is
// waited for and worked before the job runs again.
var meanwhile = map[string]string{"withdrawal.requested/withdrawals": "withdrawal.reported"}

// rerun runs jobs twice.
type rerun struct {
	*testkit.World
	salon *testkit.Salon
	seen  map[string]bool // by the name of a subscriber
	// echoes are jobs that a second run queued: they are to change nothing at all.
	echoes  []int64
	running []int64
}

// listen has the events of the salon sent to a server that refuses the first one.
func (r *rerun) listen(t *testing.T) {
	var refused atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !refused.Swap(true) {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	r.JSON(r.salon.Admin, http.MethodPost, "/webhook-endpoints", testkit.Object{"url": server.URL, "event_types": []string{"*"}})
}

// await waits until so many callbacks have queued an event.
func (r *rerun) await(event string, callbacks int) {
	eventually(r, func() []string {
		if len(rows(r, pgx.RowTo[int64], `SELECT id FROM river.river_job WHERE args ->> 'event' = $1`, event)) >= callbacks {
			return nil
		}
		return []string{"the callback for " + event}
	})
}

// confirmed posts a body that a code has to confirm. The code is asked for with what the
// body says, and with a word more; the rest is only for the body.
func (r *rerun) confirmed(path string, body, asking, rest testkit.Object) id.ID {
	maps.Copy(asking, body)
	body["otp_token"] = r.JSON(r.salon.Admin, http.MethodPost, "/withdrawals/request-otp", asking).Text("token")
	body["otp_code"] = r.Code(r.salon.Email)
	maps.Copy(body, rest)
	return id.ID(r.JSON(r.salon.Admin, http.MethodPost, path, body).Text("id"))
}

// link asks for the payment of an appointment and returns where to pay.
func (r *rerun) link(appointment id.ID) string {
	return r.JSON(r.salon.Customer.Token, http.MethodPost, "/customer/payments/process-appointment",
		testkit.Object{"appointment_id": appointment}).Text("payment_link.url")
}

// pay does what a browser does on the provider's page.
func pay(t *testing.T, address, method string) {
	t.Helper()
	answer, err := http.PostForm(address, url.Values{"outcome": {"success"}, "method": {method}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("payment page: status %d", answer.StatusCode)
	}
}

// job is one of the queue.
type job struct {
	ID                int64
	Tenant            id.ID
	Event, Subscriber string
	Data              json.RawMessage
}

// work does what is due until there is no more.
func (r *rerun) work() {
	for {
		due := rows(r, pgx.RowToStructByPos[job], `
			SELECT id, args ->> 'tenant', args ->> 'event', args ->> 'subscriber', args -> 'data'
			FROM river.river_job
			WHERE kind = 'event' AND scheduled_at <= $1 AND id <> ALL (coalesce($2::bigint[], '{}'))
			ORDER BY id LIMIT 1`, time.Now(), r.running)
		if len(due) == 0 {
			return
		}
		r.twice(due[0])
		r.Exec(`DELETE FROM river.river_job WHERE id = $1`, due[0].ID)
	}
}

func (r *rerun) twice(j job) {
	name := j.Event + "/" + j.Subscriber
	r.seen[name] = true
	before := r.everything()
	r.run(j, name)
	if event := meanwhile[name]; event != "" {
		r.await(event, 1)
		r.running = append(r.running, j.ID)
		r.work()
		r.running = nil
	}
	after := r.everything()
	if slices.Contains(r.echoes, j.ID) {
		if diff := cmp.Diff(before, after); diff != "" {
			r.Errorf("%s was queued by a job that had run before, and did something (-before +after):\n%s", name, diff)
		}
	}
	queued := r.queue()
	r.run(j, name)
	if diff := cmp.Diff(after, r.everything()); diff != "" {
		r.Errorf("%s on %s does something more when it runs again (-once +twice):\n%s", name, j.Data, diff)
	}
	for _, now := range r.queue() {
		if !slices.Contains(queued, now) {
			r.echoes = append(r.echoes, now)
		}
	}
}

func (r *rerun) run(j job, name string) {
	if err := r.Jobs.Run(r.Context(), j.Tenant, j.Event, j.Subscriber, j.Data); err != nil {
		r.Fatalf("%s: %v", name, err)
	}
}

func (r *rerun) queue() []int64 {
	return rows(r, pgx.RowTo[int64], `SELECT id FROM river.river_job`)
}

func (r *rerun) count(sql string) int { return rows(r, pgx.RowTo[int], sql)[0] }

// everything is all rows of all tables but those of the queue.
func (r *rerun) everything() map[string][]string {
	all := map[string][]string{}
	for _, table := range rows(r, pgx.RowTo[string], `
		SELECT c.oid::regclass::text
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'river')`) {
		all[table] = rows(r, pgx.RowTo[string], fmt.Sprintf(`SELECT t::text FROM %s t ORDER BY 1`, table))
	}
	return all
}

// rows reads around the application.
func rows[T any](r *rerun, scan pgx.RowToFunc[T], sql string, args ...any) []T {
	found, err := r.DB.Pool().Query(r.Context(), sql, args...)
	if err != nil {
		r.Fatalf("%v\n%s", err, sql)
	}
	all, err := pgx.CollectRows(found, scan)
	if err != nil {
		r.Fatalf("%v\n%s", err, sql)
	}
	return all
}
