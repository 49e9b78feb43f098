package visitfees_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/visitfees"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// salon is on the FREE plan, whose fee is 8 %, asks IDR 45,000 of 150,000 beforehand,
// keeps half of the price where the visit is missed, and a fifth where it is cancelled
// within a day of its start.
type salon struct {
	*testkit.World
	*testkit.Salon
	t *testing.T
}

func newSalon(t *testing.T) *salon {
	t.Helper()
	w := world.New(t)
	s := &salon{w, w.Salon(), t}
	s.Plan("FREE")
	s.call("outlet", s.Admin, "PUT", "/outlets/"+string(s.Outlet.ID)+"/settings",
		object{"late_cancellation_fee": object{"type": "percentage", "value": 20}, "no_show_fee": object{"type": "full"}}, 200,
		`{"late_cancellation_fee": {"type": "percentage", "value": 20}, "prepayment": {"type": "none"}}`)
	s.call("service", s.Admin, "PUT", "/services/"+string(s.Service.ID),
		object{"prepayment": object{"type": "fixed", "value": "45000"}, "no_show_fee": object{"type": "percentage", "value": 50}}, 200,
		`{"prepayment": {"type": "fixed", "value": 45000}, "late_cancellation_fee": null}`)
	return s
}

func (s *salon) call(name string, as testkit.Token, method, path string, body any, status int, want string) testkit.Answer {
	s.t.Helper()
	return testkit.Scenario{Name: name, As: as, Method: method, Path: path, Body: body, Status: status, Want: want}.Run(s.t, s.World)
}

// online books for tomorrow and pays on the provider's page: the deposit, or all.
func (s *salon) online(start string, deposit bool) id.ID {
	s.t.Helper()
	appointment := s.Salon.Book(1, start)
	link := s.JSON(s.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment, "deposit": deposit})
	answer, err := http.PostForm(link.Text("payment_link.url"), url.Values{"outcome": {"success"}})
	if err != nil {
		s.t.Fatal(err)
	}
	_ = answer.Body.Close()
	s.Advance(6 * time.Minute)
	s.Every("payments.reconcile")
	s.RunJobs()
	return appointment
}

func (s *salon) at(appointment id.ID) string { return "/appointments/" + string(appointment) }

// missed lets a visit of tomorrow pass, and marks it.
func (s *salon) missed(appointment id.ID) {
	s.t.Helper()
	s.Exec(`UPDATE appointments SET starts_at = $2, ends_at = $3 WHERE id = $1`, appointment, s.Clock.Now().Add(-time.Hour), s.Clock.Now().Add(-time.Minute))
	s.call("no-show", s.Admin, "POST", s.at(appointment)+"/no-show", nil, 200, "")
	s.RunJobs()
}

func (s *salon) books(want map[ledger.Account]int64) {
	s.t.Helper()
	found := map[ledger.Account]int64{}
	err := s.DB.View(s.t.Context(), s.Salon.Tenant.ID, func(tx *db.Tx) error {
		all, err := ledger.Balances(s.t.Context(), tx)
		for _, b := range all {
			if b.Amount != 0 {
				found[b.Account] += b.Amount
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(want, found); diff != "" {
		s.t.Error(diff)
	}
}

func (s *salon) wallet() ledger.Account { return ledger.Wallet(s.Customer.ID) }

func TestAMissedVisitKeepsTheFeeAndReturnsTheRest(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.online("09:00", false)
	s.call("what was promised", s.Customer.Token, "GET", "/customer/booking"+s.at(appointment), nil, 200,
		`{"terms": {"prepayment": 45000, "no_show_fee": 75000, "late_cancellation_fee": 30000, "cancellation_hours": 24}}`)
	s.missed(appointment)
	s.books(map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 75_000, ledger.Platform: 6_000, s.wallet(): 81_000})
	s.call("kept", s.Admin, "GET", "/visit-fees", nil, 200,
		`{"total": 1, "items": [{"kind": "no_show", "status": "kept", "amount": 75000, "kept_amount": 75000, "invoice_id": null}]}`)
	s.call("the appointment", s.Admin, "GET", s.at(appointment), nil, 200, `{"status": "no_show", "paid_amount": 75000, "payment_status": "partially_paid"}`)

	// Whoever runs the job again, and how many at once, the fee is taken once.
	fees := visitfees.New(s.DB)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			if err := fees.Charge(t.Context(), s.Salon.Tenant.ID, appointment); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	s.books(map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 75_000, ledger.Platform: 6_000, s.wallet(): 81_000})
	told := ""
	for _, m := range s.Outbox(s.Customer.Email) {
		told += m.Text
	}
	if !strings.Contains(told, "IDR 75,000 of it is kept") || !strings.Contains(told, "IDR 81,000 is in your wallet") {
		t.Errorf("mails: %s", told)
	}
}

// The deposit is less than the fee: all of it is kept, and the rest is billed; waiving
// gives it back and ends the invoice.
func TestAFeeBeyondTheDepositIsBilledAndWaived(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.online("09:00", true)
	s.missed(appointment)
	paid := map[ledger.Account]int64{ledger.Gateway: -48_600, ledger.Merchant: 45_000, ledger.Platform: 3_600}
	s.books(paid)
	fee := s.call("due", s.Customer.Token, "GET", "/customer/visit-fees", nil, 200,
		`{"items": [{"status": "due", "amount": 75000, "kept_amount": 45000, "invoice_id": "*", "waive_reason": ""}]}`)
	invoice := "/invoices/" + fee.Text("items.0.invoice_id")
	s.call("its invoice", s.Customer.Token, "GET", invoice, nil, 200, `{"status": "SENT", "total_amount": 30000, "appointment_id": null}`)
	waive := "/visit-fees/" + fee.Text("items.0.id") + "/waive"
	s.call("no reason", s.Admin, "POST", waive, object{"reason": " "}, 422, "")
	s.call("a receptionist", s.Member(access.Receptionist, s.Outlet).Token, "POST", waive, object{"reason": "storm"}, 403, "")
	s.call("none", s.Admin, "POST", "/visit-fees/"+string(id.Random())+"/waive", object{"reason": "storm"}, 404, `{"code": "visit_fee.not_found"}`)
	s.call("waive", s.Admin, "POST", waive, object{"reason": "There was a storm"}, 200, `{"status": "waived", "waive_reason": "There was a storm"}`)
	s.call("twice", s.Admin, "POST", waive, object{"reason": "storm"}, 409, `{"code": "visit_fee.waived"}`)
	s.call("no invoice any more", s.Customer.Token, "GET", invoice, nil, 200, `{"status": "CANCELLED"}`)
	s.books(map[ledger.Account]int64{ledger.Gateway: -48_600, s.wallet(): 48_600})
	s.call("a customer sees no reason", s.Customer.Token, "GET", "/customer/visit-fees?status=waived", nil, 200, `{"total": 1, "items": [{"waive_reason": "", "waived_by": null}]}`)
}

func TestAFeeThatIsPaidCannotBeWaived(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.Salon.Book(1, "09:00")
	s.call("nothing is paid", s.Admin, "POST", s.at(appointment)+"/confirm", nil, 200, "")
	s.missed(appointment)
	fee := s.call("due", s.Admin, "GET", "/visit-fees?status=due", nil, 200, `{"items": [{"amount": 75000, "kept_amount": 0}]}`)
	s.call("at the desk", s.Admin, "POST", "/invoices/"+fee.Text("items.0.invoice_id")+"/mark-paid", object{"payment_method": "cash"}, 200, "")
	s.call("paid", s.Admin, "GET", "/visit-fees/"+fee.Text("items.0.id"), nil, 200, `{"status": "paid"}`)
	s.call("too late", s.Admin, "POST", "/visit-fees/"+fee.Text("items.0.id")+"/waive", object{"reason": "storm"}, 409, `{"code": "visit_fee.paid"}`)
	s.books(map[ledger.Account]int64{ledger.Cash: -75_000, ledger.Takings: 75_000})

	// What is paid can be given back instead, as the answer says.
	paid := s.call("its payment", s.Admin, "GET", "/payments/history", nil, 200, `{"items": [{"status": "completed", "appointment_id": null}]}`)
	payment := paid.Text("items.0.id")
	s.call("a part is asked for", s.Customer.Token, "POST", "/customer/payments/"+payment+"/refund-request", object{"reason": "There was a storm", "amount": 25_000}, 202, "")
	manager := s.Member(access.OutletManager, s.Outlet).Token
	asked := s.call("the manager sees it", manager, "GET", "/refunds", nil, 200, `{"total": 1, "items": [{"status": "requested", "appointment_id": null}]}`)
	s.call("and gives it", manager, "POST", "/refunds/"+asked.Text("items.0.id")+"/approve", object{"method": "manual"}, 200, `{"status": "completed", "amount": 25000}`)
	s.call("and the rest", s.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "storm", "method": "manual"}, 201, `{"status": "completed", "amount": 50000}`)
	s.call("nothing is left", s.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "storm", "method": "manual"}, 409, `{"code": "refund.not_refundable"}`)
	s.books(map[ledger.Account]int64{})
}

func TestCancellingLateCostsWhatWasPromised(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.online("09:00", false)
	s.Advance(90 * time.Minute) // 22 hours before
	token := s.signIn()
	s.call("late", token, "POST", "/customer/booking"+s.at(appointment)+"/cancel", object{"cancellation_reason": "ill"}, 200, `{"status": "cancelled"}`)
	s.RunJobs()
	s.books(map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 30_000, ledger.Platform: 2_400, s.wallet(): 129_600})
}

// Who cancels in time, or whom the business cancels, owes nothing: what was paid is asked
// for, once, and the business decides how it goes back.
func TestCancellingInTimeAsksForARefund(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	own, theirs := s.Salon.Book(3, "09:00"), s.online("11:00", true)
	s.call("at the desk", s.Admin, "POST", s.at(own)+"/record-payment", object{"amount": 45_000, "payment_method": "cash"}, 200, `{"appointment": {"status": "confirmed"}}`)
	s.call("in time", s.Customer.Token, "POST", "/customer/booking"+s.at(own)+"/cancel", object{"cancellation_reason": "ill"}, 200, "")
	s.call("by the business", s.Admin, "POST", s.at(theirs)+"/cancel", object{"cancellation_reason": "the masseuse is ill"}, 200, "")
	s.RunJobs()
	s.call("no fee", s.Admin, "GET", "/visit-fees", nil, 200, `{"total": 0}`)
	asked := s.call("requests", s.Admin, "GET", "/refunds?status=requested", nil, 200, `{"total": 2}`)
	for i := range 2 {
		at := "items." + string(rune('0'+i)) + "."
		if by, amount := asked.Text(at+"requested_by"), asked.Text(at+"amount"); by != "system" || amount != "45000" && amount != "48600" {
			t.Errorf("request %d by %s of %s", i, by, amount)
		}
	}
	for _, appointment := range []id.ID{own, theirs} {
		if err := visitfees.New(s.DB).Charge(t.Context(), s.Salon.Tenant.ID, appointment); err != nil {
			t.Fatal(err)
		}
	}
	s.call("once", s.Admin, "GET", "/refunds", nil, 200, `{"total": 2}`)
}

// The customer had asked for a part before: all of it is asked for now.
func TestARequestForAPartIsRaised(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.online("11:00", false)
	payment := s.call("paid", s.Customer.Token, "GET", "/customer/payments/history", nil, 200, "").Text("items.0.id")
	s.call("a part", s.Customer.Token, "POST", "/customer/payments/"+payment+"/refund-request", object{"reason": "I shall be late", "amount": 20_000}, 202, "")
	s.call("by the business", s.Admin, "POST", s.at(appointment)+"/cancel", object{"cancellation_reason": "the masseuse is ill"}, 200, "")
	s.RunJobs()
	s.call("all", s.Admin, "GET", "/refunds", nil, 200,
		`{"total": 1, "items": [{"status": "requested", "amount": 162000, "requested_by": "customer", "reason": "I shall be late"}]}`)
}

// What the provider is giving back at this moment cannot be kept: the fee is billed.
func TestAFeeIsNotKeptOfWhatIsOnItsWayBack(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.online("09:00", false)
	payment := s.call("paid", s.Customer.Token, "GET", "/customer/payments/history", nil, 200, "").Text("items.0.id")
	s.Exec(`UPDATE payments SET refunded_amount = 162000, refunded_fee = 12000 WHERE id = $1`, payment)
	s.Exec(`INSERT INTO refunds (tenant_id, id, payment_id, customer_id, status, amount, fee_amount, applied_amount, currency, method, reason, requested_by,
			created_at, decided_at, updated_at)
		VALUES ($1, $2, $3, $4, 'approved', 162000, 12000, 150000, 'IDR', 'gateway', 'ill', 'staff', $5, $5, $5)`,
		s.Salon.Tenant.ID, id.New(), payment, s.Customer.ID, s.Clock.Now())
	s.missed(appointment)
	s.call("billed", s.Admin, "GET", "/visit-fees", nil, 200, `{"items": [{"status": "due", "amount": 75000, "kept_amount": 0, "invoice_id": "*"}]}`)
}

// The earnings of the business do not cover the rest: it is asked to give it back itself.
func TestARestThatIsNotCoveredIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newSalon(t)
	appointment := s.Salon.Book(1, "09:00")
	s.call("cash", s.Admin, "POST", s.at(appointment)+"/record-payment", object{"amount": 150_000, "payment_method": "cash"}, 200, "")
	s.missed(appointment)
	s.call("kept", s.Admin, "GET", "/visit-fees", nil, 200, `{"items": [{"status": "kept", "amount": 75000}]}`)
	s.call("asked for", s.Admin, "GET", "/refunds", nil, 200, `{"total": 1, "items": [{"status": "requested", "amount": 75000, "requested_by": "system"}]}`)
	s.books(map[ledger.Account]int64{ledger.Cash: -150_000, ledger.Takings: 150_000})
}

// signIn signs the customer in again, whose token has expired.
func (s *salon) signIn() testkit.Token {
	s.t.Helper()
	return testkit.Token(s.JSON("", "POST", "/customer/auth/login", object{
		"email": s.Customer.Email, "password": testkit.Password, "tenant_slug": s.Slug,
	}).Text("access_token"))
}
