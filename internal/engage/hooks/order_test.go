package hooks_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Many servers record events while a reader follows the feed: it gets each once, and in
// the order in which a reader who comes later gets them.
func TestNothingIsSkippedUnderManyHands(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	w.Do(salon.Admin, "GET", "/events", nil, 200)
	const events, hands = 240, 6
	customer := salon.Tenant.WalkIn().ID
	w.Exec(`DELETE FROM river.river_job`)

	var recorders sync.WaitGroup
	for hand := range hands {
		recorders.Go(func() {
			for i := hand; i < events; i += hands {
				data := fmt.Sprintf(`{"customer_id":%q,"at":"2026-03-02T01:00:00.%06dZ"}`, customer, i)
				for range 2 { // as the queue may do
					if err := w.Jobs.Run(w.Context(), salon.ID, "customer.updated", "hooks", json.RawMessage(data)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { recorders.Wait(); close(done) }()

	var followed []id.ID
	after := ""
	step := func() (more bool) {
		answer := w.Send(testkit.Request{As: salon.Admin, Method: "GET", Path: "/events?limit=7" + after})
		var feed struct{ Items []struct{ ID id.ID } }
		if err := json.Unmarshal(answer.Body, &feed); err != nil || answer.Status != 200 {
			t.Fatalf("%d %v: %s", answer.Status, err, answer.Body)
		}
		for _, item := range feed.Items {
			followed = append(followed, item.ID)
			after = "&after=" + string(item.ID)
		}
		return len(feed.Items) > 0
	}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
			step()
		}
	}
	for step() {
	}
	if len(followed) != events {
		t.Errorf("%d events were followed of %d", len(followed), events)
	}
	var later struct{ Items []struct{ ID id.ID } }
	answer := w.Do(salon.Admin, "GET", "/events?limit=500", nil, 200)
	if err := json.Unmarshal(answer.Body, &later); err != nil {
		t.Fatal(err)
	}
	for i, item := range later.Items {
		if i >= len(followed) || followed[i] != item.ID {
			t.Fatalf("place %d is another later", i)
		}
	}
}
