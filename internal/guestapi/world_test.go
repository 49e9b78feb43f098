package guestapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// shop is a salon that guests book at. It is open from 8 to 20 o'clock in Zone and
// begins every half hour; one staff member works for sixty days from the World's
// beginning on.
type shop struct {
	*testkit.World
	*testkit.Tenant
	outlet  *testkit.Outlet
	service *testkit.Service
	staff   *testkit.StaffMember
	guests  int
}

func newShop(t *testing.T, options ...world.Option) *shop {
	t.Helper()
	w := world.New(t, options...)
	return addShop(w)
}

func addShop(w *testkit.World) *shop {
	w.Helper()
	s := &shop{World: w, Tenant: w.Tenant().Plan("ENTERPRISE")}
	s.outlet = s.Outlet()
	s.service = s.Service(object{"name": "Haircut", "category": "Hair", "description": "Wash, cut and dry"})
	s.staff = s.Staff(s.outlet, []*testkit.Service{s.service}).WorksDaily(60)
	return s
}

// person is a new guest's address.
func (s *shop) person() string {
	s.guests++
	return fmt.Sprintf("guest%d@%s.com", s.guests, s.Slug)
}

// body is a valid booking three days ahead, with changes; nil takes a member away.
func (s *shop) body(changes ...object) object {
	body := object{
		"packageId": s.service.ID, "bookingDate": s.Day(3), "bookingTime": "10:00", "firstName": "John", "lastName": "Smith",
		"email": s.person(), "phone": "09161234567", "preferredPaymentMethod": "cash", "password": "",
	}
	for _, change := range changes {
		maps.Copy(body, change)
	}
	maps.DeleteFunc(body, func(_ string, v any) bool { return v == nil })
	return body
}

// create sends a booking to the tenant that the header names.
func (s *shop) create(changes ...object) testkit.Answer {
	s.World.Helper()
	return s.post("/bookings/type/haircut", s.body(changes...), object{"X-Tenant-Slug": s.Slug})
}

func (s *shop) post(path string, body any, header object) testkit.Answer {
	s.World.Helper()
	return s.Send(testkit.Request{Method: "POST", Path: path, Body: body, Header: header})
}

// booked is a booking that has to be made.
func (s *shop) booked(changes ...object) testkit.Answer {
	s.World.Helper()
	a := s.create(changes...)
	s.want(a, 201, "")
	return a
}

// later moves the clock and signs the administrator in again.
func (s *shop) later(d time.Duration) {
	s.World.Helper()
	s.Advance(d)
	s.Admin = s.SignIn(s.Email)
}

func (s *shop) get(path string) testkit.Answer {
	s.World.Helper()
	return s.Send(testkit.Request{Method: "GET", Path: path, Header: object{"X-Tenant-Slug": s.Slug}})
}

func (s *shop) verify(booking string, header ...object) testkit.Answer {
	s.World.Helper()
	r := testkit.Request{Method: "PUT", Path: "/bookings/" + booking + "/verify"}
	if len(header) > 0 {
		r.Header = header[0]
	}
	return s.Send(r)
}

// want checks the status, and of an error the body: its two members and, where given,
// its message.
func (s *shop) want(a testkit.Answer, status int, message string) {
	s.World.Helper()
	if a.Status != status {
		s.World.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if status < 400 {
		return
	}
	var body map[string]any
	if err := json.Unmarshal(a.Body, &body); err != nil || len(body) != 2 || body["statusCode"] != float64(status) {
		s.World.Errorf("body %s", a.Body)
	}
	if got, _ := body["message"].(string); got == "" || message != "" && !strings.Contains(got, message) {
		s.World.Errorf("message %q, want %q", got, message)
	}
}

var link = regexp.MustCompile(`/verify/[a-z0-9-]+/[a-z0-9-]+/([0-9a-f]{24})`)

// handle is the one in the newest message with a link.
func (s *shop) handle(email string) string {
	s.World.Helper()
	for _, message := range s.Outbox(email) {
		if found := link.FindStringSubmatch(message.Text); found != nil {
			return found[1]
		}
	}
	s.World.Fatalf("no link was sent to %s", email)
	return ""
}

// keys are the members of a JSON object in their order.
func keys(t *testing.T, body []byte) (names []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(body)))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		t.Fatalf("no object: %s", body)
	}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			t.Fatalf("no object: %s", body)
		}
		names = append(names, name.(string))
	}
	return names
}

// member is the raw JSON of a member of the body.
func member(t *testing.T, a testkit.Answer, name string) []byte {
	t.Helper()
	var all map[string]json.RawMessage
	a.Into(&all)
	return all[name]
}
