package staff

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Performance is what a staff member did in a period: the services that began on its
// dates, in the zone of the primary outlet.
type Performance struct {
	StaffID  id.ID      `json:"staff_id"`
	FromDate civil.Date `json:"from_date"`
	ToDate   civil.Date `json:"to_date"`

	Bookings        BookingCounts `json:"bookings" doc:"Services, by the status of their appointments; one that several give counts for each."`
	Revenue         money.Number  `json:"revenue" doc:"The prices of completed services, in the business's currency; of one that several give, for the one whom the appointment names first."`
	Currency        string        `json:"currency" example:"IDR"`
	CommissionDue   *money.Number `json:"commission_due" doc:"Of the revenue; null for those who do not see pay."`
	WorkingMinutes  int           `json:"working_minutes" doc:"Working hours without breaks, blocked time and vacation."`
	BookedMinutes   int           `json:"booked_minutes" doc:"With preparation and cleanup, without processing times; a group session counts once."`
	UtilisationRate *float64      `json:"utilisation_rate" example:"0.72" doc:"Booked of working minutes; null without any."`
	NoShowRate      *float64      `json:"no_show_rate" example:"0.04" doc:"Share of the missed among the services that were completed or missed, from 0 to 1; null without any."`
	AverageRating   *float64      `json:"average_rating" doc:"Null without ratings."`
	RatingCount     int           `json:"rating_count"`
}

// BookingCounts count by status.
type BookingCounts struct {
	Total int `json:"total" db:"total"`
	tenants.StatusCounts
}

// Performance sums up a period; without dates, this month until today. Managers see
// those of their outlets, staff members their own without the commission. It fails
// with ErrNotFound, outlets.ErrOutOfScope and ErrManagers.
func (o *Operations) Performance(ctx context.Context, who access.Staff, member id.ID, from, to civil.Date) (Performance, error) {
	var out Performance
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		r, err := load(ctx, tx, member)
		switch {
		case err != nil:
			return err
		case !r.reachedBy(who):
			return outlets.ErrOutOfScope
		case !r.isOf(who) && !(who.Meets(access.StaffWrite) && who.CanOutlet(r.OutletID)):
			return ErrManagers
		}
		zone, err := queueZone(ctx, tx, r.OutletID)
		if err != nil {
			return err
		}
		dates, err := outlets.NewPeriod(from, to, zone, tx.Now())
		if err != nil {
			return err
		}
		p := period{dates, member, r.SubjectKey}
		out, err = p.sumUp(ctx, tx, &r, seesPay(who))
		return err
	})
	return out, err
}

// period is a stretch of dates of one staff member, in the primary outlet's zone.
type period struct {
	outlets.Period
	member  id.ID
	subject int64
}

func (p *period) sumUp(ctx context.Context, tx *db.Tx, r *row, pay bool) (Performance, error) {
	counts, earned := p.queueBookings(tx), p.queueEarned(tx, r.Currency)
	worked, booked := p.queueWorked(tx), p.queueBooked(tx)
	if err := tx.Flush(ctx); err != nil {
		return Performance{}, err
	}
	out := Performance{
		StaffID: p.member, FromDate: p.From, ToDate: p.To, Bookings: counts.Value, Currency: string(r.Currency),
		WorkingMinutes: worked.Value, BookedMinutes: booked.Value,
		UtilisationRate: ratio(booked.Value, worked.Value),
		NoShowRate:      ratio(counts.Value.NoShow, counts.Value.NoShow+counts.Value.Completed),
	}
	revenue := int64(0)
	for _, e := range earned.Rows {
		revenue += e.Price
	}
	out.Revenue = money.Number{Minor: revenue, Currency: r.Currency}
	if !pay {
		return out, nil
	}
	commission, err := r.commission()
	if err != nil {
		return out, err
	}
	due, err := commission.due(earned.Rows, r.Currency)
	out.CommissionDue = &money.Number{Minor: due, Currency: r.Currency}
	return out, err
}

func ratio(of, all int) *float64 {
	if all == 0 {
		return nil
	}
	rate := float64(of) / float64(all)
	return &rate
}

// earning is what one service brought in a calendar month.
type earning struct {
	Month   string `db:"month"`
	Service id.ID  `db:"service_id"`
	Price   int64  `db:"price"`
}

// due is the commission on earnings. A service's own rate comes first; else the rate
// of the highest tier that the month's revenue reaches, else the base rate.
func (c Commission) due(earned []earning, currency money.Currency) (due int64, err error) {
	months := map[string]int64{}
	for _, e := range earned {
		months[e.Month] += e.Price
	}
	for _, e := range earned {
		rate, own := c.ServiceRates[string(e.Service)]
		if !own {
			if rate, err = c.rateAt(months[e.Month], currency); err != nil {
				return 0, err
			}
		}
		share, err := money.Fee(e.Price, rate)
		if err != nil {
			return 0, err
		}
		due += share
	}
	return due, nil
}

// rateAt is the rate of a month with a revenue.
func (c Commission) rateAt(revenue int64, currency money.Currency) (money.Rate, error) {
	rate, reached := c.BaseCommissionRate, int64(-1)
	for _, tier := range c.PerformanceTiers {
		least, err := tier.MinRevenue.NonNegativeMinor(currency)
		if err != nil {
			return rate, err
		}
		if least <= revenue && least > reached {
			rate, reached = tier.Rate, least
		}
	}
	return rate, nil
}
