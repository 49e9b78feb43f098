package customers

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
)

// taken names the address or number that the database would not give twice.
func taken(err error) error {
	switch {
	case db.IsConflict(err, "customers_email"):
		return ErrEmailTaken.WithExtra(map[string]any{"duplicate_field": "email"})
	case db.IsConflict(err, "customers_phone"):
		return ErrPhoneTaken.WithExtra(map[string]any{"duplicate_field": "phone"})
	}
	return err
}

// zone is a stored time zone, which was checked when it was stored.
func zone(name string) *time.Location {
	location, err := civil.Zone(name)
	if err != nil {
		return time.UTC
	}
	return location
}
