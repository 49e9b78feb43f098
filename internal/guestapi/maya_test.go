package guestapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// newPesoShop sells in pesos, so that the platform's account at Maya collects.
func newPesoShop(t *testing.T) *shop {
	t.Helper()
	s := newShop(t)
	s.Do(s.Admin, "DELETE", "/services/"+string(s.service.ID), nil, 200)
	s.service = s.Service(object{"name": "Haircut", "category": "Hair", "pricing": object{"base_price": 500, "currency": "PHP"}})
	s.staff = s.Staff(s.outlet, []*testkit.Service{s.service}).WorksDaily(60)
	return s
}

// session asks for a page at Maya.
func (s *shop) session(booking string, header object) testkit.Answer {
	s.World.Helper()
	return s.post("/maya/bookings/"+booking+"/checkout-session", nil, header)
}

func (s *shop) verifySession(booking, checkout string, header object) testkit.Answer {
	s.World.Helper()
	return s.post("/maya/bookings/"+booking+"/verify-session", object{"checkoutId": checkout}, header)
}

func proof(token string) object { return object{"X-Verification-Token": token} }

// press does what a browser does on the page.
func (s *shop) press(page, outcome string) {
	s.World.Helper()
	answer, err := http.PostForm(page, url.Values{"outcome": {outcome}, "method": {"card:visa"}})
	if err != nil {
		s.World.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.World.Fatalf("page: status %d", answer.StatusCode)
	}
}

// A guest who chose Maya pays with the creator token, or with the handle of the mail,
// and the server asks Maya itself.
func TestAGuestPaysWithMaya(t *testing.T) {
	t.Parallel()
	s := newPesoShop(t)
	guest := s.person()
	made := s.booked(object{"packageId": s.service.ID, "email": guest})
	booking, token := made.Text("booking._id"), made.Text("booking.verificationToken")
	session := s.session(booking, proof(token))
	s.want(session, 201, "")
	page, checkout := session.Text("url"), session.Text("checkoutId")
	if !strings.HasSuffix(page, "?id="+checkout) || strings.Join(keys(t, session.Body), " ") != "checkoutId url" {
		t.Errorf("session %s", session.Body)
	}
	if again := s.session(booking, proof(s.handle(guest))); again.Status != 201 || string(again.Body) != string(session.Body) {
		t.Errorf("asked again: %d %s", again.Status, again.Body)
	}
	s.want(s.verifySession(booking, checkout, proof(token)), 400, "not been completed")
	s.press(page, "success")
	paid := s.verifySession(booking, checkout, proof(token))
	s.want(paid, 200, "")
	if paid.Text("booking_id") != booking || paid.Text("message") == "" {
		t.Errorf("paid %s", paid.Body)
	}
	s.RunJobs()
	s.want(s.verifySession(booking, checkout, proof(token)), 200, "")
	if got := s.get("/bookings/" + booking).Text("status"); got != "confirmed" {
		t.Errorf("status %s", got)
	}
	s.want(s.session(booking, proof(token)), 409, "already paid")
	var total int64
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT sum(base_amount) FROM payments WHERE tenant_id = $1 AND status = 'completed' AND payment_provider = 'maya'`,
		s.ID).Scan(&total); err != nil || total != 500_00 {
		t.Errorf("paid %d, %v", total, err)
	}
}

// The tokens of another booking, a made-up one and none open nothing.
func TestWhoMayPayWithMaya(t *testing.T) {
	t.Parallel()
	s := newPesoShop(t)
	made := s.booked(object{"packageId": s.service.ID})
	other := s.booked(object{"packageId": s.service.ID, "bookingTime": "12:00"})
	booking := made.Text("booking._id")
	for name, header := range map[string]object{
		"none": {}, "made up": proof("nonsense"), "of another booking": proof(other.Text("booking.verificationToken")), "its own id": proof(booking),
	} {
		if a := s.session(booking, header); a.Status != 401 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
		if a := s.verifySession(booking, "x", header); a.Status != 401 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	token := proof(made.Text("booking.verificationToken"))
	s.want(s.session(string(id.New()), token), 404, "Booking not found")
	s.want(s.session("nonsense", token), 404, "Booking not found")
	s.want(s.verifySession(booking, "nobodys", token), 404, "Checkout session not found")
	s.want(s.post("/maya/bookings/"+booking+"/verify-session", object{}, token), 422, "checkoutId: is required")
	s.want(s.post("/maya/bookings/"+booking+"/verify-session", `[]`, token), 422, "must be an object")
	s.want(s.verifySession(booking, "a b", token), 422, "must be the id of a checkout session")
	elsewhere := addShop(s.World)
	token["X-Tenant-Slug"] = elsewhere.Slug
	s.want(s.session(booking, token), 404, "Booking not found")

	// A session of one booking proves nothing about another.
	mine, theirs := proof(made.Text("booking.verificationToken")), proof(other.Text("booking.verificationToken"))
	session := s.session(booking, mine)
	s.press(session.Text("url"), "success")
	s.want(s.verifySession(other.Text("booking._id"), session.Text("checkoutId"), theirs), 404, "Checkout session not found")
}

// A customer pays what is theirs with their access token, and nobody else's.
func TestACustomerPaysWithMaya(t *testing.T) {
	t.Parallel()
	s := newPesoShop(t)
	mine, stranger := s.Tenant.Customer(), s.Tenant.Customer()
	made := s.Send(testkit.Request{
		As: mine.Token, Method: "POST", Path: "/bookings/type/guest", Body: s.body(object{"packageId": s.service.ID, "email": mine.Email}), Header: object{"X-Tenant-Slug": s.Slug},
	})
	s.want(made, 201, "")
	path := "/maya/bookings/" + made.Text("booking._id") + "/checkout-session"
	if a := s.Send(testkit.Request{As: stranger.Token, Method: "POST", Path: path}); a.Status != 404 {
		t.Errorf("a stranger: %d %s", a.Status, a.Body)
	}
	if a := s.Send(testkit.Request{As: mine.Token, Method: "POST", Path: path}); a.Status != 201 {
		t.Errorf("the customer: %d %s", a.Status, a.Body)
	}
}

func TestBookingsThatMayaDoesNotTake(t *testing.T) {
	t.Parallel()
	s := newPesoShop(t)
	rupiah := newShop(t)
	made := rupiah.booked()
	rupiah.want(rupiah.session(made.Text("booking._id"), proof(made.Text("booking.verificationToken"))), 400, "payment method")

	lapsed := s.booked(object{"packageId": s.service.ID})
	s.later(2 * time.Hour)
	s.want(s.session(lapsed.Text("booking._id"), proof(lapsed.Text("booking.verificationToken"))), 409, "cancelled")
}

// Who has connected Maya says so, and takes bookings that choose it.
func TestMayaConnected(t *testing.T) {
	t.Parallel()
	s := newPesoShop(t)
	if got := s.get("/tenant/" + s.Slug).Text("mayaConnected"); got != "false" {
		t.Errorf("before: %s", got)
	}
	s.want(s.create(object{"packageId": s.service.ID, "preferredPaymentMethod": "maya"}), 400, "payment method")
	s.Do(s.Admin, "PUT", "/tenants/"+string(s.ID)+"/maya-config", object{"public_key": "pk-" + s.Slug, "secret_key": "sk-" + s.Slug}, 200)
	if got := s.get("/tenant/" + s.Slug).Text("mayaConnected"); got != "true" {
		t.Errorf("connected: %s", got)
	}
	s.Settings(object{"cash_enabled": false})
	made := s.booked(object{"packageId": s.service.ID, "preferredPaymentMethod": nil})
	if got := made.Text("booking.preferredPaymentMethod"); got != "maya" {
		t.Errorf("the only method: %s", got)
	}
	session := s.session(made.Text("booking._id"), proof(made.Text("booking.verificationToken")))
	s.want(session, 201, "")
	s.press(session.Text("url"), "cancel")
	s.want(s.verifySession(made.Text("booking._id"), session.Text("checkoutId"), proof(made.Text("booking.verificationToken"))), 400, "")
	next := s.session(made.Text("booking._id"), proof(made.Text("booking.verificationToken")))
	if next.Status != 201 || next.Text("checkoutId") == session.Text("checkoutId") {
		t.Errorf("after it was cancelled: %d %s", next.Status, next.Body)
	}

	// No job ran yet, and still Maya knows whom to call.
	s.press(next.Text("url"), "success")
	for called, patience := 0, time.After(10*time.Second); called == 0; {
		if err := s.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM webhook_events WHERE tenant_id = $1 AND kind = 'PAYMENT_SUCCESS'`,
			s.ID).Scan(&called); err != nil {
			t.Fatal(err)
		}
		select {
		case <-patience:
			t.Fatal("Maya did not call back")
		case <-time.After(10 * time.Millisecond):
		}
	}
}
