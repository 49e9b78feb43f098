package staff_test

import (
	"fmt"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestPerformance(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second, other := salon.Tenant.Outlet(), w.Salon()
	colour := salon.Tenant.Service(object{"assigned_staff": []any{salon.Staff.ID}, "duration_minutes": 30, "pricing": object{"base_price": 300000}})
	w.Do(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID)+"/commission", object{
		"base_commission_rate": 0.1, "service_rates": object{string(colour.ID): 0.5},
		"performance_tiers": []object{{"min_revenue": 500000, "rate": 0.3}, {"min_revenue": 400000, "rate": 0.2}},
	}, 200)
	w.Do(salon.Admin, "POST", "/availability", object{
		"staff_id": salon.Staff.ID, "date": w.Day(1), "start_time": "12:00", "end_time": "13:00", "availability_type": "break", "recurrence_type": "none",
	}, 201)
	path := "/staff/" + string(salon.Staff.ID) + "/performance"
	period := path + "?from_date=" + w.Day(1) + "&to_date=" + w.Day(1)
	empty := fmt.Sprintf(`{"staff_id":%q,"bookings":{"total":0},"revenue":0,"commission_due":0,"working_minutes":660,"booked_minutes":0,
		"utilisation_rate":0,"no_show_rate":null,"average_rating":null,"rating_count":0}`, salon.Staff.ID)
	testkit.Scenario{Name: "before", As: salon.Admin, Method: "GET", Path: period, Status: 200, Want: empty}.Run(t, w)

	cut, cancelled, absent := salon.Book(1, "08:00"), salon.Book(1, "09:00"), salon.Book(1, "10:00")
	coloured := salon.Tenant.Book(salon.Outlet, colour, salon.Customer, 1, "11:00")
	salon.Book(1, "14:00")
	salon.Book(2, "14:00") // beyond the period
	testkit.Scenario{Name: "this month", As: salon.Admin, Method: "GET", Path: path, Status: 200,
		Want: fmt.Sprintf(`{"from_date":"2026-03-01","to_date":%q,"bookings":{"total":0}}`, w.Day(0))}.Run(t, w)
	first := w.Day(1)
	w.Advance(48 * time.Hour)
	salon.Admin = salon.SignIn(salon.Email)
	for _, done := range []struct {
		id    any
		price int
	}{{cut, 150000}, {coloured, 300000}} {
		at := fmt.Sprint("/appointments/", done.id)
		w.JSON(salon.Admin, "POST", at+"/record-payment", object{"amount": done.price, "payment_method": "cash"})
		w.Do(salon.Admin, "POST", at+"/complete", nil, 200)
	}
	w.Do(salon.Admin, "POST", fmt.Sprintf("/appointments/%s/cancel", cancelled), object{"cancellation_reason": "Ill."}, 200)
	w.Do(salon.Admin, "POST", fmt.Sprintf("/appointments/%s/no-show", absent), nil, 200)

	own := salon.Member(access.StaffRole, salon.Outlet)
	stranger, manager := salon.Member(access.StaffRole, salon.Outlet).Token, salon.Member(access.OutletManager, salon.Outlet).Token
	elsewhere := salon.Member(access.OutletManager, second).Token
	w.Do(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID), object{"user_id": own.ID}, 200)
	get := func(name string, as testkit.Token, path string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "GET", Path: path, Status: status, Want: want}
	}
	// 450,000 reach the tier of 0.2: 30,000 for the cut, and half of the colour.
	sums := `{"bookings":{"total":5,"completed":2,"cancelled":1,"no_show":1,"confirmed":1},"revenue":450000,"commission_due":180000,
		"booked_minutes":150,"working_minutes":660,"no_show_rate":0.3333333333333333,"currency":"IDR"}`
	testkit.Run(t, w,
		get("manager", manager, period, 200, sums),
		get("own", own.Token, period, 200, `{"revenue":450000,"commission_due":null}`),
		get("stranger", stranger, period, 403, `{"code":"staff.managers_only"}`),
		get("elsewhere", elsewhere, period, 403, `{"code":"outlet.out_of_scope"}`),
		get("foreign", other.SignIn(other.Email), period, 404, `{"code":"staff.not_found"}`),
		get("two days", salon.Admin, path+"?from_date="+first+"&to_date="+w.Day(0), 200, `{"bookings":{"total":6},"booked_minutes":210}`),
		get("no day", salon.Admin, path+"?from_date="+w.Day(30)+"&to_date="+w.Day(31), 200, `{"bookings":{"total":0},"working_minutes":0,"utilisation_rate":null}`),
		get("backwards", salon.Admin, path+"?from_date="+w.Day(0)+"&to_date="+first, 422, `"to_date"`),
		get("too long", salon.Admin, path+"?from_date=2025-01-01&to_date=2026-03-02", 422, `"to_date"`),
		get("until today", salon.Admin, path, 200, `{"bookings":{"total":6},"revenue":450000}`),
	)
}
