package world_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// preparations make a shop such that an operation's example can succeed in it.
func preparations() map[string]func(*auditor) {
	return map[string]func(*auditor){
		"DELETE /outlets/{outlet_id}":                       func(a *auditor) { a.mine.ids["outlet_id"] = string(a.mine.Tenant.Outlet().ID) },
		"POST /outlets/{outlet_id}/restore":                 func(a *auditor) { a.first("DELETE", "/outlets/{outlet_id}") },
		"DELETE /staff/{staff_id}":                          func(a *auditor) { a.mine.ids["staff_id"] = string(a.mine.Tenant.Staff(a.mine.Outlet, nil).ID) },
		"POST /staff/{staff_id}/restore":                    func(a *auditor) { a.first("DELETE", "/staff/{staff_id}") },
		"DELETE /services/{service_id}":                     func(a *auditor) { a.mine.ids["service_id"] = string(a.mine.Tenant.Service().ID) },
		"DELETE /services/{service_id}/pricing/{outlet_id}": func(a *auditor) { a.first("POST", "/services/{service_id}/pricing") },
		"DELETE /outlets/{outlet_id}/special-hours":         func(a *auditor) { a.first("POST", "/outlets/{outlet_id}/special-hours") },
		"DELETE /outlets/{outlet_id}/special-hours/{date}":  func(a *auditor) { a.first("POST", "/outlets/{outlet_id}/special-hours") },
		"DELETE /tenants/{tenant_id}/paper-id-config":       func(a *auditor) { a.first("PUT", "/tenants/{tenant_id}/paper-id-config") },
		"POST /tenants/{tenant_id}/activate":                func(a *auditor) { a.first("POST", "/tenants/{tenant_id}/deactivate") },
		"DELETE /tenants/{tenant_id}":                       func(a *auditor) { a.mine.Plan("FREE") },
		"POST /users/{user_id}/activate":                    func(a *auditor) { a.first("POST", "/users/{user_id}/deactivate") },
		"POST /users/{user_id}/restore":                     func(a *auditor) { a.first("DELETE", "/users/{user_id}") },
		"POST /outlets/{outlet_id}/calendar-feed":           func(a *auditor) { a.first("DELETE", "/outlets/{outlet_id}/calendar-feed") },
		"POST /staff/{staff_id}/calendar-feed":              func(a *auditor) { a.first("DELETE", "/staff/{staff_id}/calendar-feed") },
		"PUT /users/{user_id}/outlets":                      (*auditor).secondOutlet,
		"POST /users/{user_id}/outlets/{outlet_id}":         (*auditor).secondOutlet,
		"POST /appointments/{appointment_id}/complete":      (*auditor).paid,
		"POST /appointments/{appointment_id}/start":         (*auditor).due,
		"POST /appointments/{appointment_id}/no-show":       (*auditor).due,
		"POST /auth/login":                                  (*auditor).knownUser,
		"POST /auth/refresh":                                (*auditor).staffRefresh,
		"DELETE /auth/sessions/{session_id}":                (*auditor).staffDevice,
		"POST /auth/reset-password":                         (*auditor).staffCode,
		"POST /customer/auth/login":                         (*auditor).knownCustomer,
		"POST /customer/auth/refresh":                       (*auditor).customerRefresh,
		"POST /customer/auth/verify-email":                  (*auditor).freshCustomer,
		"POST /customer/auth/reset-password":                (*auditor).customerCode,
		"PUT /bookings/{id}/verify":                         (*auditor).guestBooking,
		"POST /maya/bookings/{id}/checkout-session":         (*auditor).pesoBooking,
		"POST /maya/bookings/{id}/verify-session":           (*auditor).pesosPaid,
		"DELETE /tenants/{tenant_id}/maya-config":           func(a *auditor) { a.first("PUT", "/tenants/{tenant_id}/maya-config") },
		"POST /availability/bulk-delete":                    func(a *auditor) { a.mine.ids["ids"] = a.mine.ids["availability_id"] },
		"PUT /appointments/{appointment_id}/staff":          (*auditor).secondMember,
		"POST /appointments/{appointment_id}/confirm":       (*auditor).pending,
		"POST /invoices":                                    func(a *auditor) { a.mine.ids["appointment_id"] = string(a.mine.Book(3, "09:00")) },
		"POST /invoices/{invoice_id}/send":                  (*auditor).written,
		"POST /invoices/{invoice_id}/cancel":                (*auditor).written,
		"POST /invoices/{invoice_id}/mark-paid":             (*auditor).written,
		"POST /users/{user_id}/resend-welcome":              (*auditor).newUser,
		"POST /auth/complete-login":                         (*auditor).knownUser,
		"POST /customer/auth/verify-phone":                  (*auditor).freshPhone,
		"POST /customer/auth/complete-login":                (*auditor).customerOfTwo,
		"POST /customer/booking/waitlist":                   (*auditor).taken,
		"POST /customer/booking/waitlist/{wish_id}/accept":  (*auditor).offered,
		"POST /customer/booking/waitlist/{wish_id}/decline": (*auditor).offered,
		"POST /waitlist/{wish_id}/accept":                   (*auditor).offered,
		"POST /waitlist/{wish_id}/decline":                  (*auditor).offered,
		"DELETE /platform-fees/tenants/{tenant_id}":         func(a *auditor) { a.first("PUT", "/platform-fees/tenants/{tenant_id}") },
		"POST /withdrawals": func(a *auditor) {
			a.first("POST", "/withdrawals/{withdrawal_id}/cancel")
			a.coded(testkit.Object{"purpose": "withdrawal", "amount": 250000, "bank_account_id": a.mine.ids["bank_account_id"]})
		},
		"POST /withdrawals/bank-accounts": func(a *auditor) {
			a.coded(testkit.Object{"purpose": "create_bank_account", "bank_code": "014", "account_number": "1234567890"})
		},
		"PUT /withdrawals/bank-accounts/{bank_account_id}": func(a *auditor) {
			a.coded(testkit.Object{"purpose": "update_bank_account", "bank_account_id": a.mine.ids["bank_account_id"]})
		},
		"POST /webhooks/events/{event_id}/replay":             (*auditor).tooEarly,
		"POST /webhook-endpoints/{endpoint_id}/replay":        (*auditor).missed,
		"DELETE /withdrawals/bank-accounts/{bank_account_id}": func(a *auditor) { a.first("POST", "/withdrawals/{withdrawal_id}/cancel") },
	}
}

// first makes the documented example of another operation, which has to succeed.
func (a *auditor) first(method, template string) {
	a.Helper()
	for _, o := range a.Operations {
		if o.Method != method || o.Path != template {
			continue
		}
		if prepare := preparations()[aliased(o)]; prepare != nil {
			prepare(a)
		}
		body := sample(o, a.mine.ids)
		a.prepare(body)
		answer := a.Send(testkit.Request{
			As: a.token(o), Method: method, Path: path(o, a.mine.ids) + query(o, a.mine.ids), Header: a.named(o), Body: orNil(body),
		})
		if answer.Status/100 != 2 {
			a.Errorf("%s, to prepare another: %d %s", o, answer.Status, answer.Body)
		}
		return
	}
	a.Errorf("there is no %s %s", method, template)
}

// coded asks for a code that confirms what the next request does.
func (a *auditor) coded(what testkit.Object) {
	a.Advance(time.Second) // so that messages have an order
	a.mine.ids["otp_token"] = a.JSON(a.mine.Admin, "POST", "/withdrawals/request-otp", what).Text("token")
	a.mine.ids["otp_code"] = a.Code(a.mine.Email)
}

func (a *auditor) secondOutlet() {
	a.mine.ids["outlet_id"] = string(a.mine.Tenant.Outlet().ID)
	a.mine.ids["outlet_ids"] = a.mine.ids["outlet_id"]
}

func (a *auditor) paid() {
	a.due()
	at := "/appointments/" + a.mine.ids["appointment_id"]
	a.JSON(a.mine.Admin, "POST", at+"/record-payment", testkit.Object{"amount": 150000, "payment_method": "cash"})
	a.JSON(a.mine.Admin, "POST", at+"/start", nil)
}

// due makes the appointment one that begins now.
func (a *auditor) due() {
	zone, err := civil.Zone(testkit.Zone)
	if err != nil {
		a.Fatal(err)
	}
	soon := a.Clock.Now().In(zone).Truncate(5 * time.Minute).Add(5 * time.Minute)
	a.mine.ids["appointment_id"] = string(a.mine.Book(0, soon.Format("15:04")))
	a.Advance(soon.Sub(a.Clock.Now()))
}

func (a *auditor) written() {
	a.mine.ids["invoice_id"] = a.JSON(a.mine.Admin, "POST", "/invoices", testkit.Object{
		"invoice_type": "PACKAGE", "customer_id": a.mine.Customer.ID, "line_items": []any{testkit.Object{"description": "Tea", "unit_price": 20000}},
	}).Text("id")
}

func (a *auditor) knownUser() { a.mine.ids["email"] = a.mine.Email }

func (a *auditor) staffLogin() testkit.Answer {
	return a.JSON("", "POST", "/auth/login", testkit.Object{"email": a.mine.Email, "password": testkit.Password, "tenant_slug": a.mine.Slug})
}

func (a *auditor) staffRefresh() { a.mine.ids["refresh_token"] = a.staffLogin().Text("refresh_token") }

func (a *auditor) staffDevice() {
	a.staffLogin()
	a.mine.ids["session_id"] = a.JSON(a.mine.Admin, "GET", "/auth/sessions", nil).Text("items.0.id")
}

func (a *auditor) staffCode() {
	a.JSON("", "POST", "/auth/forgot-password", testkit.Object{"email": a.mine.Email})
	a.RunJobs()
	text := a.Outbox(a.mine.Email)[0].Text
	a.mine.ids["token"] = longest(text)
}

// longest is the longest word: of a message with a secret, that.
func longest(text string) (word string) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\r\t=?&/", r) }) {
		if len(w) > len(word) {
			word = w
		}
	}
	return word
}

func (a *auditor) knownCustomer() {
	a.mine.ids["email"] = a.mine.Customer.Email
	a.mine.ids["phone"] = ""
}

func (a *auditor) customerRefresh() {
	a.mine.ids["refresh_token"] = a.JSON("", "POST", "/customer/auth/login", testkit.Object{
		"email": a.mine.Customer.Email, "password": testkit.Password, "tenant_slug": a.mine.Slug,
	}).Text("refresh_token")
}

func (a *auditor) freshCustomer() {
	email := fmt.Sprintf("fresh-%s@example.com", a.mine.Slug)
	a.JSON("", "POST", "/customer/auth/register", testkit.Object{
		"first_name": "Wulandari", "last_name": "Kusumaningrum", "email": email, "password": testkit.Password, "tenant_slug": a.mine.Slug,
	})
	a.mine.ids["email"], a.mine.ids["code"] = email, a.Code(email)
}

func (a *auditor) customerCode() {
	a.Advance(time.Second) // so that messages have an order
	a.JSON("", "POST", "/customer/auth/forgot-password", testkit.Object{"email": a.mine.Customer.Email, "tenant_slug": a.mine.Slug})
	a.mine.ids["email"], a.mine.ids["code"] = a.mine.Customer.Email, a.Code(a.mine.Customer.Email)
}

// guestBooking is one whose guest has the token of the message.
func (a *auditor) guestBooking() {
	made := a.Send(testkit.Request{Method: "POST", Path: "/bookings/type/hair", Header: testkit.Object{"X-Tenant-Slug": a.mine.Slug, "X-Branch-Slug": a.mine.Outlet.Slug}, Body: testkit.Object{
		"packageId": a.mine.ids["service_id"], "bookingDate": a.Day(4), "bookingTime": "09:00", "guestCount": 1,
		"firstName": "Wulandari", "lastName": "Kusumaningrum", "email": "guest-" + a.mine.Slug + "@example.com", "phone": "+6281299887766",
	}})
	if made.Status/100 != 2 {
		a.Logf("a guest's booking: %d %s", made.Status, made.Body)
		return
	}
	a.RunJobs()
	a.mine.ids["id"] = made.Text("booking._id")
	a.mine.ids["token"] = longest(a.Outbox("guest-" + a.mine.Slug + "@example.com")[0].Text)
}

// pesoBooking is a guest's booking that the platform's account at Maya collects.
func (a *auditor) pesoBooking() {
	service := a.mine.Tenant.Service(testkit.Object{"pricing": testkit.Object{"base_price": 500, "currency": "PHP"}})
	a.mine.Tenant.Staff(a.mine.Outlet, []*testkit.Service{service}).WorksDaily(28)
	a.mine.ids["service_id"] = string(service.ID)
	a.guestBooking()
}

// pesosPaid is one that was paid on the provider's page, and of which nobody called
// back yet.
func (a *auditor) pesosPaid() {
	a.pesoBooking()
	session := a.Send(testkit.Request{
		Method: "POST", Path: "/maya/bookings/" + a.mine.ids["id"] + "/checkout-session",
		Header: testkit.Object{"X-Verification-Token": a.mine.ids["token"]},
	})
	a.mine.ids["checkoutId"] = session.Text("checkoutId")
	answer, err := http.PostForm(session.Text("url"), url.Values{"outcome": {"success"}})
	if err != nil {
		a.Fatal(err)
	}
	answer.Body.Close()
}

func (a *auditor) secondMember() {
	second := a.mine.Tenant.Staff(a.mine.Outlet, []*testkit.Service{a.mine.Service}).WorksDaily(28)
	a.mine.ids["staff_id"] = string(second.ID)
}

// pending makes the appointment one that waits for the desk.
func (a *auditor) pending() {
	a.guestBooking()
	a.mine.ids["appointment_id"] = a.mine.ids["id"]
}

// taken are dates on which nobody works.
func (a *auditor) taken() {
	a.mine.ids["date_from"], a.mine.ids["date_to"] = a.Day(28), a.Day(28)
}

// offered frees a time for the customer who waits for it.
func (a *auditor) offered() {
	member := a.mine.Tenant.Staff(a.mine.Outlet, []*testkit.Service{a.mine.Service}).WorkingHours(a.Day(28), "10:00", "11:00")
	booked := a.mine.Tenant.Book(a.mine.Outlet, a.mine.Service, a.mine.Tenant.WalkIn(), 28, "10:00",
		testkit.Object{"services": []testkit.Object{{"service_id": a.mine.Service.ID, "staff_id": member.ID}}})
	a.mine.ids["wish_id"] = a.JSON(a.mine.Customer.Token, "POST", "/customer/booking/waitlist",
		testkit.Object{"outlet_id": a.mine.Outlet.ID, "service_id": a.mine.Service.ID, "date_from": a.Day(28)}).Text("id")
	a.JSON(a.mine.Admin, "POST", "/appointments/"+string(booked)+"/cancel", testkit.Object{"cancellation_reason": "ill"})
	a.RunJobs()
}

// tooEarly is a callback that came before the provider had told the id of the invoice
// that it names, so that it was nobody's.
func (a *auditor) tooEarly() {
	a.Helper()
	const rename = `UPDATE invoices SET paper_invoice_id = $2 WHERE id = $1`
	var named string
	err := a.DB.Pool().QueryRow(a.Context(), `SELECT paper_invoice_id FROM invoices WHERE id = $1`, a.mine.ids["invoice_id"]).Scan(&named)
	if err != nil {
		a.Fatal(err)
	}
	a.Exec(rename, a.mine.ids["invoice_id"], string(id.Random()))
	a.Do("", "POST", "/webhooks/paper-invoice", testkit.Object{
		"message": "paid", "data": testkit.Object{"invoice": testkit.Object{"id": named, "number": "none", "status": "paid"}},
	}, 200)
	a.Exec(rename, a.mine.ids["invoice_id"], named)
	var event string
	err = a.DB.Pool().QueryRow(a.Context(), `SELECT id FROM webhook_events WHERE tenant_id IS NULL AND convert_from(body, 'UTF8') LIKE '%' || $1 || '%'`, named).
		Scan(&event)
	if err != nil {
		a.Fatal(err)
	}
	a.mine.ids["event_id"] = event
}

// missed has an event recorded while nothing is sent.
func (a *auditor) missed() {
	a.Helper()
	path := "/webhook-endpoints/" + a.mine.ids["endpoint_id"]
	a.JSON(a.mine.Admin, "PATCH", path, testkit.Object{"is_active": false})
	data := json.RawMessage(`{"customer_id":"` + a.mine.ids["customer_id"] + `"}`)
	if err := a.Jobs.Run(a.Context(), a.mine.ID, "customer.created", "hooks", data); err != nil {
		a.Fatal(err)
	}
	a.JSON(a.mine.Admin, "PATCH", path, testkit.Object{"is_active": true})
}

// newUser has never signed in.
func (a *auditor) newUser() {
	a.mine.ids["user_id"] = a.JSON(a.mine.Admin, "POST", "/users", testkit.Object{
		"email": "new@" + a.mine.Slug + ".com", "first_name": "Rina", "last_name": "Putri", "role": "receptionist", "outlet_ids": []any{a.mine.Outlet.ID},
	}).Text("id")
}

func (a *auditor) freshPhone() {
	const phone = "+6281277788899"
	a.JSON("", "POST", "/customer/auth/register", testkit.Object{
		"first_name": "Wulandari", "last_name": "Kusumaningrum", "phone": phone, "password": testkit.Password, "tenant_slug": a.mine.Slug,
	})
	a.mine.ids["phone"], a.mine.ids["code"] = phone, a.Code(phone)
}

// customerOfTwo has signed in centrally, and to choose a business.
func (a *auditor) customerOfTwo() {
	other, email := a.World.Tenant(), a.mine.Customer.Email
	a.Advance(time.Second) // so that messages have an order
	a.JSON("", "POST", "/customer/auth/register", testkit.Object{
		"first_name": "Wulandari", "last_name": "Kusumaningrum", "email": email, "password": testkit.Password, "tenant_slug": other.Slug,
	})
	a.JSON("", "POST", "/customer/auth/verify-email", testkit.Object{"email": email, "code": a.Code(email), "tenant_slug": other.Slug})
	a.mine.ids["selection_token"] = a.JSON("", "POST", "/customer/auth/login", testkit.Object{"email": email, "password": testkit.Password}).
		Text("selection_token")
}

// providerSecret is what the payment provider signs its callbacks with.
const providerSecret = "of-the-provider-alone"

// dress makes of an example what is sent: a callback is signed, and like no other; a
// form is one.
func (a *auditor) dress(o world.Operation, r *testkit.Request) {
	a.Helper()
	switch {
	case strings.HasPrefix(o.Path, "/maya/bookings/"):
		r.Header["X-Verification-Token"] = a.mine.ids["token"]
	case o.Audience == "webhook":
		body := []byte(`{"ref_id":"` + o.Path + `"}`)
		r.Body, r.Header = body, testkit.Object{paperid.SignatureHeader: paperid.Sign(providerSecret, body), "Content-Type": "application/json"}
	case o.Spec.RequestBody != nil && o.Spec.RequestBody.Value.Content.Get("multipart/form-data") != nil:
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		if err := errors.Join(form.WriteField("logo_url", "https://bellavista.com/logo.png"), form.Close()); err != nil {
			a.Fatal(err)
		}
		r.Body, r.Header = body.Bytes(), testkit.Object{"Content-Type": form.FormDataContentType()}
	}
}
