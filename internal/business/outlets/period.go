package outlets

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
)

// maxPeriod bounds what is summed up at once, in days.
const maxPeriod = 366

// Period is a stretch of dates at an outlet, both inclusive, in its zone.
type Period struct {
	From, To civil.Date
	Zone     *time.Location
}

// NewPeriod fills in the dates that were left out: until today, from the first of the
// month. It refuses the query's to_date where the dates are no period, or of more than
// 366 days.
func NewPeriod(from, to civil.Date, zone *time.Location, now time.Time) (Period, error) {
	if to.IsZero() {
		to = civil.Of(now, zone)
	}
	if from.IsZero() {
		from = civil.Date{Year: to.Year, Month: to.Month, Day: 1}
	}
	switch days := to.Sub(from); {
	case days < 0:
		return Period{}, fault.InvalidField("query:to_date", "must not come before from_date")
	case days >= maxPeriod:
		return Period{}, fault.InvalidField("query:to_date", "must be at most 366 days from from_date")
	}
	return Period{From: from, To: to, Zone: zone}, nil
}

// Start is when the first date begins.
func (p Period) Start() time.Time { return p.From.Start(p.Zone) }

// End is when the last date ends.
func (p Period) End() time.Time { return p.To.End(p.Zone) }
