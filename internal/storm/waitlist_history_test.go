package storm_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"reserva/internal/testkit"
)

// record is the history of a waitlist.
type record struct {
	mu         sync.Mutex
	operations []porcupine.Operation
	asked      map[string][]span // of a wish, when its end was asked for
	rivals     map[string]span   // by the note of a booking
}

// span is when something was asked and answered, by the wall clock, which the servers
// and the database go by as well.
type span struct{ call, answer time.Time }

// slack is more than what PostgreSQL rounds off a time.
const slack = time.Millisecond

func (r *record) add(in listed, during span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.operations = append(r.operations, porcupine.Operation{
		ClientId: len(r.operations), Input: in, Call: during.call.UnixNano(), Return: during.answer.UnixNano(),
	})
}

// told notes what came of an answer to an offer, or of the removal of its wish.
func (r *record) told(id, asked string, got testkit.Answer, during span) error {
	r.mu.Lock()
	r.asked[id] = append(r.asked[id], during)
	r.mu.Unlock()
	in := listed{of: id}
	switch {
	case got.Status == http.StatusOK && asked == accepted:
		in.what, in.appointment = toldAccepted, got.Text("id")
	case got.Status == http.StatusOK && asked == declined:
		in.what = toldDeclined
	case got.Status == http.StatusNoContent && asked == removed:
		in.what = toldRemoved
	case got.Status == http.StatusConflict && got.Text("code") == "waitlist.no_offer":
		in.what = toldNone
	case got.Status == http.StatusConflict && got.Text("code") == "waitlist.ended":
		in.what = toldEnded
	default:
		return fmt.Errorf("%s: %d %s", asked, got.Status, got.Body)
	}
	r.add(in, during)
	return nil
}

// complete adds what happened without anybody's asking, or to those whose answer was
// lost, as the database has it. An offer is made after its transaction begins, and before
// the one that ends it; an end lies between its transaction's begin and the answer to
// whoever asked for it.
func (r *record) complete(t testing.TB, url string) {
	t.Helper()
	ended := time.Now()
	offers := query[[]string](t, url, `
		SELECT ARRAY[f.wish_id, f.appointment_id, to_char(f.starts_at AT TIME ZONE o.timezone, 'HH24:MI'),
			f.outcome, to_char(f.offered_at AT TIME ZONE 'UTC', $1), to_char(f.ended_at AT TIME ZONE 'UTC', $1)]
		FROM waitlist_offers f JOIN appointments a ON a.id = f.appointment_id JOIN outlets o ON o.id = a.outlet_id`, pgMicroseconds)
	for _, f := range offers {
		id, appointment, hour, outcome := f[0], f[1], f[2], f[3]
		made, over := microseconds(t, f[4]), microseconds(t, f[5])
		during := span{made.Add(-slack), over.Add(slack)}
		r.add(listed{id, offered, appointment}, during)
		r.add(listed{of: hour, what: given}, during)
		during = span{over.Add(-slack), ended}
		if outcome != "lapsed" { // which nobody asks for, and nobody is told of here
			during.answer = r.answered(t, id, over)
			r.add(listed{id, outcome, appointment}, during)
		}
		if outcome != accepted {
			r.add(listed{of: hour, what: back}, during)
		}
	}
	for _, w := range query[[]string](t, url, `
		SELECT ARRAY[w.id, to_char(w.ended_at AT TIME ZONE 'UTC', $1)]
		FROM waitlist_wishes w
		WHERE w.status = 'removed' AND NOT EXISTS (SELECT 1 FROM waitlist_offers f WHERE f.wish_id = w.id AND f.outcome = 'withdrawn')`, pgMicroseconds) {
		over := microseconds(t, w[1])
		r.add(listed{of: w[0], what: removed}, span{over.Add(-slack), r.answered(t, w[0], over)})
	}
	for _, b := range query[[]string](t, url, `
		SELECT ARRAY[a.notes, to_char(a.starts_at AT TIME ZONE o.timezone, 'HH24:MI')]
		FROM appointments a JOIN outlets o ON o.id = a.outlet_id
		WHERE a.notes LIKE 'rival-%'`) {
		r.add(listed{of: b[1], what: taken}, r.rivals[b[0]])
	}
}

// pgMicroseconds is how PostgreSQL writes what microseconds reads.
const pgMicroseconds = `YYYY-MM-DD"T"HH24:MI:SS.US"Z"`

func microseconds(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// answered is the last answer to those who were asking for the end of a wish, or of its
// offer, at that time.
func (r *record) answered(t testing.TB, id string, at time.Time) (last time.Time) {
	t.Helper()
	for _, s := range r.asked[id] {
		if at.After(s.call.Add(-slack)) && at.Before(s.answer) && s.answer.After(last) {
			last = s.answer
		}
	}
	if last.IsZero() {
		t.Fatalf("nobody asked for what ended wish %s at %s", id, at)
	}
	return last
}

// check looks for an order in which what happened and what was told make sense.
func (r *record) check(t testing.TB) {
	t.Helper()
	counts := map[string]int{}
	for _, operation := range r.operations {
		counts[operation.Input.(listed).what]++
	}
	t.Logf("history: %v", counts)
	for _, what := range []string{freed, taken, refused, given, back, toldAccepted, toldDeclined, toldNone} {
		if counts[what] == 0 {
			t.Errorf("the history is too dull to show anything: nothing was %s", what)
		}
	}
	model := listModel()
	for _, one := range model.Partition(r.operations) {
		if result := porcupine.CheckOperationsTimeout(model, one, checkTime); result != porcupine.Ok {
			t.Errorf("what was told fits no order: %s\n%s", result, story(one))
		}
	}
}

// story is a history for people, by when things were asked.
func story(operations []porcupine.Operation) string {
	var lines strings.Builder
	for _, operation := range sortedByCall(operations) {
		fmt.Fprintf(&lines, "%s to %s: %+v\n", time.Unix(0, operation.Call).Format("05.000000"),
			time.Unix(0, operation.Return).Format("05.000000"), operation.Input)
	}
	return lines.String()
}
