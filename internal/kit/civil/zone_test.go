package civil_test

import (
	"errors"
	"testing"

	"reserva/internal/kit/civil"
)

func TestZone(t *testing.T) {
	for range 2 { // the second time from what is kept
		loc, err := civil.Zone("Asia/Jakarta")
		if err != nil || loc.String() != "Asia/Jakarta" {
			t.Errorf("Asia/Jakarta: %v, %v", loc, err)
		}
	}
	for _, name := range []string{"", "Local", "Mars/Olympus", "Asia/./Jakarta", "Asia//Jakarta", "/etc/localtime", "../zoneinfo/UTC", "Asia/Jakarta/"} {
		if loc, err := civil.Zone(name); !errors.Is(err, civil.ErrZone) {
			t.Errorf("%q: %v, %v", name, loc, err)
		}
	}
}
