package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"reserva/internal/kit/civil"
)

// grid is what the demo reads of one.
type grid struct {
	Days map[string][]struct {
		At   civil.Clock `json:"start_time"`
		Free bool        `json:"is_available"`
	} `json:"availability_grid"`
}

// free finds starts of an offer that can be booked, one a day, from a day on.
func (f *filler) free(ctx context.Context, b *business, p *place, o *offer, day, n int) ([]guestWish, error) {
	const days = 21
	from := b.today.AddDays(day)
	query := url.Values{
		"service_id": {string(o.id)}, "outlet_id": {string(p.id)}, "start_date": {from.String()}, "num_days": {fmt.Sprint(days)},
	}
	var found grid
	if err := f.api.call(ctx, "", http.MethodGet, "/public/availability/grid?"+query.Encode(), nil, &found); err != nil {
		return nil, err
	}
	var wishes []guestWish
	for i := range days {
		date := from.AddDays(i)
		for _, slot := range found.Days[date.String()] {
			if slot.Free && slot.At >= 13*60 && len(wishes) < n {
				wishes = append(wishes, guestWish{date: date, at: slot.At})
				break
			}
		}
	}
	if len(wishes) < n {
		return nil, fmt.Errorf("%s has no %d days with a free start", b.spec.name, n)
	}
	return wishes, nil
}

// finish adds what is under way at this very moment, and tells what there is.
func (f *filler) finish(ctx context.Context, b *business) error {
	if b.spec.upfront {
		if err := f.leaveUnpaid(ctx, b); err != nil {
			return err
		}
	}
	if b.spec.slug == janesSalon().slug {
		if err := f.writeCalls(ctx, b); err != nil {
			return err
		}
	}
	told, err := f.tell(ctx, b)
	f.story.Businesses = append(f.story.Businesses, told)
	return err
}

// leaveUnpaid has two customers at the payment page.
func (f *filler) leaveUnpaid(ctx context.Context, b *business) error {
	wishes, err := f.free(ctx, b, b.places[0], b.offers[0], 2, 2)
	if err != nil {
		return err
	}
	for i, wish := range wishes {
		p := b.customers[i]
		token, err := f.customer(ctx, b, p)
		if err != nil {
			return err
		}
		var made appointment
		err = f.api.call(ctx, token, http.MethodPost, "/customer/booking/appointments", object{
			"outlet_id": b.places[0].id, "appointment_date": wish.date, "start_time": wish.at,
			"services": []object{{"service_id": b.offers[0].id}},
		}, &made)
		if err != nil {
			return err
		}
		var page linked
		err = f.api.call(ctx, token, http.MethodPost, "/customer/payments/process-appointment", object{"appointment_id": made.ID}, &page)
		if err != nil {
			return err
		}
		f.story.PaymentPages = append(f.story.PaymentPages, page.Link.URL)
	}
	return nil
}

// writeCalls fills in the examples of the guest API's documentation, so that they
// can be pasted: two bookings of starts that are free, and one to be verified.
func (f *filler) writeCalls(ctx context.Context, b *business) error {
	p, o := b.places[0], b.offers[0]
	wishes, err := f.free(ctx, b, p, o, 3, 3)
	if err != nil {
		return err
	}
	pending := wishes[2]
	pending.first, pending.last, pending.mail = "Rosa", "Lim", "rosa.lim@mail.example"
	id, err := f.guest(ctx, b, p, o, pending)
	if err != nil {
		return err
	}
	body := func(w guestWish) []member {
		return []member{
			{"packageId", string(o.id)}, {"bookingDate", w.date.String()}, {"bookingTime", w.at.String()}, {"firstName", "John"}, {"lastName", "Smith"},
			{"email", "john@example.com"}, {"phone", "09161234567"},
		}
	}
	tenant, branch := header{"X-Tenant-Slug", b.spec.slug}, header{"X-Branch-Slug", p.spec.slug}
	at := "/api/v1/bookings"
	f.story.Calls = []Call{
		{About: "Book as a guest", Method: "POST", Path: at + "/type/" + o.spec.slug, Header: []header{tenant}, Body: append(body(wishes[0]), member{"preferredPaymentMethod", "cash"})},
		{About: "Book at a branch of an organization", Method: "POST", Path: at + "/organizations/" + string(b.id) + "/type/" + o.spec.slug, Header: []header{branch}, Body: body(wishes[1])},
		{About: "Verify a booking that waits for it", Method: "PUT", Path: at + "/" + id + "/verify"},
		{About: "Read it", Method: "GET", Path: at + "/" + id},
		{About: "List fully booked timeslots", Method: "GET", Path: at + "/fully-booked-slots", Header: []header{tenant}},
	}
	return nil
}

// tell counts what the business has by now, as its desk sees it.
func (f *filler) tell(ctx context.Context, b *business) (Business, error) {
	told := Business{
		Name: b.spec.name, Slug: b.spec.slug, Zone: b.spec.zone, Currency: b.spec.currency, Plan: b.spec.plan,
		Admin: b.adminMail(), Outlets: len(b.places), Staff: len(b.workers), Appointments: map[string]int{},
	}
	for _, p := range b.customers {
		if p.account {
			told.Accounts = append(told.Accounts, p.email)
		}
	}
	count := func(path string, into *int) error {
		var list struct {
			Total int `json:"total"`
		}
		err := f.desk(ctx, b, http.MethodGet, path, nil, &list)
		*into = list.Total
		return err
	}
	if err := count("/customers?size=1", &told.Customers); err != nil {
		return told, err
	}
	if err := count("/payments/history?limit=1&status=COMPLETED", &told.Payments); err != nil {
		return told, err
	}
	for _, status := range Statuses() {
		n := 0
		if err := count("/appointments?size=1&status="+status, &n); err != nil {
			return told, err
		}
		told.Appointments[status] = n
	}
	return told, nil
}
