package guestapi_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestFieldsOfABooking(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	long := strings.Repeat("x", 256)
	for name, c := range map[string]struct {
		change  object
		message string
	}{
		"no package":         {object{"packageId": nil}, "packageId: is required"},
		"package":            {object{"packageId": "507f"}, "packageId: must be 24"},
		"package is a list":  {object{"packageId": []any{}}, "packageId: must be a text"},
		"no date":            {object{"bookingDate": ""}, "bookingDate: is required"},
		"date":               {object{"bookingDate": "2026-02-30"}, "bookingDate: must be a date"},
		"date's form":        {object{"bookingDate": "10-04-2026"}, "bookingDate: must be a date"},
		"no time":            {object{"bookingTime": nil}, "bookingTime: is required"},
		"time":               {object{"bookingTime": "24:00"}, "bookingTime: must be a time"},
		"time with seconds":  {object{"bookingTime": "10:00:00"}, "bookingTime: must be a time"},
		"time's minutes":     {object{"bookingTime": "10:60"}, "bookingTime: must be a time"},
		"no first name":      {object{"firstName": "  "}, "firstName: is required"},
		"long first name":    {object{"firstName": long}, "firstName: must be"},
		"first name's lines": {object{"firstName": "John\r\nBcc: x"}, "firstName: must be"},
		"long middle name":   {object{"middleName": long}, "middleName: must be"},
		"no last name":       {object{"lastName": nil}, "lastName: is required"},
		"no email":           {object{"email": nil}, "email: is required"},
		"email":              {object{"email": "john@"}, "email: must be a valid"},
		"long email":         {object{"email": strings.Repeat("x", 250) + "@x.com"}, "email: must be a valid"},
		"no phone":           {object{"phone": nil}, "phone: is required"},
		"short phone":        {object{"phone": "091612345"}, "phone: must be 10 to 20"},
		"long phone":         {object{"phone": "091612345670916123456"}, "phone: must be 10 to 20"},
		"letters in phone":   {object{"phone": "0916 CALL ME"}, "phone: must be 10 to 20"},
		"payment":            {object{"preferredPaymentMethod": "paper_id"}, "preferredPaymentMethod: must be cash or maya"},
		"empty payment":      {object{"preferredPaymentMethod": ""}, "preferredPaymentMethod: must be cash or maya"},
		"weak password":      {object{"password": "weak"}, "password: "},
		"simple password":    {object{"password": "alllowercase1!"}, "password: The password needs an upper-case letter"},
		"several":            {object{"email": "x", "phone": "y"}, "; phone: "},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shop{World: s.For(t), Tenant: s.Tenant, outlet: s.outlet, service: s.service}
			s.want(s.create(c.change), 422, c.message)
		})
	}
	s.want(s.post("/bookings/type/haircut", `[]`, object{"X-Tenant-Slug": s.Slug}), 422, "must be an object")
	s.want(s.post("/bookings/type/haircut", `null`, object{"X-Tenant-Slug": s.Slug}), 422, "must be an object")
	s.want(s.post("/bookings/type/haircut", `{`, object{"X-Tenant-Slug": s.Slug}), 400, "")
	s.want(s.post("/bookings/type/haircut", `{"x":"`+strings.Repeat("x", 64<<10)+`"}`, object{"X-Tenant-Slug": s.Slug}), 413, "")
	s.want(s.post("/bookings/type/haircut", s.body(), object{"X-Tenant-Slug": s.Slug, "Content-Type": "text/plain"}), 415, "")
	s.want(s.post("/bookings/type/hair_cut", s.body(), object{"X-Tenant-Slug": s.Slug}), 422, "type: must be")
	s.want(s.post("/bookings/type/"+strings.Repeat("x", 64), s.body(), object{"X-Tenant-Slug": s.Slug}), 422, "type: must be")
}

func TestWhatABookingForgives(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	a := s.post("/bookings/type/HairCut", s.body(object{
		"packageId": strings.ToUpper(string(s.service.ID)), "email": " John.Smith@Example.COM ", "phone": " +63 (916) 123-4567 ", "firstName": " José ",
		"middleName": nil, "preferredPaymentMethod": nil, "password": nil, "unknown": object{"x": 1},
	}), object{"X-Tenant-Slug": " " + strings.ToUpper(s.Slug)})
	s.want(a, 201, "")
	staff := s.JSON(s.Admin, "GET", "/appointments/"+a.Text("booking._id"), nil)
	for name, want := range map[string]string{
		"customer_name": "José Smith", "customer_email": "john.smith@example.com", "customer_phone": "+63 (916) 123-4567",
		"source": "booki_guest", "status": "pending", "appointment_type": "online",
	} {
		if got := staff.Text(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	customer := s.JSON(s.Admin, "GET", "/customers/"+a.Text("booking.customerId"), nil)
	if customer.Text("phone") != "+639161234567" || customer.Text("is_guest") != "true" {
		t.Errorf("customer %s", customer.Body)
	}
	for header, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"} {
		if got := a.Header.Get(header); got != want {
			t.Errorf("%s is %q", header, got)
		}
	}
}

func TestWhenABookingMayBegin(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	past, late := "Past dates are not available", "Past times are not available"
	// It is 8 o'clock in the morning at the outlet.
	s.want(s.create(object{"bookingDate": s.Day(-1), "bookingTime": "10:00"}), 400, past)
	s.want(s.create(object{"bookingDate": s.Day(-1), "packageId": s.ID}), 400, past)
	s.want(s.create(object{"bookingDate": s.Day(0), "bookingTime": "07:59"}), 400, late)
	s.want(s.create(object{"bookingDate": s.Day(0), "bookingTime": "08:00"}), 400, late)
	s.want(s.create(object{"bookingDate": s.Day(0), "bookingTime": "08:30"}), 201, "")
	s.want(s.create(object{"bookingDate": s.Day(366)}), 400, "too far ahead")
	s.want(s.create(object{"bookingDate": s.Day(365)}), 409, "") // nobody works that far ahead
	s.want(s.create(object{"bookingTime": "07:30"}), 400, "does not begin bookings")
	s.want(s.create(object{"bookingTime": "19:30"}), 400, "does not begin bookings")
	s.want(s.create(object{"bookingTime": "10:15"}), 400, "does not begin bookings")
	s.want(s.create(object{"bookingTime": "10:33"}), 400, "does not begin bookings")
	s.want(s.create(object{"bookingTime": "19:00"}), 201, "")

	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID)+"/settings", object{"min_notice_minutes": 180})
	s.want(s.create(object{"bookingDate": s.Day(0), "bookingTime": "10:30"}), 400, "too soon")
	s.want(s.create(object{"bookingDate": s.Day(0), "bookingTime": "11:00"}), 201, "")
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID)+"/settings", object{"accepts_online_booking": false})
	s.want(s.create(object{"bookingTime": "12:00"}), 400, "does not take bookings online")
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID)+"/settings", object{"accepts_online_booking": true})

	s.Settings(object{"booking_horizon_days": 2})
	s.want(s.create(), 400, "too far ahead")
	s.want(s.create(object{"bookingDate": s.Day(2)}), 201, "")
}

// Just before midnight in UTC it is another date at the outlet, and the outlet's date
// counts.
func TestTheOutletsDateCounts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Clock.Set(time.Date(2026, 3, 10, 23, 30, 0, 0, time.UTC)) // 06:30 on the 11th
	s.want(s.create(object{"bookingDate": "2026-03-10", "bookingTime": "19:00"}), 400, "Past dates")
	s.want(s.create(object{"bookingDate": "2026-03-11", "bookingTime": "08:00"}), 201, "")
	s.Clock.Set(time.Date(2026, 3, 11, 16, 59, 0, 0, time.UTC)) // 23:59 on the 11th
	s.want(s.create(object{"bookingDate": "2026-03-11", "bookingTime": "19:00"}), 400, "Past times")
	s.want(s.create(object{"bookingDate": "2026-03-12", "bookingTime": "08:00"}), 201, "")
}

func TestOutletsWithoutHoursKnowNoGrid(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	outlet := s.Outlet(object{"business_hours": nil})
	header := object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": outlet.Slug}
	s.want(s.post("/bookings/type/haircut", s.body(object{"bookingTime": "03:35"}), header), 201, "")
	s.want(s.post("/bookings/type/haircut", s.body(object{"bookingTime": "03:33"}), header), 400, "does not begin bookings")
	// No staff member is assigned to this outlet: one booking at a time is all that fits.
	s.want(s.post("/bookings/type/haircut", s.body(object{"bookingTime": "04:00"}), header), 409, "fully booked")
}

func TestPackages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := addShop(s.World)
	elsewhere := s.Outlet()
	there := s.Service(object{"outlet_ids": []any{elsewhere.ID}})
	gone := s.Service()
	s.Do(s.Admin, "DELETE", "/services/"+string(gone.ID), nil, 200)
	inactive := s.Service(object{"is_active": false})
	nails := s.Service(object{"name": "Manicure", "category": "Nail care"})
	s.Staff(s.outlet, []*testkit.Service{nails}, object{"email": "nails@" + s.Slug + ".com"}).WorksDaily(60)

	const missing = "Package not found"
	for name, service := range map[string]any{
		"unknown": "507f1f77bcf86cd799439031", "another tenant's": other.service.ID, "removed": gone.ID,
		"inactive": inactive.ID, "not offered here": there.ID,
	} {
		t.Run(name, func(*testing.T) { s.want(s.create(object{"packageId": service}), 400, missing) })
	}
	book := func(kind string, service *testkit.Service, date int, status int) {
		t.Helper()
		a := s.post("/bookings/type/"+kind, s.body(object{"packageId": service.ID, "bookingDate": s.Day(date)}), object{"X-Tenant-Slug": s.Slug})
		message := ""
		if status == 400 {
			message = missing
		}
		s.want(a, status, message)
	}
	book("haircut", nails, 3, 400) // the slug of another service
	book("hair", nails, 3, 400)    // another category
	book("nail-care", nails, 3, 201)
	book("manicure", nails, 4, 201)
	book("guest", nails, 5, 201)
	book("customer", nails, 6, 201)
	book("summer-campaign", nails, 7, 201)
	s.Settings(object{"strict_booking_type": true})
	book("summer-campaign", nails, 8, 400)
	book("guest", nails, 8, 201)
	var noted string
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT string_agg(booking_type, ',' ORDER BY starts_at) FROM appointments WHERE tenant_id = $1`,
		s.ID).Scan(&noted); err != nil || noted != "nail-care,manicure,guest,customer,summer-campaign,guest" {
		t.Errorf("noted %q, %v", noted, err)
	}
}

func TestPaymentMethods(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.want(s.create(object{"preferredPaymentMethod": "maya"}), 400, "payment method")
	s.Settings(object{"preferred_payment_method": "maya"})
	if got := s.booked(object{"preferredPaymentMethod": nil}).Text("booking.preferredPaymentMethod"); got != "cash" {
		t.Errorf("prefers %s, which is not connected", got)
	}
	s.Settings(object{"cash_enabled": false})
	s.want(s.create(object{"bookingTime": "12:00"}), 400, "payment method")
	s.want(s.create(object{"bookingTime": "12:00", "preferredPaymentMethod": nil}), 400, "payment method")
	s.want(s.create(object{"bookingTime": "10:00"}), 400, "payment method") // before it is said that the slot is full
}

func TestThePlansLimit(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Plan("FREE")
	s.booked()
	s.Exec(`UPDATE plan_usage SET appointments = 100 WHERE tenant_id = $1`, s.ID)
	s.want(s.create(object{"bookingTime": "12:00"}), 403, "limit")
	s.want(s.create(), 403, "limit") // before it is said that the slot is full
}

// Of many who want the last place at once, one gets it; what is full is listed until
// it is given back.
func TestTheLastPlace(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const rivals = 12
	answers := make([]testkit.Answer, rivals)
	bodies := make([]object, rivals)
	for i := range bodies {
		bodies[i] = s.body()
	}
	var wg sync.WaitGroup
	for i := range rivals {
		wg.Go(func() { answers[i] = s.post("/bookings/type/haircut", bodies[i], object{"X-Tenant-Slug": s.Slug}) })
	}
	wg.Wait()
	won := ""
	for _, a := range answers {
		if a.Status == 201 && won == "" {
			won = a.Text("booking._id")
			continue
		}
		s.want(a, 409, "fully booked")
	}
	if won == "" {
		t.Fatal("nobody got the place")
	}
	if list := s.get("/bookings/fully-booked-slots"); list.Text("count") != "3" || !strings.Contains(string(list.Body), `"time":"10:00"`) {
		t.Errorf("full: %s", list.Body)
	}
	s.want(s.create(object{"bookingTime": "11:00"}), 201, "")
	s.Do(s.Admin, "POST", "/appointments/"+won+"/cancel", object{"cancellation_reason": "Closed"}, 200)
	if list := s.get("/bookings/fully-booked-slots"); strings.Contains(string(list.Body), `"time":"10:00"`) {
		t.Errorf("full: %s", list.Body)
	}
	if got := s.get("/bookings/" + won).Text("status"); got != "cancelled" {
		t.Errorf("status %s", got)
	}
	s.want(s.create(), 201, "")
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Staff(s.outlet, []*testkit.Service{s.service}).WorksDaily(60)
	guest := object{"email": s.person()}
	s.booked(guest)
	s.booked(guest) // a second one at the same time, with somebody else
	s.Settings(object{"reject_duplicate_guest_booking": true})
	s.Staff(s.outlet, []*testkit.Service{s.service}).WorksDaily(60)
	s.want(s.create(guest), 409, "already booked")
	s.want(s.create(guest, object{"bookingTime": "12:00"}), 201, "")
	s.want(s.create(), 201, "")
}

func TestUnverifiedBookingsOfOneAddress(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	at := func(clock string) object { return object{"email": guest, "bookingTime": clock} }
	var first testkit.Answer
	for i, clock := range []string{"08:00", "09:00", "10:00", "11:00", "12:00"} {
		if a := s.booked(at(clock)); i == 0 {
			first = a
		}
	}
	refused := s.create(at("13:00"))
	s.want(refused, 429, "wait to be verified")
	if got := refused.Header.Get("Retry-After"); got != "3600" {
		t.Errorf("Retry-After %q", got)
	}
	s.want(s.create(at("12:00")), 409, "") // first that the slot is full
	s.want(s.create(object{"bookingTime": "13:00"}), 201, "")
	s.want(s.verify(first.Text("booking._id")), 200, "")
	s.want(s.create(at("14:00")), 201, "")
	s.want(s.create(at("15:00")), 429, "")
	s.later(61 * time.Minute)
	s.want(s.create(at("15:00")), 201, "")
}

func TestUnverifiedBookingsAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for _, clock := range []string{"08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"} {
		body := s.body(object{"email": guest, "bookingTime": clock})
		wg.Go(func() {
			a := s.post("/bookings/type/haircut", body, object{"X-Tenant-Slug": s.Slug})
			mu.Lock()
			defer mu.Unlock()
			statuses[a.Status]++
		})
	}
	wg.Wait()
	if statuses[201] != 5 || statuses[429] != 3 {
		t.Errorf("statuses %v", statuses)
	}
}

func TestRepeatedRequests(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := addShop(s.World)
	header := object{"X-Tenant-Slug": s.Slug, "Idempotency-Key": "key-1"}
	body := s.body()
	first := s.post("/bookings/type/haircut", body, header)
	s.want(first, 201, "")
	again := s.post("/bookings/type/haircut", body, header)
	if again.Status != 201 || string(again.Body) != string(first.Body) {
		t.Errorf("repeated: %d %s", again.Status, again.Body)
	}
	s.want(s.post("/bookings/type/haircut", s.body(), header), 422, "Idempotency-Key")
	header["Idempotency-Key"] = strings.Repeat("k", 129)
	s.want(s.post("/bookings/type/haircut", body, header), 422, "Idempotency-Key")
	s.want(s.post("/bookings/type/haircut", other.body(), object{"X-Tenant-Slug": other.Slug, "Idempotency-Key": "key-1"}), 201, "")
	if mails := len(s.Outbox(body["email"].(string))); mails != 1 {
		t.Errorf("%d mails", mails)
	}
}

func TestLimitsOfAnAddress(t *testing.T) {
	t.Parallel()
	s := newShop(t, world.RateLimited())
	from := func(method, path, address string) testkit.Answer {
		return s.Send(testkit.Request{Method: method, Path: path, Body: `{}`, From: address})
	}
	for range 5 {
		s.want(from("POST", "/bookings/type/haircut", "198.51.100.1"), 422, "")
		s.want(from("POST", "/bookings/organizations/x/type/haircut", "198.51.100.1"), 422, "")
	}
	refused := from("POST", "/bookings/type/haircut", "198.51.100.1")
	s.want(refused, 429, "")
	if refused.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	for range 10 {
		s.want(from("PUT", "/bookings/x/verify", "198.51.100.2"), 404, "")
	}
	s.want(from("PUT", "/bookings/x/verify", "198.51.100.2"), 429, "")
	for range 30 {
		s.want(from("GET", "/bookings/x", "198.51.100.3"), 404, "")
	}
	s.want(from("GET", "/bookings/x", "198.51.100.3"), 429, "")
}

func TestMethods(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for path, allowed := range map[string]string{
		"/bookings/type/haircut": "POST", "/bookings/x/verify": "PUT", "/bookings/x": "GET, HEAD", "/tenant/x": "GET, HEAD",
	} {
		a := s.Send(testkit.Request{Method: "DELETE", Path: path})
		s.want(a, http.StatusMethodNotAllowed, "")
		if a.Header.Get("Allow") != allowed {
			t.Errorf("%s allows %q", path, a.Header.Get("Allow"))
		}
	}
}
