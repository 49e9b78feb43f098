package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/jobs"
)

// appointment is what the demo reads of one.
type appointment struct {
	ID     string      `json:"id"`
	Status string      `json:"status"`
	Total  json.Number `json:"total_price"`
	Paid   string      `json:"payment_status"`
}

// book asks for the visit through its channel, and plans what follows. Somebody may
// have been faster; then there is no visit.
func (v *visit) book(f *filler) event {
	return func(ctx context.Context) error {
		var err error
		switch v.channel {
		case byGuest:
			err = f.bookAsGuest(ctx, v)
		case byCustomer:
			err = f.bookOnline(ctx, v)
		default:
			err = f.bookAtDesk(ctx, v)
		}
		if errors.Is(err, errTaken) {
			return nil
		}
		if err != nil {
			return err
		}
		f.follow(v)
		return nil
	}
}

func (f *filler) bookAtDesk(ctx context.Context, v *visit) error {
	kind := "scheduled"
	if v.channel == byWalkIn {
		kind = "walk_in"
	}
	var made appointment
	err := f.desk(ctx, v.b, http.MethodPost, "/appointments", v.request(object{"customer_id": v.customer.id, "appointment_type": kind}), &made)
	v.id, v.total = made.ID, made.Total.String()
	return err
}

func (f *filler) bookOnline(ctx context.Context, v *visit) error {
	token, err := f.customer(ctx, v.b, v.customer)
	if err != nil {
		return err
	}
	var made appointment
	err = f.api.call(ctx, token, http.MethodPost, "/customer/booking/appointments", v.request(object{}), &made)
	v.id, v.total = made.ID, made.Total.String()
	return err
}

func (v *visit) request(body object) object {
	body["outlet_id"], body["appointment_date"], body["start_time"] = v.place.id, v.b.today.AddDays(v.day), v.start
	body["services"] = []object{{"service_id": v.offer.id, "staff_id": v.worker.id}}
	return body
}

// refreshLife is a little less than that of a customer's refresh token.
const refreshLife = 28 * 24 * time.Hour

// customer is the access token of somebody with an account.
func (f *filler) customer(ctx context.Context, b *business, p *person) (string, error) {
	if f.clock.now().Before(p.login.until.Add(refreshLife)) {
		return f.fresh(ctx, &p.login, "/customer/auth/refresh")
	}
	var session tokens
	err := f.api.call(ctx, "", http.MethodPost, "/customer/auth/login", object{"email": p.email, "password": password, "tenant_slug": b.spec.slug}, &session)
	if err != nil {
		return "", err
	}
	p.login.keep(session, f.clock.now())
	return p.login.access, nil
}

// bookAsGuest books under a name that is typed in, through the guest API.
func (f *filler) bookAsGuest(ctx context.Context, v *visit) error {
	b := v.b
	b.guests++
	first := b.spec.firstNames[b.guests%len(b.spec.firstNames)]
	last := b.spec.lastNames[(3*b.guests)%len(b.spec.lastNames)]
	mail := fmt.Sprintf("%s.guest%d@mail.example", mailbox(first, last), b.guests)
	created, err := f.guest(ctx, b, v.place, v.offer, guestWish{b.today.AddDays(v.day), v.start, first, last, mail})
	if err != nil {
		return err
	}
	v.id, v.total = created, v.offer.spec.price
	if v.fate == abandoned {
		return nil
	}
	f.line.at(v.booked.Add(8*time.Minute), func(ctx context.Context) error {
		link, err := f.api.mailed(ctx, mail, handle)
		if err != nil {
			return err
		}
		return f.api.call(ctx, "", http.MethodPut, "/bookings/"+link+"/verify", nil, nil)
	})
	return nil
}

// guestWish is what a guest types.
type guestWish struct {
	date              civil.Date
	at                civil.Clock
	first, last, mail string
}

func (f *filler) guest(ctx context.Context, b *business, p *place, o *offer, w guestWish) (string, error) {
	var created struct {
		Booking struct {
			ID string `json:"_id"`
		} `json:"booking"`
	}
	header := http.Header{"X-Tenant-Slug": {b.spec.slug}, "X-Branch-Slug": {p.spec.slug}}
	err := f.api.callWith(ctx, header, http.MethodPost, "/bookings/type/"+o.spec.slug, object{
		"packageId": o.id, "bookingDate": w.date, "bookingTime": w.at, "firstName": w.first, "lastName": w.last,
		"email": w.mail, "phone": b.spec.phone, "preferredPaymentMethod": "cash",
	}, &created)
	return created.Booking.ID, err
}

// follow plans what becomes of a booked visit. What lies after today is not yet.
func (f *filler) follow(v *visit) {
	if v.channel == byCustomer && v.b.spec.upfront && v.fate != abandoned {
		f.soon(v, v.booked.Add(10*time.Minute), func(ctx context.Context) error { return f.payOnline(ctx, v) })
	}
	desk := func(at time.Time, verb string, body any) {
		f.soon(v, at, func(ctx context.Context) error {
			return f.desk(ctx, v.b, http.MethodPost, "/appointments/"+v.id+"/"+verb, body, nil)
		})
	}
	switch v.fate {
	case completed:
		desk(v.starts(), "start", nil)
		f.soon(v, v.ends().Add(5*time.Minute), func(ctx context.Context) error { return f.checkOut(ctx, v) })
	case missed:
		desk(v.starts().Add(20*time.Minute), "no-show", object{"reason": "Did not come, did not call."})
	case cancelledByDesk:
		desk(between(v.booked, v.starts()), "cancel", object{"cancellation_reason": "The customer called in sick."})
	case cancelledByCustomer:
		f.soon(v, between(v.booked, v.starts().Add(-24*time.Hour)), func(ctx context.Context) error { return f.cancelOnline(ctx, v) })
	case running:
		desk(v.starts(), "start", nil)
	}
}

// soon plans an event unless today comes first.
func (f *filler) soon(v *visit, at time.Time, what event) {
	if at.Before(v.b.at(0, 0)) {
		f.line.at(at, what)
	}
}

// between is half-way, or soon after the first where there is little time.
func between(first, last time.Time) time.Time {
	return first.Add(max(last.Sub(first)/2, 20*time.Minute))
}

func (f *filler) cancelOnline(ctx context.Context, v *visit) error {
	token, err := f.customer(ctx, v.b, v.customer)
	if err != nil {
		return err
	}
	return f.api.call(ctx, token, http.MethodPost, "/customer/booking/appointments/"+v.id+"/cancel",
		object{"cancellation_reason": "Something came up."}, nil)
}

// checkOut takes the payment, unless it was made online, and ends the visit.
func (f *filler) checkOut(ctx context.Context, v *visit) error {
	var now appointment
	if err := f.desk(ctx, v.b, http.MethodGet, "/appointments/"+v.id, nil, &now); err != nil {
		return err
	}
	if now.Paid != "paid" {
		pay := f.payAtDesk
		if v.pays == paper {
			pay = f.payByLink
		}
		if err := pay(ctx, v); err != nil {
			return err
		}
	}
	return f.desk(ctx, v.b, http.MethodPost, "/appointments/"+v.id+"/complete", object{"completion_notes": "All well."}, nil)
}

func (f *filler) payAtDesk(ctx context.Context, v *visit) error {
	return f.desk(ctx, v.b, http.MethodPost, "/appointments/"+v.id+"/record-payment",
		object{"amount": json.Number(v.total), "payment_method": v.pays}, nil)
}

// linked is a payment page.
type linked struct {
	Link struct {
		URL string `json:"url"`
	} `json:"payment_link"`
}

func (f *filler) payByLink(ctx context.Context, v *visit) error {
	var made linked
	if err := f.desk(ctx, v.b, http.MethodPost, "/appointments/"+v.id+"/create-payment-link", nil, &made); err != nil {
		return err
	}
	return f.press(ctx, v, made)
}

func (f *filler) payOnline(ctx context.Context, v *visit) error {
	token, err := f.customer(ctx, v.b, v.customer)
	if err != nil {
		return err
	}
	var made linked
	err = f.api.call(ctx, token, http.MethodPost, "/customer/payments/process-appointment", object{"appointment_id": v.id}, &made)
	if err != nil {
		return err
	}
	return f.press(ctx, v, made)
}

// press presses the button of the payment page, and waits until the provider's word
// has arrived.
func (f *filler) press(ctx context.Context, v *visit, page linked) error {
	at, err := url.Parse(page.Link.URL)
	if err != nil {
		return err
	}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	status, answer, err := f.api.send(ctx, form, http.MethodPost, at.Path, strings.NewReader("outcome=success"))
	if err != nil || status != http.StatusSeeOther {
		return fmt.Errorf("payment page %s: status %d: %s: %w", at.Path, status, answer, err)
	}
	for range 200 {
		if err := jobs.Drain(ctx, f.app.DB, f.app.Jobs); err != nil {
			return err
		}
		var now appointment
		if err := f.desk(ctx, v.b, http.MethodGet, "/appointments/"+v.id, nil, &now); err != nil || now.Paid == "paid" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return fmt.Errorf("no word of the payment of %s has arrived", v.id)
}
