package fees_test

import (
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// linked makes a payment link and says what the customer pays and at which fee.
func linked(w *testkit.World, salon *testkit.Salon, start string) (total, fee string) {
	w.Helper()
	made := w.JSON(salon.Admin, "POST", "/appointments/"+string(salon.Book(2, start))+"/create-payment-link", nil)
	return made.Text("invoice.amount"), made.Text("invoice.platform_fee")
}

func TestThePlansFeeIsTheOperators(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon() // ENTERPRISE; an hour is IDR 150,000
	root := salon.Member(access.SuperAdmin, salon.Outlet).Token
	exempt := `["package","setup_fee","subscription"]`
	testkit.Run(t, w,
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: "/platform-fees", Status: 200, Want: `{"subscription_plan":"ENTERPRISE","enabled":true,"fee_rate":0.03,
			"fee_percentage":"3%","fee_mode":"customer","plan_rate":0.03,"min_fee":null,"max_fee":null,"exempt_types":` + exempt + `,"own_account":false,"override":null}`},
		testkit.Scenario{As: root, Method: "GET", Path: "/platform-fees/config", Status: 200, Want: `{"plans":[
			{"plan":"FREE","rate":0.08,"enabled":true,"updated_at":null},{"plan":"PRO","rate":0.05},{"plan":"ENTERPRISE","rate":0.03,"exempt_types":` + exempt + `}]}`},
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: "/platform-fees/config", Status: 403},
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: "/platform-fees/config", Body: testkit.Object{"plans": []testkit.Object{{"plan": "FREE", "rate": 0}}}, Status: 403},
		testkit.Scenario{Name: "not above the highest", As: root, Method: "PUT", Path: "/platform-fees/config",
			Body: testkit.Object{"plans": []testkit.Object{{"plan": "ENTERPRISE", "min_fee": 10, "max_fee": 9}}}, Status: 422},
		testkit.Scenario{Name: "whole rupiah", As: root, Method: "PUT", Path: "/platform-fees/config",
			Body: testkit.Object{"plans": []testkit.Object{{"plan": "ENTERPRISE", "min_fee": -1}}}, Status: 422},
		testkit.Scenario{Name: "a rate there has to be", As: root, Method: "PUT", Path: "/platform-fees/config",
			Body: testkit.Object{"plans": []testkit.Object{{"plan": "ENTERPRISE", "rate": nil}}}, Status: 422},
	)
	before := w.JSON(salon.Admin, "POST", "/appointments/"+string(salon.Book(2, "09:00"))+"/create-payment-link", nil)
	set := w.JSON(root, "PUT", "/platform-fees/config", testkit.Object{"plans": []testkit.Object{
		{"plan": "ENTERPRISE", "rate": "0.025", "min_fee": 4000, "max_fee": 50000, "exempt_types": []string{"wallet_topup"}},
	}})
	if got := set.Text("plans.2.updated_at"); got == "" {
		t.Error("the change has no time")
	}
	if total, fee := linked(w, salon, "11:00"); total != "154000" || fee != "4000" {
		t.Errorf("a link of %s with a fee of %s", total, fee)
	}
	shown := w.JSON(salon.Admin, "GET", "/appointments/"+string(salon.Book(2, "13:00")), nil)
	if got := shown.Text("fee_breakdown.platform_fee") + " of " + shown.Text("fee_breakdown.total_with_fee"); got != "4000 of 154000" {
		t.Errorf("the appointment shows a fee of %s", got)
	}
	old := w.JSON(salon.Admin, "GET", "/invoices/"+before.Text("invoice.id"), nil)
	if got := old.Text("platform_fee") + " of " + old.Text("total_amount"); got != "4500 of 154500" {
		t.Errorf("what was asked for before has a fee of %s", got)
	}
	w.JSON(root, "PUT", "/platform-fees/config", testkit.Object{"plans": []testkit.Object{{"plan": "ENTERPRISE", "enabled": false, "min_fee": nil}}})
	if total, fee := linked(w, salon, "15:00"); total != "150000" || fee != "0" {
		t.Errorf("switched off, a link of %s with a fee of %s", total, fee)
	}
	testkit.Run(t, w,
		testkit.Scenario{Name: "no fee", As: salon.Admin, Method: "POST", Path: "/platform-fees/calculate", Body: testkit.Object{"amount": 100000}, Status: 200,
			Want: `{"platform_fee": 0, "note": "Payments online carry no fee."}`},
		testkit.Scenario{Name: "a plan named twice", As: root, Method: "PUT", Path: "/platform-fees/config", Body: testkit.Object{"plans": []testkit.Object{
			{"plan": "FREE", "rate": 0.07}, {"plan": "FREE", "min_fee": 500},
		}}, Status: 200, Want: `{"plans": [{"plan": "FREE", "rate": 0.07, "min_fee": 500}, {"plan": "PRO"}, {"plan": "ENTERPRISE"}]}`},
	)
}

func TestABusinessHasARateOfItsOwnForAWhile(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	root := salon.Member(access.SuperAdmin, salon.Outlet).Token
	path := "/platform-fees/tenants/" + string(salon.ID)
	now := w.Clock.Now()
	testkit.Run(t, w,
		testkit.Scenario{As: root, Method: "DELETE", Path: path, Status: 404, Want: `{"code":"platform_fee.no_override"}`},
		testkit.Scenario{As: root, Method: "GET", Path: "/platform-fees/tenants/65a1b2c3d4e5f6a7b8c9d0e1", Status: 404, Want: `{"code":"tenant.not_found"}`},
		testkit.Scenario{As: root, Method: "PUT", Path: "/platform-fees/tenants/65a1b2c3d4e5f6a7b8c9d0e1", Body: testkit.Object{"rate": 0, "reason": "x"}, Status: 404},
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: path, Body: testkit.Object{"rate": 0, "reason": "x"}, Status: 403},
		testkit.Scenario{Name: "over", As: root, Method: "PUT", Path: path, Body: testkit.Object{"rate": 0, "reason": "x", "effective_until": now}, Status: 422},
		testkit.Scenario{Name: "ends before it begins", As: root, Method: "PUT", Path: path,
			Body: testkit.Object{"rate": 0, "reason": "x", "effective_from": now.Add(2 * time.Hour), "effective_until": now.Add(time.Hour)}, Status: 422},
		testkit.Scenario{Name: "for no reason", As: root, Method: "PUT", Path: path, Body: testkit.Object{"rate": 0, "reason": " "}, Status: 422},
		testkit.Scenario{As: root, Method: "PUT", Path: path, Body: testkit.Object{
			"rate": 0.01, "fee_mode": "merchant", "reason": "Launch offer", "effective_from": now.Add(time.Hour), "effective_until": now.Add(3 * time.Hour),
		}, Status: 200, Want: `{"fee_rate":0.03,"fee_mode":"customer","override":{"rate":0.01,"fee_mode":"merchant","reason":"Launch offer","in_effect":false}}`},
	)
	if total, fee := linked(w, salon, "09:00"); total != "154500" || fee != "4500" {
		t.Errorf("before it begins, a link of %s with a fee of %s", total, fee)
	}
	w.Clock.Advance(2 * time.Hour)
	admin, root := salon.Member(access.TenantAdmin, salon.Outlet).Token, salon.Member(access.SuperAdmin, salon.Outlet).Token
	salon.Admin = admin
	if total, fee := linked(w, salon, "11:00"); total != "150000" || fee != "1500" {
		t.Errorf("meanwhile, a link of %s with a fee of %s", total, fee)
	}
	testkit.Run(t, w,
		testkit.Scenario{As: admin, Method: "GET", Path: "/platform-fees", Status: 200, Want: `{"fee_rate":0.01,"fee_mode":"merchant","override":{"in_effect":true}}`},
		testkit.Scenario{Name: "the business bears it", As: admin, Method: "POST", Path: "/platform-fees/calculate", Body: testkit.Object{"amount": 50000},
			Status: 200, Want: `{"platform_fee":500,"total_with_fee":50000,"merchant_amount":49500,"fee_mode":"merchant"}`},
		testkit.Scenario{Name: "but not of a top-up", As: admin, Method: "POST", Path: "/platform-fees/calculate",
			Body:   testkit.Object{"amount": 50000, "payment_type": "wallet_topup"},
			Status: 200, Want: `{"platform_fee":500,"total_with_fee":50500,"merchant_amount":0,"fee_mode":"customer"}`},
		testkit.Scenario{Name: "a wallet from a wallet", As: admin, Method: "POST", Path: "/platform-fees/calculate",
			Body: testkit.Object{"amount": 50000, "payment_type": "wallet_topup", "wallet_amount": 1}, Status: 422},
		testkit.Scenario{As: admin, Method: "GET", Path: "/tenants/" + string(salon.ID) + "/platform-fee", Status: 200, Want: `{"override_rate":0.01,"plan_rate":0.03,"effective_rate":0.01}`},
		testkit.Scenario{As: root, Method: "DELETE", Path: path, Status: 204},
		testkit.Scenario{As: admin, Method: "GET", Path: "/platform-fees", Status: 200, Want: `{"fee_rate":0.03,"fee_mode":"customer","override":null}`},
		testkit.Scenario{As: admin, Method: "GET", Path: "/audit-logs?object_type=platform_fee", Status: 200},
	)
}

func TestCalculate(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	salon.Plan("FREE")
	ask := func(body testkit.Object, status int, want string) testkit.Scenario {
		return testkit.Scenario{As: salon.Admin, Method: "POST", Path: "/platform-fees/calculate", Body: body, Status: status, Want: want}
	}
	testkit.Run(t, w,
		ask(testkit.Object{"amount": 100000}, 200, `{"base_amount":100000,"platform_fee":8000,"total_with_fee":108000,"merchant_amount":100000,"fee_rate":0.08,
			"fee_percentage":"8%","subscription_plan":"FREE","fee_mode":"customer","exempt":false,"currency":"IDR"}`),
		ask(testkit.Object{"amount": "100000", "wallet_amount": 20000}, 200, `{"wallet_applied":20000,"taxable_base":80000,"platform_fee":6400,"total_with_fee":86400}`),
		ask(testkit.Object{"amount": 100000, "payment_type": "package"}, 200, `{"platform_fee":0,"total_with_fee":100000,"fee_rate":0,"exempt":true}`),
		ask(testkit.Object{"amount": 1.255, "currency": "KWD"}, 200, `{"platform_fee":0.1,"total_with_fee":1.355,"currency":"KWD"}`),
		ask(testkit.Object{"amount": 10.5, "currency": "JPY"}, 200, `{"base_amount":11,"platform_fee":1,"total_with_fee":12}`),
		ask(testkit.Object{"amount": 10, "wallet_amount": 11}, 422, `{}`),
		ask(testkit.Object{"amount": -1}, 422, `{}`),
		ask(testkit.Object{"amount": 10, "currency": "RUPIAH"}, 422, `{}`),
	)
}
