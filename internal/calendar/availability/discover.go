package availability

import (
	"context"
	"slices"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// ChoiceAsk asks who could give a service on a date.
type ChoiceAsk struct {
	Outlet, Service id.ID
	Date            civil.Date
	Audience        Audience
}

// Choices are the staff members among whom a customer chooses.
type Choices struct {
	Date     civil.Date `json:"date"`
	Timezone string     `json:"timezone" example:"Asia/Jakarta"`
	Items    []Choice   `json:"items" doc:"Those with a free start first, in order of it; empty where the service needs no staff"`
	Total    int        `json:"total" example:"2"`
}

// Choice is one staff member who takes online bookings for the service.
type Choice struct {
	StaffID    id.ID        `json:"staff_id"`
	StaffName  string       `json:"staff_name" example:"Ayu Lestari"`
	Available  bool         `json:"available" doc:"Whether any start of the date can be booked with this staff member"`
	FirstStart *civil.Clock `json:"first_start" doc:"The first start that can be booked; null where there is none" example:"10:00"`
	Duration   int          `json:"duration_minutes" doc:"How long the service takes with this staff member, without preparation and cleanup" example:"60"`
	Price      money.Text   `json:"price" doc:"What the service costs now with this staff member, in its currency" example:"150000.00"`
}

// Choices lists who could give a service on a date, by the engine that accepts
// bookings. Faults are those of Diary.Build.
func (o *Operations) Choices(ctx context.Context, tenant id.ID, a ChoiceAsk) (*Choices, error) {
	d, err := o.load(ctx, tenant, Ask{Outlet: a.Outlet, Services: []id.ID{a.Service}, From: a.Date, To: a.Date, Audience: a.Audience})
	if err != nil {
		return nil, err
	}
	defer d.release()
	out := &Choices{Date: a.Date, Timezone: d.Location.String()}
	var free, busy []Choice
	leg, err := d.Leg(0, a.Service, "")
	if err != nil {
		return nil, err
	}
	for _, m := range leg.Members {
		if m.ID == "" {
			continue
		}
		one := Choice{StaffID: m.ID, StaffName: d.StaffName(m.ID), Duration: leg.Service.By(&m).Duration}
		one.Price.Minor, _ = d.Price(a.Service, m.ID)
		one.Price.Currency = money.Currency(d.Service(a.Service).Currency)
		if one.FirstStart, err = d.firstStart(a.Service, m.ID); err != nil {
			return nil, err
		}
		if one.Available = one.FirstStart != nil; one.Available {
			free = append(free, one)
		} else {
			busy = append(busy, one)
		}
	}
	slices.SortStableFunc(free, func(x, y Choice) int { return int(*x.FirstStart) - int(*y.FirstStart) })
	out.Items = append(append([]Choice{}, free...), busy...)
	out.Total = len(out.Items)
	return out, nil
}

// firstStart is the first start of day 0 that can be booked with a staff member, be
// it in a team.
func (d *Diary) firstStart(service, staff id.ID) (*civil.Clock, error) {
	leg, err := d.Leg(0, service, staff)
	if err != nil {
		return nil, err
	}
	for step := range d.Board(0, service).Acceptable(leg).All() {
		clock := clockAt(d.Day(0).At(step), d.Location)
		return &clock, nil
	}
	return nil, nil
}
