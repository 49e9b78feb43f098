package availability_test

import (
	"fmt"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A member of a team is offered whenever somebody else is free as well, as the desk can
// then book them by name.
func TestGridOfAMemberOfATeam(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	duo := salon.Tenant.Service(testkit.Object{"required_staff_count": 2})
	one := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(1), "10:00", "14:00")
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(1), "12:00", "16:00")
	path := fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=60&staff_id=%s",
		duo.ID, salon.Outlet.ID, w.Day(1), one.ID)
	offered := map[string]bool{}
	var grid struct {
		Days map[string][]struct {
			Start     string `json:"start_time"`
			Available bool   `json:"is_available"`
		} `json:"availability_grid"`
	}
	w.JSON(salon.Admin, "GET", path, nil).Into(&grid)
	for _, slot := range grid.Days[w.Day(1)] {
		if slot.Available {
			offered[slot.Start] = true
		}
	}
	if len(offered) != 2 || !offered["12:00"] || !offered["13:00"] {
		t.Errorf("offered are %v", offered)
	}
	salon.Tenant.Book(salon.Outlet, duo, salon.Customer, 1, "12:00", testkit.Object{
		"services": []testkit.Object{{"service_id": duo.ID, "staff_id": one.ID}},
	})
}
