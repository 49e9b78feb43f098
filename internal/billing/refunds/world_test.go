package refunds_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// till is a salon on the FREE plan, whose fee is 8 %, and what its service costs is
// IDR 150,000.
type till struct {
	*testkit.World
	*testkit.Salon
	t     *testing.T
	other *testkit.Outlet
}

func newTill(t *testing.T) *till {
	t.Helper()
	w := world.New(t)
	s := w.Salon()
	other := s.Tenant.Outlet()
	s.Plan("FREE")
	return &till{w, s, t, other}
}

// call is a scenario in short.
func (w *till) call(name string, as testkit.Token, method, path string, body any, status int, want string) testkit.Answer {
	w.t.Helper()
	return testkit.Scenario{Name: name, As: as, Method: method, Path: path, Body: body, Status: status, Want: want}.Run(w.t, w.World)
}

// cash books an appointment and takes money for it at the desk; it returns both ids.
func (w *till) cash(start string, amount int64) (appointment id.ID, payment string) {
	w.t.Helper()
	appointment = w.Salon.Book(1, start)
	return appointment, w.JSON(w.Admin, "POST", "/appointments/"+string(appointment)+"/record-payment",
		object{"amount": amount, "payment_method": "cash"}).Text("payment.id")
}

// online books an appointment that its customer pays on the provider's page.
func (w *till) online(start string) (appointment id.ID, payment string) {
	w.t.Helper()
	appointment = w.Salon.Book(1, start)
	return appointment, w.payOnline(appointment, nil)
}

func (w *till) payOnline(appointment id.ID, more object) (payment string) {
	w.t.Helper()
	body := object{"appointment_id": appointment}
	for k, v := range more {
		body[k] = v
	}
	link := w.JSON(w.Customer.Token, "POST", "/customer/payments/process-appointment", body)
	if link.Text("status") != "paid" {
		w.pay(link.Text("payment_link.url"))
	}
	return link.Text("payment.id")
}

// pay pays a page of the simulated provider, and has the callback worked.
func (w *till) pay(page string) {
	w.t.Helper()
	answer, err := http.PostForm(page, url.Values{"outcome": {"success"}})
	if err != nil {
		w.t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != 200 || !strings.Contains(answer.Request.URL.RawQuery, "success") {
		w.t.Fatalf("pay: %s %s", answer.Status, answer.Request.URL)
	}
	w.Every("payments.reconcile")
	w.Advance(reconcileAfter)
	w.Every("payments.reconcile")
	w.RunJobs()
}

func (w *till) balances() map[ledger.Account]int64 {
	w.t.Helper()
	return balancesOf(w.t, w.DB, w.Salon.Tenant.ID)
}

func balancesOf(t *testing.T, d *db.DB, tenant id.ID) map[ledger.Account]int64 {
	t.Helper()
	found := map[ledger.Account]int64{}
	err := d.View(t.Context(), tenant, func(tx *db.Tx) error {
		all, err := ledger.Balances(t.Context(), tx)
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.Amount != 0 {
				found[b.Account] += b.Amount
			}
		}
		differences, err := ledger.Check(t.Context(), tx)
		if len(differences) > 0 {
			t.Errorf("balances differ from entries: %+v", differences)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (w *till) admin() access.Staff {
	return access.Staff{UserID: w.User, Tenant: w.Salon.Tenant.ID, Role: access.TenantAdmin}
}
