package guestapi_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reserva/internal/testkit"
)

// published are the requests of the interface's own description, as they are written
// there; only what an installation decides is put in their place.
var published = map[string]string{
	"create": `curl -X POST http://localhost:4001/api/v1/bookings/type/haircut \
  -H "Content-Type: application/json" \
  -H "X-Tenant-Slug: janes-salon" \
  -d '{
    "packageId": "507f1f77bcf86cd799439031",
    "bookingDate": "2026-04-10",
    "bookingTime": "14:30",
    "firstName": "John",
    "lastName": "Smith",
    "email": "john@example.com",
    "phone": "09161234567",
    "preferredPaymentMethod": "cash"
  }'`,
	"create at": `curl -X POST "http://localhost:4001/api/v1/bookings/organizations/507f191e810c19729de860ea/type/haircut" \
  -H "Content-Type: application/json" \
  -H "X-Branch-Slug: main-branch" \
  -d '{
    "packageId": "507f1f77bcf86cd799439031",
    "bookingDate": "2026-04-10",
    "bookingTime": "14:30",
    "firstName": "John",
    "lastName": "Smith",
    "email": "john@example.com",
    "phone": "09161234567"
  }'`,
	"verify": `curl -X PUT "http://localhost:4001/api/v1/bookings/507f1f77bcf86cd799439041/verify"`,
	"get":    `curl -X GET http://localhost:4001/api/v1/bookings/507f1f77bcf86cd799439041`,
	"full": `curl -X GET "http://localhost:4001/api/v1/bookings/fully-booked-slots" \
  -H "X-Tenant-Slug: janes-salon"`,
}

var (
	curlMethod = regexp.MustCompile(`-X (\w+)`)
	curlURL    = regexp.MustCompile(`http://localhost:4001[^\s"]*`)
	curlHeader = regexp.MustCompile(`-H "([^:]+): ([^"]+)"`)
	curlBody   = regexp.MustCompile(`(?s)-d '(.*)'`)
)

// curl sends a command to the running server over the network.
func (s *shop) curl(command string, replace ...string) (status int, body []byte) {
	s.World.Helper()
	command = strings.NewReplacer(append(replace, "janes-salon", s.Slug, "main-branch", s.outlet.Slug,
		"507f191e810c19729de860ea", string(s.Tenant.ID), "507f1f77bcf86cd799439031", string(s.service.ID))...).Replace(command)
	url := strings.Replace(curlURL.FindString(command), "http://localhost:4001", s.BaseURL, 1)
	var sent io.Reader
	if found := curlBody.FindStringSubmatch(command); found != nil {
		sent = strings.NewReader(found[1])
	}
	r, err := http.NewRequestWithContext(s.Context(), curlMethod.FindStringSubmatch(command)[1], url, sent)
	if err != nil {
		s.World.Fatal(err)
	}
	for _, h := range curlHeader.FindAllStringSubmatch(command, -1) {
		r.Header.Set(h[1], h[2])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.World.Fatal(err)
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	if err != nil {
		s.World.Fatal(err)
	}
	return response.StatusCode, body
}

// The shop of the published example: one staff member gives a haircut at a main
// branch that is open at half past two.
func TestThePublishedRequests(t *testing.T) {
	t.Parallel()
	s := newShop(t)

	status, body := s.curl(published["create"])
	if status != http.StatusCreated {
		t.Fatalf("create: %d %s", status, body)
	}
	created := answer(s, body)
	if diff := slices.Compare(keys(t, member(t, created, "booking")), []string{
		"_id", "organizationId", "packageId", "customerId", "bookingDate", "bookingTime", "status",
		"preferredPaymentMethod", "createdAt", "verificationToken",
	}); diff != 0 || slices.Compare(keys(t, body), []string{"booking", "message"}) != 0 {
		t.Errorf("members of %s", body)
	}
	s.holds(created, "booking", map[string]string{
		"organizationId": string(s.Tenant.ID), "packageId": string(s.service.ID), "bookingDate": "2026-04-10", "bookingTime": "14:30",
		"status": "pending", "preferredPaymentMethod": "cash", "createdAt": "2026-03-02T01:00:00Z",
	})
	booking := created.Text("booking._id")
	if created.Text("message") != "Booking created. Please verify via email link." || len(created.Text("booking.verificationToken")) < 43 {
		t.Errorf("created %s", body)
	}

	ours := []string{"507f1f77bcf86cd799439041", booking}
	if status, body = s.curl(published["get"], ours...); status != 200 || len(keys(t, body)) != 9 {
		t.Errorf("get: %d %s", status, body)
	}
	if status, body = s.curl(published["full"]); status != 200 || string(body) !=
		`{"fullyBookedSlots":[{"date":"2026-04-10","time":"14:00","packageId":"`+string(s.service.ID)+
			`"},{"date":"2026-04-10","time":"14:30","packageId":"`+string(s.service.ID)+
			`"},{"date":"2026-04-10","time":"15:00","packageId":"`+string(s.service.ID)+`"}],"count":3}`+"\n" {
		t.Errorf("full: %d %s", status, body)
	}
	if status, body = s.curl(published["verify"], ours...); status != 200 {
		t.Fatalf("verify: %d %s", status, body)
	}
	verified := answer(s, body)
	if slices.Compare(keys(t, member(t, verified, "booking")), []string{
		"_id", "organizationId", "status", "bookingDate", "bookingTime", "verifiedAt",
	}) != 0 {
		t.Errorf("members of %s", body)
	}
	s.holds(verified, "booking", map[string]string{
		"_id": booking, "organizationId": string(s.Tenant.ID), "status": "confirmed", "bookingDate": "2026-04-10",
		"bookingTime": "14:30", "verifiedAt": "2026-03-02T01:00:00Z",
	})
	if verified.Text("message") != "Booking verified successfully" {
		t.Errorf("message %s", body)
	}
	status, body = s.curl(published["get"], ours...)
	if slices.Compare(keys(t, body), []string{
		"_id", "organizationId", "packageId", "customerId", "bookingDate", "bookingTime", "status",
		"preferredPaymentMethod", "createdAt", "verifiedAt",
	}) != 0 || status != 200 {
		t.Errorf("get: %d %s", status, body)
	}

	// The slot is taken now; another time of the same day is not.
	if status, body = s.curl(published["create at"]); status != http.StatusConflict {
		t.Errorf("create at: %d %s", status, body)
	}
	status, body = s.curl(published["create at"], "14:30", "16:00")
	again := answer(s, body)
	if status != http.StatusCreated || again.Text("booking.preferredPaymentMethod") != "cash" {
		t.Fatalf("create at: %d %s", status, body)
	}
	if again.Text("booking.customerId") != created.Text("booking.customerId") {
		t.Error("one mailbox became two customers")
	}
}

// answer makes what came over the network comparable.
func answer(s *shop, body []byte) testkit.Answer {
	w := testkit.Around(s.TB, testkit.Parts{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })})
	return w.Send(testkit.Request{Method: "GET", Path: "/"})
}

func (s *shop) holds(a testkit.Answer, object string, want map[string]string) {
	s.World.Helper()
	for name, value := range want {
		if got := a.Text(object + "." + name); got != value {
			s.World.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}
