package availability_test

import (
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestEntriesAreRemovedTogether(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorkingHours(w.Day(1), "13:00", "20:00")
	booked := salon.Book(1, "10:00", testkit.Object{"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}}})
	entry := func(staff id.ID) string {
		return w.JSON(salon.Admin, "GET", "/availability?start_date="+w.Day(1)+"&end_date="+w.Day(1)+"&staff_id="+string(staff), nil).Text("items.0.id")
	}
	both := []string{entry(salon.Staff.ID), entry(second.ID)}
	left := "/availability?start_date=" + w.Day(1) + "&end_date=" + w.Day(1)
	member := salon.Member(access.StaffRole, salon.Outlet)
	w.JSON(salon.Admin, "PUT", "/staff/"+string(second.ID), testkit.Object{"user_id": member.ID})
	remove := func(as testkit.Token, ids any, status int, want string) testkit.Scenario {
		return testkit.Scenario{As: as, Method: "POST", Path: "/availability/bulk-delete", Body: testkit.Object{"ids": ids}, Status: status, Want: want}
	}
	testkit.Run(t, w,
		remove(salon.Admin, []string{both[0], string(id.New())}, 404, `{"code": "availability.not_found"}`),
		remove(w.Salon().Admin, both, 404, `{"code": "availability.not_found"}`),
		remove(member.Token, both, 403, `{"code": "availability.own_only"}`),
		remove(salon.Admin, []string{}, 422, "ids"),
		testkit.Scenario{Name: "all are there", As: salon.Admin, Method: "GET", Path: left, Status: 200, Want: `{"total": 2}`},
		remove(salon.Admin, append(both, both[0]), 200, `{"deleted_entries": 2, "affected_appointments": [{"appointment_id": "`+string(booked)+`"}]}`),
		testkit.Scenario{Name: "none is left", As: salon.Admin, Method: "GET", Path: left, Status: 200, Want: `{"total": 0}`},
		remove(salon.Admin, both, 404, ""),
	)
}

func TestCustomersSeeWhoCouldServe(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorkingHours(w.Day(1), "08:00", "09:00")
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}, testkit.Object{"accepts_online_booking": false}).WorksDaily(3)
	salon.Book(1, "08:00", testkit.Object{"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}}})
	path := "/customer/booking/staff?outlet_id=" + string(salon.Outlet.ID) + "&service_id=" + string(salon.Service.ID) + "&date="
	testkit.Run(t, w,
		testkit.Scenario{As: salon.Customer.Token, Method: "GET", Path: path + w.Day(1), Status: 200, Want: `{"total": 2, "items": [
			{"staff_id": "` + string(second.ID) + `", "available": true, "first_start": "08:00"},
			{"staff_id": "` + string(salon.Staff.ID) + `", "available": true, "first_start": "09:00"}]}`},
		testkit.Scenario{As: salon.Customer.Token, Method: "GET", Path: path + w.Day(2), Status: 200, Want: `{"items": [
			{"staff_id": "` + string(salon.Staff.ID) + `", "first_start": "08:00"}, {"staff_id": "` + string(second.ID) + `", "available": false, "first_start": null}]}`},
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: path + w.Day(1), Status: 403},
		testkit.Scenario{As: w.Salon().Customer.Token, Method: "GET", Path: path + w.Day(1), Status: 404, Want: `{"code": "outlet.not_found"}`},
	)
}
