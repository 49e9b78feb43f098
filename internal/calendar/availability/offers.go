package availability

import (
	"context"
	"time"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// OfferAsk asks for the starts of one date at which several services, back to
// back, can be booked.
type OfferAsk struct {
	Outlet   id.ID
	Services []id.ID
	Staff    id.ID // of all of them; empty for any
	Date     civil.Date
	Audience Audience
}

// Offer is a start that can be booked.
type Offer struct {
	StartTime civil.Clock `json:"start_time" example:"10:00"`
	EndTime   civil.Clock `json:"end_time" example:"11:30"`
	StaffID   *id.ID      `json:"staff_id" doc:"Who would give the first service; null where no staff is needed"`
	StaffName string      `json:"staff_name" example:"Ayu Lestari"`
	Available bool        `json:"available"`
}

// Offers is the answer of available-slots.
type Offers struct {
	Date     civil.Date `json:"date"`
	OutletID id.ID      `json:"outlet_id"`
	Timezone string     `json:"timezone" example:"Asia/Jakarta"`
	Slots    []Offer    `json:"slots"`
}

// Offers lists the starts of a date, at the outlet's interval from opening.
func (o *Operations) Offers(ctx context.Context, tenant id.ID, a OfferAsk) (Offers, error) {
	if len(a.Services) == 0 {
		return Offers{}, fault.ErrInvalid.WithField("query:service_id", "At least one service is needed.", "missing")
	}
	d, err := o.load(ctx, tenant, Ask{Outlet: a.Outlet, Services: distinct(a.Services), From: a.Date, To: a.Date, Audience: a.Audience})
	if err != nil {
		return Offers{}, err
	}
	defer d.release()
	out := Offers{Date: a.Date, OutletID: a.Outlet, Timezone: d.Location.String(), Slots: []Offer{}}
	legs := make([]slots.Leg, len(a.Services))
	for i, service := range a.Services {
		switch legs[i], err = d.Leg(0, service, a.Staff); {
		case err != nil && d.gives(a.Staff, service):
			return out, nil // further ahead than the member is booked
		case err != nil:
			return Offers{}, err
		}
	}
	board := d.Board(0, a.Services...)
	for _, s := range board.Starts(nil, legs[0], d.SlotInterval()) {
		plan := board.Chain(legs, s.Start)
		if plan.OK {
			out.Slots = append(out.Slots, d.offer(plan, s.Start))
		}
	}
	return out, nil
}

func (d *Diary) offer(plan slots.Plan, start time.Time) Offer {
	last := plan.Lines[len(plan.Lines)-1]
	offer := Offer{StartTime: clockAt(start, d.Location), EndTime: clockAt(last.End, d.Location), Available: true}
	if chosen := plan.Lines[0].Chosen; len(chosen) > 0 && chosen[0].ID != "" {
		offer.StaffID, offer.StaffName = &chosen[0].ID, d.StaffName(chosen[0].ID)
	}
	return offer
}

// Next returns up to n starts of day 0 that can be booked and come after the wished one.
func (d *Diary) Next(legs []slots.Leg, services []id.ID, after time.Time, n int) (next []time.Time) {
	for step := range d.Board(0, services...).Acceptable(legs...).All() {
		if t := d.days[0].At(step); t.After(after) && len(next) < n {
			next = append(next, t)
		}
	}
	return next
}

func distinct(ids []id.ID) (out []id.ID) {
	seen := map[id.ID]bool{}
	for _, v := range ids {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}
