package availability

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/civil"
)

func TestKeptGridsAreBounded(t *testing.T) {
	t.Parallel()
	var shelf keptGrids
	at := time.Date(2026, time.March, 2, 1, 0, 7, 0, time.UTC)
	big := strings.Repeat("x", 1<<20)
	key := func(day int) gridKey {
		return gridKey{tenant: "t", ask: GridAsk{Start: civil.Date{Year: 2026, Month: time.March, Day: 1}.AddDays(day), Days: 1}}
	}
	for day := range 100 {
		grid := &Grid{NumDays: day, Metadata: GridMetadata{OutletName: big}}
		if err := shelf.keep(key(day), &keptGrid{grid: grid, at: at}); err != nil {
			t.Fatal(err)
		}
		if kept := shelf.find(key(day), at); kept == nil || kept.grid != grid {
			t.Fatalf("the grid of day %d was not kept", day)
		}
		if shelf.bytes > keptBytes || len(shelf.now)+len(shelf.before) > 2*keptBytes>>20 {
			t.Fatalf("%d bytes in %d and %d grids", shelf.bytes, len(shelf.now), len(shelf.before))
		}
	}
	if shelf.find(key(98), at) == nil || shelf.find(key(1), at) != nil {
		t.Error("it is not the oldest that were forgotten")
	}
	other := key(99)
	other.tenant = "u"
	if shelf.find(other, at) != nil {
		t.Error("another tenant's grid was found")
	}
	for _, later := range []time.Duration{53 * time.Second, time.Hour, -8 * time.Second} {
		if shelf.find(key(99), at.Add(later)) != nil {
			t.Errorf("found %v from then", later)
		}
	}
}
