package payments

import (
	"time"

	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
)

// lastDay is until when somebody wants a link to be payable: a day, or a moment of which
// the day counts.
type lastDay struct {
	date civil.Date
	at   *time.Time
}

// readLastDay reads what a client sends; nil is none.
func readLastDay(raw *string) (*lastDay, error) {
	if raw == nil {
		return nil, nil
	}
	if d, err := civil.ParseDate(*raw); err == nil {
		return &lastDay{date: d}, nil
	}
	var at api.Instant
	if err := at.UnmarshalText([]byte(*raw)); err != nil {
		return nil, fault.InvalidField("due_date", "must be a date or a time of ISO 8601")
	}
	return &lastDay{at: &at.Time}, nil
}

func (l lastDay) day(zone *time.Location) civil.Date {
	if l.at != nil {
		return civil.Of(*l.at, zone)
	}
	return l.date
}
