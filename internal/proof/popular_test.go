package proof_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// crowd is how many customers want the popular hour at once.
const crowd = 1000

// A thousand customers want one hour at once, on two servers: as many as there is room
// for get it, and everybody else is told that it is taken.
func TestPopularHour(t *testing.T) {
	one, other := world.Two(t)
	salon := one.Salon()
	class := salon.Tenant.Service(object{"allow_parallel_bookings": true, "max_parallel_bookings": 15})
	members := []*testkit.StaffMember{salon.Staff}
	for range 7 {
		members = append(members, salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorksDaily(7))
	}
	for range 2 {
		salon.Tenant.Staff(salon.Outlet, []*testkit.Service{class}).WorksDaily(7)
	}
	customers := make([]id.ID, crowd)
	for i := range customers {
		customers[i] = id.New()
	}
	one.Exec(`
		INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at)
		SELECT $1, c.id, 'Siti', 'Rahma', 'walk_in', now(), now() FROM unnest($2::text[]) AS c (id)`, salon.ID, customers)
	for day, hour := range []struct {
		name    string
		winners int
		line    func(i int) object
	}{
		{"anybody", len(members), func(int) object { return object{"service_id": salon.Service.ID} }},
		{"somebody", 2, func(i int) object { return object{"service_id": salon.Service.ID, "staff_id": members[i%2].ID} }},
		{"a class", 30, func(int) object { return object{"service_id": class.ID} }},
	} {
		t.Run(hour.name, func(t *testing.T) {
			servers := []*testkit.World{one.For(t), other.For(t)}
			statuses := make([]string, crowd)
			var group sync.WaitGroup
			gate := make(chan struct{})
			for i, customer := range customers {
				group.Go(func() {
					<-gate
					answer := servers[i%2].Send(testkit.Request{As: salon.Admin, Method: http.MethodPost, Path: "/appointments", Body: object{
						"customer_id": customer, "outlet_id": salon.Outlet.ID, "appointment_date": one.Day(1 + day), "start_time": "10:00",
						"services": []object{hour.line(i)},
					}})
					if statuses[i] = fmt.Sprint(answer.Status); answer.Status != http.StatusCreated {
						statuses[i] += " " + answer.Text("code")
					}
				})
			}
			close(gate)
			group.Wait()
			counts := map[string]int{}
			for _, status := range statuses {
				counts[status]++
			}
			if counts["201"] != hour.winners || counts["409 appointment.slot_taken"] != crowd-hour.winners {
				t.Errorf("of %d who asked, %v; want %d winners", crowd, counts, hour.winners)
			}
			var seated int
			err := one.DB.Pool().QueryRow(t.Context(), `
				SELECT count(*) FROM appointment_lines l JOIN sessions s ON s.id = l.session_id
				WHERE l.seat IS NOT NULL AND s.starts_at::date = ($1::timestamptz)::date`, one.Clock.Now().AddDate(0, 0, 1+day)).Scan(&seated)
			if err != nil || seated != hour.winners {
				t.Errorf("%d seats are taken (%v), want %d", seated, err, hour.winners)
			}
		})
	}
}
