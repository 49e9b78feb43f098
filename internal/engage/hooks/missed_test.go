package hooks_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/testkit/world"
)

// What an endpoint has not got is sent on request: what was given up, and what happened while
// it was not active; of its types, once, in the same words.
func TestWhatWasMissedIsSent(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	path := "/webhook-endpoints/" + listen(w, salon.Admin, till, "customer.*").Text("id")
	began := w.Clock.Now()
	salon.Tenant.WalkIn() // delivered
	w.RunJobs()
	till.answer(http.StatusGone)
	w.Advance(time.Minute)
	salon.Tenant.WalkIn() // given up
	w.RunJobs()
	given := till.taken()
	for range 3 {
		salon.Tenant.WalkIn() // while it is not active
	}
	salon.Book(1, "10:00") // nobody asked for that
	w.RunJobs()
	missed := path + "/replay"
	w.Do(salon.Admin, "POST", missed, object{"since": began}, 409)
	w.Do(salon.Admin, "PATCH", path, object{"is_active": true}, 200)
	w.Do(salon.Admin, "POST", missed, object{}, 422)

	till.answer(http.StatusOK)
	if got := w.Do(salon.Admin, "POST", missed, object{"since": w.Clock.Now().Add(time.Second)}, 202); got.Text("begun") != "0" {
		t.Errorf("of the future: %s", got.Body)
	}
	for _, want := range []string{"4", "0"} {
		if got := w.Do(salon.Admin, "POST", missed, object{"since": began}, 202); got.Text("begun") != want || got.Text("has_more") != "false" {
			t.Errorf("want %s: %s", want, got.Body)
		}
	}
	w.RunJobs()
	letters := till.taken()
	if diff := cmp.Diff([]string{"customer.created", "customer.created", "customer.created", "customer.created"}, kinds(t, letters)); diff != "" {
		t.Fatal(diff)
	}
	if !slices.ContainsFunc(letters, func(l letter) bool { return l.body == given[len(given)-1].body }) {
		t.Error("what was given up came in other words")
	}
	if got := w.Do(salon.Admin, "POST", missed, object{"since": began}, 202); got.Text("begun") != "0" {
		t.Errorf("when all is delivered: %s", got.Body)
	}
	if all := w.Do(salon.Admin, "GET", path+"/deliveries?status=delivered", nil, 200); all.Text("total") != "5" {
		t.Errorf("%s delivered", all.Text("total"))
	}
}

// A plan without webhooks records nothing, and one that has them again goes on by itself.
func TestAnEndpointOutlivesAPlan(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	listen(w, salon.Admin, till, "customer.created")
	for _, step := range []struct {
		plan string
		want int
	}{{"ENTERPRISE", 1}, {"PRO", 0}, {"ENTERPRISE", 1}} {
		salon.Tenant.Plan(step.plan)
		salon.Tenant.WalkIn()
		w.RunJobs()
		if n := len(till.taken()); n != step.want {
			t.Errorf("on %s: %d events", step.plan, n)
		}
	}
	if feed := w.Do(salon.Admin, "GET", "/events", nil, 200); !feed.Has("items.1") || feed.Has("items.2") {
		t.Errorf("%s", feed.Body)
	}
	reader := w.Tenant().Plan("ENTERPRISE") // who only reads is spared jobs that come to nothing
	w.Do(reader.Admin, "GET", "/events", nil, 200)
	reader.Plan("FREE").WalkIn()
	w.RunJobs()
	var n int
	if err := w.DB.Pool().QueryRow(w.Context(), `SELECT count(*) FROM job_listeners`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d listen, want the salon alone: %v", n, err)
	}
}

// Much is begun in parts, the oldest first.
func TestMuchThatWasMissedIsSentInParts(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	path := "/webhook-endpoints/" + listen(w, salon.Admin, till, "customer.*").Text("id")
	w.Exec(`
		INSERT INTO hook_events (tenant_id, number, id, type, source, body, recorded_at)
		SELECT $1, i, lpad(to_hex(i), 24, '0'), 'customer.created', i::text, '{}', $2
		FROM generate_series(1, 501) AS i`, salon.ID, w.Clock.Now())
	for _, want := range []struct{ begun, more string }{{"500", "true"}, {"1", "false"}, {"0", "false"}} {
		if got := w.Do(salon.Admin, "POST", path+"/replay", object{"since": w.Clock.Now()}, 202); got.Text("begun") != want.begun || got.Text("has_more") != want.more {
			t.Errorf("want %v: %s", want, got.Body)
		}
	}
}
