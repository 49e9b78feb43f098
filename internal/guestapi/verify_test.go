package guestapi_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

const refused = "Invalid or expired verification token"

func TestABareID(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	booking := s.booked().Text("booking._id")
	first := s.verify(booking)
	s.want(first, 200, "")
	s.RunJobs()
	s.later(2 * time.Hour)
	if again := s.verify(strings.ToUpper(booking)); again.Status != 200 || string(again.Body) != string(first.Body) {
		t.Errorf("again: %d %s", again.Status, again.Body)
	}
	s.Settings(object{"allow_bare_id_verification": false})
	strict := s.booked(object{"bookingTime": "12:00"})
	s.want(s.verify(strict.Text("booking._id")), 400, refused)
	s.want(s.verify(strict.Text("booking._id"), object{"X-Verification-Token": strict.Text("booking.verificationToken")}), 400, refused)
	if got := s.get("/bookings/" + strict.Text("booking._id")).Text("status"); got != "pending" {
		t.Errorf("status %s", got)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	foreign := s.booked().Text("booking.verificationToken")
	send := func(booking, query, header string, body any) testkit.Answer {
		r := testkit.Request{Method: "PUT", Path: "/bookings/" + booking + "/verify" + query, Body: body, Header: object{}}
		if header != "" {
			r.Header["X-Verification-Token"] = header
		}
		return s.Send(r)
	}
	for i, strict := range []bool{false, true} {
		s.Settings(object{"allow_bare_id_verification": !strict})
		guest := s.person()
		made := s.booked(object{"bookingDate": s.Day(5 + i), "email": guest})
		booking, token, handle := made.Text("booking._id"), made.Text("booking.verificationToken"), s.handle(guest)
		s.want(send(booking, "?token=nonsense", "", nil), 400, refused)
		s.want(send(booking, "", "nonsense", nil), 400, refused)
		s.want(send(booking, "", "", object{"token": "nonsense"}), 400, refused)
		s.want(send(booking, "", foreign, nil), 400, refused)
		s.want(send(booking, "?token="+token, "nonsense", nil), 400, refused)
		s.want(send(handle, "", foreign, nil), 400, refused)
		s.want(send(token, "", "", nil), 404, "Booking not found")
		s.want(send(booking, "", "", `[]`), 422, "must be an object")
		s.want(send(booking, "", "", object{"token": 5}), 422, "token: must be a text")
		s.want(send(booking, "", "", `{`), 400, "")
		if strict {
			s.want(send(booking, "", token, nil), 400, refused)
			s.want(send(booking, "", "", object{"token": handle}), 200, "")
			continue
		}
		s.want(send(booking, "?token="+token, token, object{"token": token, "more": true}), 200, "")
	}
}

func TestTheMailHandle(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Settings(object{"allow_bare_id_verification": false})
	guest := s.person()
	made := s.booked(object{"email": guest})
	handle := s.handle(guest)
	if handle == made.Text("booking._id") || strings.Contains(string(made.Body), handle) {
		t.Error("the handle was told to the browser")
	}
	s.want(s.get("/bookings/"+handle), 404, "Booking not found")
	first := s.verify(handle)
	s.want(first, 200, "")
	if first.Text("booking._id") != made.Text("booking._id") || first.Text("booking.status") != "confirmed" {
		t.Errorf("verified %s", first.Body)
	}
	s.later(time.Minute)
	s.RunJobs()
	mails := len(s.Outbox(guest))
	again := s.verify(handle)
	s.RunJobs()
	if again.Status != 200 || string(again.Body) != string(first.Body) || len(s.Outbox(guest)) != mails {
		t.Errorf("again: %d %s", again.Status, again.Body)
	}
	s.Due(id.ID(made.Text("booking._id")))
	if got := s.desk(made, "/start"); got != 200 {
		t.Fatalf("start: %d", got)
	}
	if got := s.get("/bookings/" + made.Text("booking._id")).Text("status"); got != "confirmed" {
		t.Errorf("in progress is shown as %s", got)
	}
	s.later(90 * 24 * time.Hour)
	s.want(s.verify(handle), 200, "")
}

// desk changes a booking at the desk.
func (s *shop) desk(made testkit.Answer, change string) int {
	return s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/appointments/" + made.Text("booking._id") + change, Body: object{}}).Status
}

func TestBookingsThatLapse(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	made := s.booked(object{"email": guest})
	booking := made.Text("booking._id")
	s.later(59 * time.Minute)
	s.want(s.create(), 409, "")
	s.later(time.Minute)
	for _, proof := range []string{booking, s.handle(guest)} {
		s.want(s.verify(proof), 400, refused)
	}
	if got := s.get("/bookings/" + booking); got.Text("status") != "cancelled" || got.Has("verifiedAt") {
		t.Errorf("booking %s", got.Body)
	}
	if got := s.get("/bookings/fully-booked-slots"); got.Text("count") != "0" {
		t.Errorf("full: %s", got.Body)
	}
	second := s.booked()
	s.Every("appointments.expire")
	if got := s.get("/bookings/" + booking).Text("status"); got != "cancelled" {
		t.Errorf("status %s", got)
	}
	if got := s.JSON(s.Admin, "GET", "/appointments/"+booking, nil).Text("cancellation_reason"); got != "verification_expired" {
		t.Errorf("reason %s", got)
	}
	s.want(s.verify(second.Text("booking._id")), 200, "")

	// No hold outlasts the slot's start, whatever the tenant says.
	s.Settings(object{"guest_verification_minutes": 1440})
	soon := s.booked(object{"bookingDate": s.Day(0), "bookingTime": "09:30"}).Text("booking._id") // it is 9 o'clock
	later := s.booked(object{"bookingTime": "14:00"}).Text("booking._id")
	s.later(30 * time.Minute)
	s.want(s.verify(soon), 400, refused)
	s.later(20 * time.Hour)
	s.want(s.verify(later), 200, "")
}

func TestBookingsThatEnded(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	cancel := func(booking, reason string) {
		s.Do(s.Admin, "POST", "/appointments/"+booking+"/cancel", object{"cancellation_reason": reason}, 200)
	}
	declined := s.booked().Text("booking._id")
	cancel(declined, "Declined")
	s.want(s.verify(declined), 400, refused)
	if got := s.get("/bookings/" + declined).Text("status"); got != "declined" {
		t.Errorf("status %s", got)
	}
	cancelled := s.booked().Text("booking._id")
	s.want(s.verify(cancelled), 200, "")
	cancel(cancelled, "No hot water")
	s.want(s.verify(cancelled), 400, refused)
	if got := s.get("/bookings/" + cancelled); got.Text("status") != "cancelled" || strings.Contains(string(got.Body), "water") {
		t.Errorf("booking %s", got.Body)
	}
}

func TestOwnersWhoApprove(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Settings(object{"requires_owner_approval": true})
	made := s.booked()
	booking := made.Text("booking._id")
	first := s.verify(booking)
	if s.want(first, 200, ""); first.Text("booking.status") != "pending" {
		t.Errorf("verified %s", first.Body)
	}
	s.later(2 * time.Hour)
	s.Every("appointments.expire")
	s.want(s.create(), 409, "")
	if got := s.get("/bookings/" + booking); got.Text("status") != "pending" || !got.Has("verifiedAt") {
		t.Errorf("booking %s", got.Body)
	}
	if again := s.verify(booking); string(again.Body) != string(first.Body) {
		t.Errorf("again %s", again.Body)
	}
	if got := s.desk(made, "/confirm"); got != 200 {
		t.Fatalf("confirm: %d", got)
	}
	if got := s.get("/bookings/" + booking).Text("status"); got != "confirmed" {
		t.Errorf("status %s", got)
	}

	s.Settings(object{"requires_owner_approval": false, "confirm_requires_payment": true})
	unpaid := s.verify(s.booked(object{"bookingTime": "12:00"}).Text("booking._id"))
	if s.want(unpaid, 200, ""); unpaid.Text("booking.status") != "pending" {
		t.Errorf("verified %s", unpaid.Body)
	}
}

// The desk may be faster than the guest.
func TestTheDeskConfirmsFirst(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	made := s.booked()
	if got := s.desk(made, "/confirm"); got != 200 {
		t.Fatalf("confirm: %d", got)
	}
	if got := s.get("/bookings/" + made.Text("booking._id")); got.Text("status") != "confirmed" || got.Has("verifiedAt") {
		t.Errorf("booking %s", got.Body)
	}
	verified := s.verify(made.Text("booking._id"))
	if s.want(verified, 200, ""); verified.Text("booking.status") != "confirmed" {
		t.Errorf("verified %s", verified.Body)
	}
}

func TestWhatIsNoGuestBooking(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := addShop(s.World)
	customer := s.Customer()
	desk := string(s.Book(s.outlet, s.service, customer, 2, "10:00"))
	made := s.booked().Text("booking._id")
	for name, booking := range map[string]string{"unknown": "507f1f77bcf86cd799439041", "malformed": "x", "the desk's": desk} {
		t.Run(name, func(*testing.T) {
			s.want(s.get("/bookings/"+booking), 404, "Booking not found")
			s.want(s.verify(booking), 404, "Booking not found")
		})
	}
	for _, header := range []object{{"X-Tenant-Slug": other.Slug}, {"X-Tenant-Slug": "nobody"}} {
		s.want(s.Send(testkit.Request{Method: "GET", Path: "/bookings/" + made, Header: header}), 404, "Booking not found")
		s.want(s.verify(made, header), 404, "Booking not found")
	}
	for _, query := range []string{"?slug=" + other.Slug, "?organizationId=" + string(other.ID), "?organizationId=x"} {
		s.want(s.Send(testkit.Request{Method: "GET", Path: "/bookings/" + made + query}), 404, "Booking not found")
	}
	s.want(s.Send(testkit.Request{Method: "GET", Path: "/bookings/" + made + "?slug=" + s.Slug}), 200, "")
}

func TestWhatABookingShows(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	made := s.booked(object{"firstName": "Xaverine", "lastName": "Quux", "email": "private@" + s.Slug + ".com"})
	s.verify(made.Text("booking._id"))
	got := s.get("/bookings/" + made.Text("booking._id"))
	for _, secret := range []string{"Xaverine", "Quux", "private", "0916", "150000", made.Text("booking.verificationToken")} {
		if strings.Contains(string(got.Body), secret) {
			t.Errorf("%q is shown: %s", secret, got.Body)
		}
	}
	for _, name := range keys(t, got.Body) {
		if !strings.Contains("_id organizationId packageId customerId bookingDate bookingTime status preferredPaymentMethod createdAt verifiedAt", name) {
			t.Errorf("member %s", name)
		}
	}
}
