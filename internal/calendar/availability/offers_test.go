package availability_test

import (
	"fmt"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A member who is not booked so far ahead has no free starts then; who does not give the
// service is a mistake.
func TestOffersFurtherAheadThanTheMemberIsBooked(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	other := salon.Tenant.Staff(salon.Outlet, nil)
	w.JSON(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID), testkit.Object{"max_advance_booking_days": 1})
	customer := salon.Tenant.Customer()
	ask := func(name string, member *testkit.StaffMember, day, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: customer.Token, Method: "GET", Status: status, Want: want,
			Path: fmt.Sprintf("/customer/booking/available-slots?service_id=%s&outlet_id=%s&date=%s&staff_id=%s", salon.Service.ID, salon.Outlet.ID, w.Day(day), member.ID)}
	}
	testkit.Run(t, w,
		ask("near", salon.Staff, 1, 200, `"start_time":"08:00"`),
		ask("too far", salon.Staff, 2, 200, `{"slots":[]}`),
		ask("not theirs", other, 1, 400, `{"code":"staff.not_qualified"}`),
	)
}
