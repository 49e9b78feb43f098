package history_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// paid puts a payment into the history, at a time after the beginning.
func paid(w *testkit.World, s *testkit.Salon, customer id.ID, kind, status, method string, after time.Duration, notes string) id.ID {
	w.Helper()
	made, at := id.New(), testkit.Beginning().Add(after)
	w.Exec(`INSERT INTO payments (tenant_id, id, payment_type, status, customer_id, reference_id, currency, base_amount, platform_fee, total_amount,
			merchant_amount, payment_method, notes, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $2, 'IDR', 100000, 8000, 108000, 100000, $6, $7, $8, $8)`, s.ID, made, kind, status, customer, method, notes, at)
	return made
}

var paths = []string{"/customer/payments/history", "/customer-payments/history", "/payments/history"}

func TestTheHistoryUnderAllItsNames(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := w.Salon()
	other := w.Salon()
	walkIn := s.WalkIn()
	// The business's second of March is from the first, 17 o'clock, in UTC.
	paid(w, s, s.Customer.ID, "appointment", "completed", "cash", -9*time.Hour, "")
	paid(w, s, s.Customer.ID, "appointment", "failed", "", -7*time.Hour, "")
	paid(w, s, walkIn.ID, "package", "completed", "qris", 0, "")
	paid(w, s, walkIn.ID, "wallet_topup", "pending", "", 40*time.Hour, "")
	paid(w, other, other.Customer.ID, "appointment", "completed", "cash", 0, "")
	manager := s.Member(access.OutletManager, s.Outlet)
	boss := s.Member(access.SuperAdmin)
	for _, path := range paths {
		for query, want := range map[string]string{
			"":                                         `{"total": 4, "skip": 0, "limit": 20, "has_more": false, "items": [{"payment_type": "wallet_topup"}, {"payment_type": "package"}, {"status": "failed"}, {"payment_method": "cash"}]}`,
			"?limit=1&skip=1":                          `{"total": 4, "has_more": true, "items": [{"payment_type": "package", "total_amount": "108000.00", "merchant_amount": "100000.00"}]}`,
			"?payment_type=APPOINTMENT":                `{"total": 2}`,
			"?payment_type=Wallet_TopUp":               `{"total": 1}`,
			"?status=COMPLETED":                        `{"total": 2}`,
			"?status=completed&payment_type=package":   `{"total": 1, "items": [{"payment_method": "qris"}]}`,
			"?status=refunded":                         `{"total": 0, "items": []}`,
			"?customer_id=" + string(walkIn.ID):        `{"total": 2}`,
			"?customer_id=" + string(id.New()):         `{"total": 0}`,
			"?date_from=2026-03-02":                    `{"total": 3}`,
			"?date_to=2026-03-01":                      `{"total": 1, "items": [{"payment_method": "cash"}]}`,
			"?date_from=2026-03-02&date_to=2026-03-02": `{"total": 2}`,
			"?date_from=2026-03-02&date_to=2026-03-02&status=failed":              `{"total": 1}`,
			"?date_from=2026-03-02T01:00:00Z":                                     `{"total": 2}`,
			"?date_from=2026-03-02T08:00:00%2B07:00&date_to=2026-03-02T01:00:01Z": `{"total": 1}`,
			"?date_to=2026-03-02T00:59:00":                                        `{"total": 2}`,
		} {
			testkit.Scenario{Name: path + query, As: s.Admin, Method: "GET", Path: path + query, Status: 200, Want: want}.Run(t, w)
		}
		for query, want := range map[string]int{
			"?date_from=2026-03-03&date_to=2026-03-01": 400, "?status=open": 422, "?payment_type=gift": 422, "?date_from=today": 422, "?limit=101": 422, "?skip=-1": 422,
			"?tenant_id=" + string(other.ID): 403, "?all_tenants=true": 403,
		} {
			testkit.Scenario{Name: path + query, As: s.Admin, Method: "GET", Path: path + query, Status: want}.Run(t, w)
			if !strings.HasPrefix(query, "?limit") && !strings.HasPrefix(query, "?skip") {
				testkit.Scenario{Name: "summary" + query, As: s.Admin, Method: "GET", Path: path + "/summary" + query, Status: want}.Run(t, w)
			}
		}
		testkit.Run(t, w,
			testkit.Scenario{Name: "a customer's own", As: s.Customer.Token, Method: "GET", Path: path + "?customer_id=" + string(walkIn.ID), Status: 200, Want: `{"total": 2}`,
				Check: func(t *testing.T, a testkit.Answer) {
					if strings.Contains(string(a.Body), "merchant_amount") {
						t.Error("a customer sees what the business receives")
					}
				}},
			testkit.Scenario{Name: "a manager's", As: manager.Token, Method: "GET", Path: path, Status: 200, Want: `{"total": 4}`},
			testkit.Scenario{Name: "another business", As: boss.Token, Method: "GET", Path: path + "?tenant_id=" + string(other.ID), Status: 200, Want: `{"total": 1}`},
			testkit.Scenario{Name: "all businesses", As: boss.Token, Method: "GET", Path: path + "?all_tenants=true&status=completed", Status: 200, Want: `{"total": 3}`},
			testkit.Scenario{Name: "not for everybody", As: s.Customer.Token, Method: "GET", Path: path + "/export", Status: 403},
		)
	}
}

func TestOnePayment(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s, other := w.Salon(), w.Salon()
	mine := paid(w, s, s.Customer.ID, "appointment", "completed", "cash", 0, "")
	walkIn := s.WalkIn()
	theirs := paid(w, s, walkIn.ID, "appointment", "completed", "cash", 0, "")
	for _, path := range paths {
		testkit.Run(t, w,
			testkit.Scenario{Name: "own", As: s.Customer.Token, Method: "GET", Path: path + "/" + string(mine), Status: 200, Want: `{"id": "` + string(mine) + `", "_id": "` + string(mine) + `"}`},
			testkit.Scenario{Name: "another's", As: s.Customer.Token, Method: "GET", Path: path + "/" + string(theirs), Status: 404, Want: `{"code": "payment.not_found"}`},
			testkit.Scenario{Name: "of the business", As: s.Admin, Method: "GET", Path: path + "/" + string(theirs), Status: 200},
			testkit.Scenario{Name: "of another business", As: other.Admin, Method: "GET", Path: path + "/" + string(mine), Status: 404},
			testkit.Scenario{Name: "malformed", As: s.Admin, Method: "GET", Path: path + "/1", Status: 404},
		)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := w.Salon()
	paid(w, s, s.Customer.ID, "appointment", "completed", "cash", 0, "")
	paid(w, s, s.Customer.ID, "appointment", "completed", "cash", time.Hour, "")
	paid(w, s, s.Customer.ID, "appointment", "completed", "qris", time.Hour, "")
	paid(w, s, s.Customer.ID, "refund", "completed", "cash", time.Hour, "")
	paid(w, s, s.Customer.ID, "appointment", "failed", "", time.Hour, "")
	const both = `"total_payments": 5, "by_status": [{"status": "completed", "currency": "IDR", "count": 4, "total_amount": "432000.00"}, {"status": "failed", "count": 1}],
		"by_method": [{"payment_method": "cash", "count": 2, "total_amount": "216000.00"}, {"payment_method": "qris", "count": 1}]`
	const sums = `"currency": "IDR", "count": 3, "base_amount": "300000.00", "platform_fee": "24000.00", "total_amount": "324000.00", "refunded_amount": "108000.00"`
	testkit.Run(t, w,
		testkit.Scenario{Name: "staff", As: s.Admin, Method: "GET", Path: "/payments/history/summary", Status: 200, Want: `{` + both + `, "completed": [{` + sums + `, "merchant_amount": "300000.00"}]}`},
		testkit.Scenario{Name: "customer", As: s.Customer.Token, Method: "GET", Path: "/customer/payments/history/summary", Status: 200, Want: `{` + both + `, "completed": [{` + sums + `}]}`,
			Check: func(t *testing.T, a testkit.Answer) {
				if strings.Contains(string(a.Body), "merchant_amount") {
					t.Error("a customer sees what the business receives")
				}
			}},
		testkit.Scenario{Name: "backwards", As: s.Admin, Method: "GET", Path: "/payments/history/summary?date_from=2026-03-04&date_to=2026-03-03", Status: 400, Want: `{"code": "payment.dates"}`},
		testkit.Scenario{Name: "one day", As: s.Admin, Method: "GET", Path: "/payments/history/summary?date_from=2026-03-02&date_to=2026-03-02", Status: 200, Want: `{"total_payments": 5}`},
		testkit.Scenario{Name: "none", As: s.Admin, Method: "GET", Path: "/payments/history/summary?status=refunded", Status: 200, Want: `{"total_payments": 0, "by_status": [], "by_method": [], "completed": []}`},
	)
}

// What was given back has come in before: it is counted there, and its part told apart.
func TestSummaryOfRefunds(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := w.Salon()
	pay := func(amount int64, start string) string {
		return w.JSON(s.Admin, "POST", "/appointments/"+string(s.Book(1, start))+"/record-payment", testkit.Object{"amount": amount, "payment_method": "cash"}).Text("payment.id")
	}
	part, whole := pay(150_000, "09:00"), pay(100_000, "11:00")
	for payment, body := range map[string]testkit.Object{
		part: {"amount": 50_000, "reason": "cut short", "method": "manual"}, whole: {"reason": "ill", "method": "manual"},
	} {
		w.JSON(s.Admin, "POST", "/payments/"+payment+"/refund", body)
	}
	testkit.Run(t, w, testkit.Scenario{
		Name: "summary", As: s.Admin, Method: "GET", Path: "/payments/history/summary", Status: 200, Want: `{"total_payments": 2,
			"by_status": [{"status": "completed", "count": 1}, {"status": "refunded", "count": 1}],
			"by_method": [{"payment_method": "cash", "count": 2, "total_amount": "250000.00"}],
			"completed": [{"count": 2, "total_amount": "250000.00", "merchant_amount": "250000.00", "refunded_amount": "150000.00"}]}`,
	})
	file := string(w.Do(s.Admin, "GET", "/payments/history/export", nil, 200).Body)
	for _, want := range []string{"receipt_number,notes,refunded_amount,wallet_amount,credited_amount,tax_amount,refunded_tax\n", ",50000.00,0.00,0.00,0.00,0.00\n", ",100000.00,0.00,0.00,0.00,0.00\n"} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in %s", want, file)
		}
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := w.Salon()
	const many = 2003 // more than is read at a time, many of one moment
	w.Exec(`INSERT INTO payments (tenant_id, id, payment_type, status, customer_id, reference_id, currency, base_amount, total_amount, merchant_amount,
			payment_method, notes, created_at, updated_at)
		SELECT $1, lpad(to_hex(n), 24, '0'), 'appointment', 'completed', $2, 'R-' || n, 'IDR', 100000, 108000, 100000, 'cash', '=HYPERLINK("x","y")', $3, $3
		FROM generate_series(1, $4::int) n`, s.ID, s.Customer.ID, testkit.Beginning(), many)
	answer := w.Do(s.Admin, "GET", "/payments/history/export?format=csv&status=completed", nil, 200)
	if got := answer.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Error(got)
	}
	if got := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || !strings.Contains(got, "payments.csv") {
		t.Error(got)
	}
	rows, err := csv.NewReader(strings.NewReader(string(answer.Body))).ReadAll()
	if err != nil || len(rows) != many+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		seen[row[column["id"]]] = true
	}
	if len(seen) != many {
		t.Errorf("%d payments in %d rows", len(seen), many)
	}
	first := rows[1]
	for name, want := range map[string]string{
		"total_amount": "108000.00", "currency": "IDR", "notes": `'=HYPERLINK("x","y")`, "created_at": "2026-03-02T01:00:00Z", "customer_id": string(s.Customer.ID),
	} {
		if got := first[column[name]]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	testkit.Run(t, w,
		testkit.Scenario{Name: "backwards", As: s.Admin, Method: "GET", Path: "/payments/history/export?date_from=2026-03-03&date_to=2026-03-01", Status: 400, Want: `{"code": "payment.dates"}`},
		testkit.Scenario{Name: "another format", As: s.Admin, Method: "GET", Path: "/payments/history/export?format=xml", Status: 422},
	)
}

// The count of each list is that of its payments, whatever was written meanwhile from
// many sides, and whenever notes are folded.
func TestCountsAreThoseOfThePayments(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salons := []*testkit.Salon{w.Salon(), w.Salon()}
	var wait sync.WaitGroup
	for hand := range 8 {
		s := salons[hand%2]
		wait.Go(func() {
			dice := rand.New(rand.NewPCG(7, uint64(hand)))
			for range 40 {
				if err := change(w, s, dice); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Go(func() {
		for range 10 {
			w.Every("payments.fold_counts")
		}
	})
	wait.Wait()
	compare(t, w, salons)
	w.Every("payments.fold_counts")
	compare(t, w, salons)
	var loose int
	if err := w.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM payment_counts WHERE NOT folded`).Scan(&loose); err != nil || loose > 0 {
		t.Errorf("%d notes are not folded, %v", loose, err)
	}
}

// change adds, changes or removes some payments, or begins to and takes it back.
func change(w *testkit.World, s *testkit.Salon, dice *rand.Rand) error {
	kinds, statuses := payments.Kinds(), payments.Statuses()
	give := fmt.Errorf("taken back")
	err := w.DB.Update(w.Context(), s.ID, func(tx *db.Tx) error {
		status := string(statuses[dice.IntN(len(statuses))])
		switch dice.IntN(5) {
		case 0, 1, 2:
			at := testkit.Beginning().Add(time.Duration(dice.IntN(72)) * time.Hour)
			tx.Exec(`INSERT INTO payments (tenant_id, id, payment_type, status, reference_id, currency, base_amount, total_amount, merchant_amount, created_at, updated_at)
				VALUES ($1, $2, $3, $4, $2, 'IDR', 1, 1, 1, $5, $5)`, s.ID, id.New(), string(kinds[dice.IntN(len(kinds))]), status, at)
		case 3:
			tx.Exec(`UPDATE payments SET status = $2 WHERE tenant_id = $1 AND right(id, 1) < $3`, s.ID, status, fmt.Sprint(dice.IntN(10)))
		case 4:
			tx.Exec(`DELETE FROM payments WHERE tenant_id = $1 AND right(id, 1) = $2`, s.ID, fmt.Sprint(dice.IntN(10)))
		}
		if err := tx.Flush(w.Context()); err != nil {
			return err
		}
		if dice.IntN(6) == 0 {
			return give
		}
		return nil
	})
	if err == give {
		return nil
	}
	return err
}

func compare(t *testing.T, w *testkit.World, salons []*testkit.Salon) {
	t.Helper()
	for _, s := range salons {
		for _, query := range []string{
			"", "status=completed", "payment_type=refund", "payment_type=package&status=failed", "date_from=2026-03-03", "date_to=2026-03-03",
			"date_from=2026-03-02T05:30:00Z&date_to=2026-03-04T11:00:00Z&status=pending", "date_from=2026-03-03T05:30:00Z&date_to=2026-03-03T11:00:00Z",
		} {
			list := w.Do(s.Admin, "GET", "/payments/history?limit=100&"+query, nil, 200)
			export, err := csv.NewReader(strings.NewReader(string(w.Do(s.Admin, "GET", "/payments/history/export?"+query, nil, 200).Body))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if got := list.Text("total"); got != fmt.Sprint(len(export)-1) {
				t.Errorf("%q: total %s, and %d payments", query, got, len(export)-1)
			}
		}
	}
}
