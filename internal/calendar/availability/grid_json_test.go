package availability

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/api"
	"reserva/internal/kit/civil"
)

func TestGridsAreEncodedAsTheirTypesSay(t *testing.T) {
	for name, days := range map[string]map[string][]GridSlot{
		"none":   {},
		"closed": {"2026-11-22": {}},
		"some": {
			"2026-11-23": {{StartTime: 600, EndTime: 660, IsAvailable: true, AvailableCapacity: 2, MaxCapacity: 12}},
			"2026-11-22": {
				{StartTime: 0, EndTime: civil.EndOfDay, Reason: "booking_conflict", MaxCapacity: 1},
				{StartTime: 545, EndTime: 0, Reason: "past"},
			},
		},
	} {
		g := &Grid{NumDays: 2, AvailabilityGrid: days, Metadata: GridMetadata{ServiceName: `Cut "availability_grid":null <b>&`}}
		want, err := api.EncodeJSON(g)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.encode()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
