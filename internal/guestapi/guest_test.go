package guestapi_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/testkit"
)

const goodPassword = "Another#2026pass"

func (s *shop) login(email, password string) int {
	return s.Send(testkit.Request{Method: "POST", Path: "/customer/auth/login", Body: object{
		"email": email, "password": password, "tenant_slug": s.Slug,
	}}).Status
}

// Somebody who books with another's address links the booking to that person and
// changes nothing of the account, whose owner is told.
func TestAnotherPersonsAddress(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	owner := s.Customer()
	before := s.JSON(owner.Token, "GET", "/customers/profile", nil)
	mails := len(s.Outbox(owner.Email))
	made := s.booked(object{
		"email": strings.ToUpper(owner.Email), "firstName": "Mallory", "phone": "09169999999", "password": goodPassword,
	})
	if made.Text("booking.customerId") != string(owner.ID) {
		t.Error("the booking is not linked")
	}
	s.want(s.verify(s.handle(owner.Email)), 200, "")
	if got := s.login(owner.Email, goodPassword); got != 401 {
		t.Errorf("sign-in with the stranger's password: %d", got)
	}
	if got := s.login(owner.Email, testkit.Password); got != 200 {
		t.Errorf("sign-in of the owner: %d", got)
	}
	after := s.JSON(owner.Token, "GET", "/customers/profile", nil)
	for _, name := range []string{"first_name", "last_name", "email_verified"} {
		if before.Text(name) != after.Text(name) {
			t.Errorf("%s was %s and is %s", name, before.Text(name), after.Text(name))
		}
	}
	if after.Has("phone") {
		t.Error("the typed telephone was taken over")
	}
	sent := s.Outbox(owner.Email)
	if len(sent) != mails+2 {
		t.Fatalf("%d mails, want two", len(sent)-mails)
	}
	notices := 0
	for _, m := range sent {
		if strings.Contains(m.Text, "somebody booked as a guest") {
			notices++
		}
		if strings.Contains(m.Text+m.HTML, "Mallory") {
			t.Errorf("a stranger's words are sent on: %s", m.Text)
		}
	}
	if notices != 1 {
		t.Errorf("%d notices", notices)
	}
	if got := s.JSON(s.Admin, "GET", "/appointments/"+made.Text("booking._id"), nil).Text("customer_name"); got != "Mallory Smith" {
		t.Errorf("the desk expects %q", got)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.want(s.create(object{"password": "weak"}), 422, "password: ")

	none := s.person()
	s.booked(object{"email": none, "password": "", "bookingTime": "08:00"})
	s.want(s.verify(s.handle(none)), 200, "")
	if got := s.login(none, ""); got == 200 {
		t.Error("an empty password signs in")
	}

	guest := s.person()
	made := s.booked(object{"email": guest, "password": goodPassword})
	if got := s.login(guest, goodPassword); got == 200 {
		t.Error("the password works before the mailbox is proven")
	}
	s.want(s.verify(made.Text("booking._id")), 200, "")
	if got := s.login(guest, goodPassword); got == 200 {
		t.Error("a booking's id proves a mailbox")
	}
	s.want(s.verify(made.Text("booking._id"), object{"X-Verification-Token": made.Text("booking.verificationToken")}), 200, "")
	if got := s.login(guest, goodPassword); got == 200 {
		t.Error("the creator's token proves a mailbox")
	}
	s.want(s.verify(s.handle(guest)), 200, "")
	if got := s.login(guest, goodPassword); got != 200 {
		t.Errorf("sign-in after the proof: %d", got)
	}
}

// A stranger's booking under somebody's address does not lay a password that the
// owner's own proof would activate.
func TestAPasswordOfAStranger(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	victim := s.person()
	s.booked(object{"email": victim, "password": goodPassword})
	s.later(time.Minute)
	s.booked(object{"email": victim, "bookingTime": "12:00"})
	s.want(s.verify(s.handle(victim)), 200, "") // the newest mail: the owner's own booking
	if got := s.login(victim, goodPassword); got == 200 {
		t.Error("the stranger's password was activated")
	}
}

func TestCustomersWhoAreSignedIn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := addShop(s.World)
	mine, theirs := s.Customer(), other.Customer()
	as := func(token testkit.Token, clock string) testkit.Answer {
		t.Helper()
		a := s.Send(testkit.Request{As: token, Method: "POST", Path: "/bookings/type/haircut",
			Body: s.body(object{"bookingTime": clock}), Header: object{"X-Tenant-Slug": s.Slug}})
		s.want(a, 201, "")
		return a
	}
	linked := as(mine.Token, "08:00")
	if linked.Text("booking.customerId") != string(mine.ID) || linked.Text("booking.status") != "pending" {
		t.Errorf("booking %s", linked.Body)
	}
	if got := s.JSON(mine.Token, "GET", "/customer/booking/appointments/"+linked.Text("booking._id"), nil).Text("status"); got != "pending" {
		t.Errorf("status %s", got)
	}
	for clock, token := range map[string]testkit.Token{"09:00": theirs.Token, "10:00": "nonsense", "11:00": s.Admin} {
		if got := as(token, clock).Text("booking.customerId"); got == string(theirs.ID) || got == string(mine.ID) {
			t.Errorf("a token of another kind links to %s", got)
		}
	}
}

func TestTheMail(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	made := s.booked(object{"email": guest, "firstName": "<b>http://evil.example</b>"})
	sent := s.Outbox(guest)
	if len(sent) != 1 {
		t.Fatalf("%d mails", len(sent))
	}
	m := sent[0]
	for _, part := range []string{"Haircut", "Thursday, 5 March 2026, 10:00 (Asia/Jakarta)", "Bella Vista Spa", "until 09:00 on Monday, 2 March"} {
		if !strings.Contains(m.Text, part) || !strings.Contains(m.HTML, part) {
			t.Errorf("no %q in %s %s", part, m.Text, m.HTML)
		}
	}
	if !strings.Contains(m.Text, s.BaseURL+"/verify/"+s.Slug+"/"+s.outlet.Slug+"/") || strings.Contains(m.Text+m.HTML, "evil") ||
		strings.Contains(m.Text, made.Text("booking._id")) {
		t.Errorf("mail %s", m.Text)
	}
	var plain int
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM booking_tokens WHERE encode(hash, 'escape') LIKE '%' || $1 || '%'`,
		s.handle(guest)).Scan(&plain); err != nil || plain != 0 {
		t.Errorf("%d handles are stored as they are, %v", plain, err)
	}
	s.later(time.Minute)
	s.RunJobs()
	if got := len(s.Outbox(guest)); got != 1 {
		t.Errorf("%d mails before the booking is verified", got)
	}
	s.verify(made.Text("booking._id"))
	s.RunJobs()
	if got := s.Outbox(guest); len(got) != 2 || !strings.Contains(got[0].Subject, "is confirmed") {
		t.Errorf("mails %+v", got)
	}
}
