package waitlist_test

import (
	"fmt"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// salon has one hour a day to sell on each of four days, from 10 to 11 o'clock.
type salon struct {
	*testkit.World
	*testkit.Tenant
	outlet  *testkit.Outlet
	service *testkit.Service
	staff   *testkit.StaffMember
	guest   testkit.Customer // who booked
}

func newSalon(t *testing.T) *salon { return openSalon(world.New(t)) }

func openSalon(w *testkit.World) *salon {
	s := &salon{World: w, Tenant: w.Tenant().Plan("ENTERPRISE")}
	s.outlet, s.service = s.Tenant.Outlet(), s.Tenant.Service()
	s.staff = s.Tenant.Staff(s.outlet, []*testkit.Service{s.service})
	for day := 1; day <= 4; day++ {
		s.staff.WorkingHours(s.Day(day), "10:00", "11:00")
	}
	s.guest = s.Tenant.WalkIn()
	s.RunJobs()
	return s
}

// booked sells the hour of a day.
func (s *salon) booked(day int) string {
	s.Helper()
	return string(s.Tenant.Book(s.outlet, s.service, s.guest, day, "10:00"))
}

func (s *salon) cancel(appointment string) {
	s.Helper()
	s.JSON(s.Admin, "POST", "/appointments/"+appointment+"/cancel", object{"cancellation_reason": "ill"})
	s.RunJobs()
}

// wish is the body of a wish for a day.
func (s *salon) wish(day int, changes object) object {
	b := object{"outlet_id": s.outlet.ID, "service_id": s.service.ID, "date_from": s.Day(day)}
	for key, value := range changes {
		b[key] = value
	}
	return b
}

const own = "/customer/booking/waitlist"

// waits lets a new customer wait for a day.
func (s *salon) waits(day int, changes object) waiter {
	s.Helper()
	c := s.Tenant.Customer()
	wish := s.JSON(c.Token, "POST", own, s.wish(day, changes)).Text("id")
	s.RunJobs()
	s.Advance(time.Second) // who comes next is behind
	return waiter{s, c, wish}
}

// later moves the clock, and signs in again whoever it signed out.
func (s *salon) later(d time.Duration) {
	s.Helper()
	s.Advance(d)
	s.Tenant.Admin = s.Tenant.SignIn(s.Tenant.Email)
}

// waiter is a customer with a wish.
type waiter struct {
	*salon
	testkit.Customer
	id string
}

func (w waiter) path() string { return own + "/" + w.id }

// look shows the wish to the desk, which sees what the customer sees.
func (w waiter) look() testkit.Answer {
	w.World.Helper()
	return w.JSON(w.Tenant.Admin, "GET", "/waitlist/"+w.id, nil)
}

// is fails the test unless the wish has a status.
func (w waiter) is(status string) testkit.Answer {
	w.World.Helper()
	a := w.look()
	if got := a.Text("status"); got != status {
		w.Errorf("the wish is %s, not %s: %s", got, status, a.Body)
	}
	if a.Has("offer") != (status == "offered") {
		w.Errorf("a wish that is %s shows %v", status, a.Value("offer"))
	}
	return a
}

// signIn is for when it is later than the token lasts.
func (w waiter) signIn() testkit.Token {
	w.World.Helper()
	return testkit.Token(w.JSON("", "POST", "/customer/auth/login", object{
		"email": w.Customer.Email, "password": testkit.Password, "tenant_slug": w.Slug,
	}).Text("access_token"))
}

func (w waiter) accept() testkit.Answer {
	w.World.Helper()
	return w.JSON(w.signIn(), "POST", w.path()+"/accept", nil)
}

// free tells whether the grid offers the hour of a day to the public.
func (s *salon) free(day int) bool {
	s.Helper()
	grid := s.JSON(s.Admin, "GET", fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1",
		s.service.ID, s.outlet.ID, s.Day(day)), nil)
	return grid.Text("metadata.total_available_slots") != "0"
}

// one reads one number.
func (s *salon) one(sql string, args ...any) int {
	s.Helper()
	var n int
	if err := s.DB.Pool().QueryRow(s.Context(), sql, args...).Scan(&n); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
	return n
}

// subjects of the mails to an address.
func (s *salon) subjects(to string) []string {
	var out []string
	for _, m := range s.Outbox(to) {
		out = append(out, m.Subject)
	}
	return out
}

var nobody = string(id.Random())
