package testkit

import (
	"encoding/json"
	"net/url"
	"regexp"
	"time"

	"reserva/internal/kit/id"
)

// Customer is a person in one tenant; Token is empty for a walk-in.
type Customer struct {
	ID    id.ID
	Email string
	Token Token
}

// WalkIn is a customer whom the desk wrote down, without an account.
func (t *Tenant) WalkIn(changes ...Object) Customer {
	t.w.Helper()
	email := t.w.made.next("walkin") + "@example.com"
	made := t.w.JSON(t.Admin, "POST", "/customers", with(Object{
		"first_name": "Siti", "last_name": "Rahma", "email": email, "source": "walk_in",
	}, changes))
	path := "id"
	if made.Has("customer.id") {
		path = "customer.id"
	}
	return Customer{ID: id.ID(made.Text(path)), Email: email}
}

// Customer registers a customer, proves the mailbox with the code that was sent
// there, and so signs in.
func (t *Tenant) Customer(changes ...Object) Customer {
	t.w.Helper()
	email := t.w.made.next("customer") + "@example.com"
	t.w.JSON("", "POST", "/customer/auth/register", with(Object{
		"first_name": "Amelia", "last_name": "Hart", "email": email, "password": Password, "tenant_slug": t.Slug,
	}, changes))
	signedIn := t.w.JSON("", "POST", "/customer/auth/verify-email", Object{
		"email": email, "code": t.w.Code(email), "tenant_slug": t.Slug,
	})
	return Customer{ID: id.ID(signedIn.Text("customer.id")), Email: email, Token: Token(signedIn.Text("access_token"))}
}

// Message is one that the server sent, or would have sent.
type Message struct {
	ID, Channel, To, Subject, Text, HTML string
	// Calendar is the entry for the reader's calendar, Method what it asks.
	Calendar string
	Method   string `json:"calendar_method"`
}

// Outbox lists the messages to an address, the newest first.
func (w *World) Outbox(to string) []Message {
	w.Helper()
	answer := w.Send(Request{Method: "GET", Path: "//dev/outbox?to=" + url.QueryEscape(to), Header: Object{"Accept": "application/json"}})
	if answer.Status != 200 {
		w.Fatalf("outbox: status %d: %s", answer.Status, answer.Body)
	}
	var page struct{ Items []Message }
	if err := json.Unmarshal(answer.Body, &page); err != nil {
		w.Fatalf("outbox: %v: %s", err, answer.Body)
	}
	return page.Items
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// Code is the one-time code in the newest message to an address.
func (w *World) Code(to string) string {
	w.Helper()
	for _, message := range w.Outbox(to) {
		if code := sixDigits.FindString(message.Text); code != "" {
			return code
		}
	}
	w.Fatalf("no code was sent to %s", to)
	return ""
}

// Book books an appointment at the desk and returns its id. The date is so many
// days from today, the start a wall-clock time such as "10:00".
func (t *Tenant) Book(outlet *Outlet, service *Service, customer Customer, days int, start string, changes ...Object) id.ID {
	t.w.Helper()
	made := t.w.JSON(t.Admin, "POST", "/appointments", with(Object{
		"customer_id": customer.ID, "outlet_id": outlet.ID, "appointment_date": t.w.Day(days), "start_time": start,
		"services": []Object{{"service_id": service.ID}},
	}, changes))
	return id.ID(made.Text("id"))
}

// Due moves the start of an appointment to an hour ago, as no operation does: so its
// visit can be missed or completed while the clock and all else stand still.
func (w *World) Due(appointment id.ID) {
	w.Helper()
	w.Exec(`UPDATE appointments SET starts_at = $2::timestamptz, ends_at = $2::timestamptz + (ends_at - starts_at) WHERE id = $1`, appointment, w.Clock.Now().Add(-time.Hour))
}

// Salon is a tenant in which everything is there to book: the usual beginning.
type Salon struct {
	*Tenant
	Outlet   *Outlet
	Service  *Service
	Staff    *StaffMember
	Customer Customer
}

// Salon makes a tenant on the ENTERPRISE plan with an outlet, a service, a staff
// member who works every day of the next four weeks, and a registered customer.
func (w *World) Salon() *Salon {
	w.Helper()
	s := &Salon{Tenant: w.Tenant().Plan("ENTERPRISE")}
	s.Outlet = s.Tenant.Outlet()
	s.Service = s.Tenant.Service()
	s.Staff = s.Tenant.Staff(s.Outlet, []*Service{s.Service}).WorksDaily(28)
	s.Customer = s.Tenant.Customer()
	return s
}

// Book books the salon's service for its customer.
func (s *Salon) Book(days int, start string, changes ...Object) id.ID {
	s.w.Helper()
	return s.Tenant.Book(s.Outlet, s.Service, s.Customer, days, start, changes...)
}
