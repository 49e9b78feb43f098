package guestapi_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/testkit"
)

func (s *shop) page(method, path string) testkit.Answer {
	return s.Send(testkit.Request{Method: method, Path: "/" + path})
}

func (s *shop) shows(a testkit.Answer, status int, part string) {
	s.World.Helper()
	if a.Status != status || !strings.Contains(string(a.Body), part) {
		s.World.Errorf("status %d, want %d %q: %s", a.Status, status, part, a.Body)
	}
}

func TestThePageBehindTheLink(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	made := s.booked(object{"email": guest})
	booking, path := made.Text("booking._id"), "/verify/"+s.Slug+"/"+s.outlet.Slug+"/"+s.handle(guest)

	for range 2 { // programs that look through mail open links as well
		s.shows(s.page("GET", path), 200, "Confirm the booking</button>")
	}
	opened := s.page("GET", path)
	for _, part := range []string{"Haircut", "Thursday, 5 March 2026, 10:00", "Bella Vista Spa"} {
		s.shows(opened, 200, part)
	}
	if policy := opened.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self'") ||
		!strings.Contains(policy, "default-src 'none'") || opened.Header.Get("Cache-Control") != "no-store" ||
		opened.Header.Get("Referrer-Policy") != "no-referrer" || opened.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("headers %v", opened.Header)
	}
	if got := s.get("/bookings/" + booking).Text("status"); got != "pending" {
		t.Fatalf("opening the link made it %s", got)
	}
	s.shows(s.page("POST", path), 200, "Your booking is confirmed")
	if got := s.get("/bookings/" + booking).Text("status"); got != "confirmed" {
		t.Errorf("status %s", got)
	}
	s.shows(s.page("POST", path), 200, "Your booking is confirmed")
	if again := s.page("GET", "/verify/"+s.handle(guest)); again.Status != 200 || strings.Contains(string(again.Body), "<button") {
		t.Errorf("again: %d %s", again.Status, again.Body)
	}

	s.shows(s.page("GET", "/verify/"+booking), 404, "no such booking") // an id is no handle
	s.shows(s.page("POST", "/verify/"+booking), 404, "no such booking")
	s.shows(s.page("GET", "/verify/x"), 404, "no such booking")
}

func TestThePageOfABookingThatEnded(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	s.booked(object{"email": guest, "packageId": s.service.ID})
	path := "/verify/" + s.handle(guest)
	s.later(time.Hour)
	s.shows(s.page("GET", path), 200, "This booking has ended")
	s.shows(s.page("POST", path), 400, "cannot be confirmed")

	s.Settings(object{"requires_owner_approval": true})
	second := s.person()
	s.booked(object{"email": second})
	s.shows(s.page("POST", "/verify/"+s.handle(second)), 200, "will confirm your booking")
}

func TestThePageOfABusinessThatIsClosed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	s.booked(object{"email": guest})
	path := "/verify/" + s.handle(guest)
	s.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, s.ID)
	for _, method := range []string{"GET", "POST"} {
		s.shows(s.page(method, path), 404, "takes no bookings at present")
	}
}
