package availability_test

import (
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Whoever gives only what takes two is free when a second one is.
func TestTheNextStartOfAMemberOfATeam(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	duo := salon.Tenant.Service(testkit.Object{"required_staff_count": 2})
	one := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(1), "10:00", "14:00").WorkingHours(w.Day(2), "10:00", "14:00")
	path := "/staff/" + string(one.ID)
	next := func(name, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"next_available_slot":` + want + `}`}
	}
	next("alone", "null").Run(t, w)
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(2), "12:00", "16:00")
	next("with another", `"`+w.Day(2)+`T05:00:00Z"`).Run(t, w)
	salon.Tenant.Book(salon.Outlet, duo, salon.Customer, 2, "12:00", testkit.Object{
		"services": []testkit.Object{{"service_id": duo.ID, "staff_id": one.ID}},
	})
	next("behind the appointment", `"`+w.Day(2)+`T06:00:00Z"`).Run(t, w)
}
