package payments

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
)

func asJSON(t *rapid.T, v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestBoundsOfAPeriod(t *testing.T) {
	t.Parallel()
	jakarta := time.FixedZone("WIB", 7*60*60)
	tests := []struct {
		raw, want string
		edge      func(civil.Date, *time.Location) time.Time
	}{
		{"2026-04-10", "2026-04-09T17:00:00Z", civil.Date.Start},
		{"2026-04-10", "2026-04-10T17:00:00Z", civil.Date.End},
		{"2026-04-10T10:00:00", "2026-04-10T10:00:00Z", civil.Date.End},
		{"2026-04-10T10:00:00Z", "2026-04-10T10:00:00Z", civil.Date.Start},
		{"2026-04-10T10:00:00+07:00", "2026-04-10T03:00:00Z", civil.Date.Start},
		{"2026-04-10T10:00:00 07:00", "2026-04-10T03:00:00Z", civil.Date.Start},
	}
	for _, tt := range tests {
		got, err := bound(tt.raw, "date_from", jakarta, tt.edge)
		if err != nil || got.Format(time.RFC3339) != tt.want {
			t.Errorf("%s: %v, %v", tt.raw, got, err)
		}
	}
	for _, bad := range []string{"yesterday", "2026-02-30", "10:00", "2026-04-10T25:00:00"} {
		if _, err := bound(bad, "date_from", jakarta, civil.Date.Start); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}
