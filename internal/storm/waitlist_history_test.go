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
	asked      map[string][]span    // of a wish, when its end was asked for
	rivals     map[string]span      // by the note of a booking
	seen       map[string]time.Time // when an offer was first listed as open, by its appointment
}

// span is when something was asked and answered, by the wall clock, which the servers
// and the database go by as well.
type span struct {
	call, answer time.Time
	// again: it was sent more than once, and what was sent to a server that was killed
	// may have happened even after the answer.
	again bool
}

// by is until when what was asked for had happened, if it did.
func (s span) by(end time.Time) time.Time {
	if s.again {
		return end
	}
	return s.answer
}

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

// rivalled notes when a booking was asked for.
func (r *record) rivalled(note string, during span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rivals[note] = during
}

// listed notes that an offer was listed as open, once.
func (r *record) listed(id, appointment string, during span) {
	r.mu.Lock()
	_, known := r.seen[appointment]
	if !known {
		r.seen[appointment] = during.answer
	}
	r.mu.Unlock()
	if !known {
		r.add(listed{id, toldOpen, appointment}, during)
	}
}

// complete adds what happened without anybody's asking, or to those whose answer was
// lost, as the database has it. An offer is made after its transaction begins, and before
// it is listed or ended; an end lies between its transaction's begin and the answer to
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
		during := span{call: made.Add(-slack), answer: over.Add(slack)}
		if seen, ok := r.seen[appointment]; ok && seen.Before(during.answer) {
			during.answer = seen
		}
		r.add(listed{id, offered, appointment}, during)
		r.add(listed{of: hour, what: given}, during)
		during = span{call: over.Add(-slack), answer: ended}
		if outcome != "lapsed" { // which nobody asks for, and nobody is told of here
			during.answer = r.answered(t, id, over, ended)
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
		r.add(listed{of: w[0], what: removed}, span{call: over.Add(-slack), answer: r.answered(t, w[0], over, ended)})
	}
	for _, b := range query[[]string](t, url, `
		SELECT ARRAY[a.notes, to_char(a.starts_at AT TIME ZONE o.timezone, 'HH24:MI')]
		FROM appointments a JOIN outlets o ON o.id = a.outlet_id
		WHERE a.notes LIKE 'rival-%'`) {
		during := r.rivals[b[0]]
		during.answer = during.by(ended)
		r.add(listed{of: b[1], what: taken}, during)
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
func (r *record) answered(t testing.TB, id string, at, end time.Time) (last time.Time) {
	t.Helper()
	for _, s := range r.asked[id] {
		if by := s.by(end); at.After(s.call.Add(-slack)) && at.Before(by) && by.After(last) {
			last = by
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
	for _, what := range []string{freed, taken, refused, given, back, toldOpen, toldAccepted, toldDeclined, toldNone} {
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
