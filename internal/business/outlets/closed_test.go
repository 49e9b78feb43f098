package outlets_test

import (
	"testing"

	"reserva/internal/testkit"
	server "reserva/internal/testkit/world"
)

// An outlet that is not active is booked at by nobody, at the desk or elsewhere, and
// shown to nobody but its staff.
func TestOnlyActiveOutletsAreBookedAt(t *testing.T) {
	t.Parallel()
	w := server.New(t)
	s := w.Salon()
	outlet, service := string(s.Outlet.ID), string(s.Service.ID)
	guest := testkit.Object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": s.Outlet.Slug}
	grid := "?outlet_id=" + outlet + "&service_id=" + service + "&start_date=" + w.Day(2)
	hour := 8
	attempts := func() map[string][3]any { // the request, how it is answered by an open outlet, and by a closed one
		hour += 3
		at := func(n int) string {
			return []string{"08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"}[hour-8+n] + ":00"
		}
		return map[string][3]any{
			"the desk": {testkit.Request{As: s.Admin, Method: "POST", Path: "/appointments", Body: testkit.Object{
				"customer_id": s.Customer.ID, "outlet_id": outlet, "appointment_date": w.Day(2), "start_time": at(0),
				"services": []testkit.Object{{"service_id": service}},
			}}, 201, 400},
			"a customer": {testkit.Request{As: s.Customer.Token, Method: "POST", Path: "/customer/booking/appointments", Body: testkit.Object{
				"outlet_id": outlet, "appointment_date": w.Day(2), "start_time": at(1), "services": []testkit.Object{{"service_id": service}},
			}}, 201, 400},
			"a guest": {testkit.Request{Method: "POST", Path: "/bookings/organizations/" + string(s.ID) + "/type/guest", Header: guest, Body: testkit.Object{
				"packageId": service, "bookingDate": w.Day(2), "bookingTime": at(2),
				"firstName": "John", "lastName": "Smith", "email": "john@example.com", "phone": "08123456701",
			}}, 201, 422},
			"the public grid":  {testkit.Request{Method: "GET", Path: "/public/availability/grid" + grid}, 200, 400},
			"the staff's grid": {testkit.Request{As: s.Admin, Method: "GET", Path: "/availability/availability-grid" + grid}, 200, 400},
			"the outlet":       {testkit.Request{Method: "GET", Path: "/public/outlets/" + outlet}, 200, 404},
			"its services":     {testkit.Request{Method: "GET", Path: "/public/outlets/" + outlet + "/services"}, 200, 404},
			"its staff":        {testkit.Request{Method: "GET", Path: "/public/outlets/" + outlet + "/staff"}, 200, 404},
			"staff read it":    {testkit.Request{As: s.Admin, Method: "GET", Path: "/outlets/" + outlet}, 200, 200},
		}
	}
	for _, step := range []struct {
		path, status string
		open         bool
	}{
		{"", "temporarily_closed", false}, {"/activate", "active", true}, {"/deactivate", "inactive", false}, {"/activate", "active", true},
	} {
		if step.path == "" {
			w.Do(s.Admin, "PUT", "/outlets/"+outlet, testkit.Object{"status": step.status}, 200)
		} else if got := w.Do(s.Admin, "POST", "/outlets/"+outlet+step.path, nil, 200).Text("status"); got != step.status {
			t.Fatalf("%s: status %s", step.path, got)
		}
		if !step.open {
			hour -= 3 // nothing gets booked
		}
		for name, attempt := range attempts() {
			want := attempt[2]
			if step.open {
				want = attempt[1]
			}
			if a := w.Send(attempt[0].(testkit.Request)); a.Status != want {
				t.Errorf("%s, %s: status %d, want %d: %s", step.status, name, a.Status, want, a.Body)
			}
		}
	}
}
