package demo

import (
	"context"
	"fmt"

	"reserva/internal/kit/id"
)

// named is what answers have in common.
type named struct {
	ID id.ID `json:"id"`
}

// settle lets guests take a day to confirm, so that a link printed by the demo is
// good for a while.
func (f *filler) settle(ctx context.Context, b *business) error {
	return f.desk(ctx, b, "PUT", "/tenants/"+string(b.id), object{"settings": object{"guest_verification_minutes": 24 * 60}}, nil)
}

func (f *filler) openPlaces(ctx context.Context, b *business) error {
	for _, p := range b.places {
		var hours []object
		for day := range 7 {
			if p.open(day) {
				hours = append(hours, object{"day": day, "open_time": p.spec.opens, "close_time": p.spec.closes})
			} else {
				hours = append(hours, object{"day": day, "is_open": false})
			}
		}
		var made named
		err := f.desk(ctx, b, "POST", "/outlets", object{
			"name": p.spec.name, "slug": p.spec.slug,
			"address":        object{"street": p.spec.street, "city": p.spec.city, "country": p.spec.country},
			"contact":        object{"phone": b.spec.phone, "email": p.spec.slug + "@" + b.spec.slug + ".example"},
			"business_hours": hours,
			"settings":       object{"auto_confirm_bookings": !b.spec.upfront, "advance_booking_days": 60, "slot_interval_minutes": 30},
		}, &made)
		if err != nil {
			return err
		}
		p.id = made.ID
	}
	return nil
}

func (f *filler) offer(ctx context.Context, b *business) error {
	for _, o := range b.offers {
		s := o.spec
		body := object{
			"name": s.name, "slug": s.slug, "category": s.category, "duration_minutes": s.minutes,
			"preparation_minutes": s.before, "cleanup_minutes": s.after, "max_advance_booking_days": 60,
			"pricing": object{"base_price": s.price},
		}
		if s.gap[1] > 0 {
			body["processing_gaps"] = []object{{"from_minute": s.gap[0], "to_minute": s.gap[1]}}
		}
		if s.seats > 0 {
			body["allow_parallel_bookings"], body["max_parallel_bookings"] = true, s.seats
		}
		var made named
		if err := f.desk(ctx, b, "POST", "/services", body, &made); err != nil {
			return err
		}
		o.id = made.ID
	}
	return nil
}

func (f *filler) hire(ctx context.Context, b *business) error {
	for i, w := range b.workers {
		var skills []id.ID
		for _, o := range w.offers {
			skills = append(skills, o.id)
		}
		var made named
		err := f.desk(ctx, b, "POST", "/staff", object{
			"outlet_id": w.place.id, "first_name": w.first, "last_name": w.last, "phone": b.spec.phone,
			"email": mailbox(w.first, w.last) + "@" + b.spec.slug + ".example", "position": "Stylist",
			"employee_id": fmt.Sprintf("EMP-%03d", i+1), "skills": object{"service_ids": skills},
		}, &made)
		if err != nil {
			return err
		}
		w.id = made.ID
		if err := f.schedule(ctx, b, w); err != nil {
			return err
		}
	}
	return nil
}

// schedule writes a staff member's weeks: hours, a lunch break, and a vacation.
func (f *filler) schedule(ctx context.Context, b *business, w *worker) error {
	var days []int
	for day := range 7 {
		if w.place.open(day) && day != w.off {
			days = append(days, day)
		}
	}
	first, last := b.today.AddDays(-f.days-openedBefore), b.today.AddDays(f.days+openedBefore)
	weekly := func(kind string, from, to fmt.Stringer) error {
		return f.desk(ctx, b, "POST", "/availability", object{
			"staff_id": w.id, "date": first, "start_time": from.String(), "end_time": to.String(), "availability_type": kind,
			"recurrence_type": "weekly", "recurrence_days": days, "recurrence_end_date": last,
		}, nil)
	}
	if err := weekly("working_hours", w.place.opens, w.place.closes); err != nil {
		return err
	}
	if err := weekly("break", w.lunch, w.lunch+60); err != nil {
		return err
	}
	if w.away[0] == w.away[1] {
		return nil
	}
	return f.desk(ctx, b, "POST", "/availability", object{
		"staff_id": w.id, "date": b.today.AddDays(w.away[0]), "start_time": "00:00", "end_time": "24:00", "availability_type": "vacation",
		"recurrence_type": "daily", "recurrence_end_date": b.today.AddDays(w.away[1] - 1), "notes": "Vacation",
	}, nil)
}

// join makes a customer: those with an account register and prove their mailbox, the
// others are written down at the desk.
func (f *filler) join(ctx context.Context, b *business, p *person) error {
	if !p.account {
		var made named
		err := f.desk(ctx, b, "POST", "/customers", object{
			"first_name": p.first, "last_name": p.last, "email": p.email, "source": "walk_in",
		}, &made)
		p.id = made.ID
		return err
	}
	err := f.api.call(ctx, "", "POST", "/customer/auth/register", object{
		"first_name": p.first, "last_name": p.last, "email": p.email, "password": password, "tenant_slug": b.spec.slug,
	}, nil)
	if err != nil {
		return err
	}
	code, err := f.api.mailed(ctx, p.email, sixDigits)
	if err != nil {
		return err
	}
	var verified struct {
		tokens
		Customer named `json:"customer"`
	}
	err = f.api.call(ctx, "", "POST", "/customer/auth/verify-email", object{"email": p.email, "code": code, "tenant_slug": b.spec.slug}, &verified)
	if err != nil {
		return err
	}
	p.id = verified.Customer.ID
	p.login.keep(verified.tokens, f.clock.now())
	return nil
}
