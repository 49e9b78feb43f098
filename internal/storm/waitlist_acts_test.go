package storm_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"reserva/internal/testkit"
)

// free cancels appointments one after another; some are wanted again at once.
func (q *queue) free() {
	defer q.over.Store(true)
	for i, a := range q.booked[:freedTimes] {
		// One that was not answered may have happened.
		got, during := q.timed(http.MethodDelete, "/appointments/"+a.appointment, testkit.Object{"cancellation_reason": "plans changed"})
		if got.Status != http.StatusOK && got.Status != http.StatusConflict {
			q.Errorf("cancel: %d", got.Status)
		}
		q.record.add(listed{of: a.hour, what: freed}, during)
		if i%6 == 0 { // before anybody who waits, as a rule
			q.take(a.hour, fmt.Sprintf("rival-at-once-%d", i))
		}
		q.freed.Add(1)
		time.Sleep(150 * time.Millisecond)
	}
	time.Sleep(time.Second)
}

// waitFor waits until so many times were freed.
func (q *queue) waitFor(n int64) {
	for q.freed.Load() < n && !q.over.Load() {
		time.Sleep(10 * time.Millisecond)
	}
}

// rival books what it can.
func (q *queue) rival() {
	random := rand.New(rand.NewPCG(3, 3))
	for i := 0; !q.over.Load(); i++ {
		q.take(fmt.Sprintf("%02d:00", 8+random.IntN(12)), fmt.Sprintf("rival-%d", i))
		time.Sleep(100 * time.Millisecond)
	}
}

// take books an hour for a rival, at times twice where an answer was lost.
func (q *queue) take(hour, note string) {
	got, during := q.timed(http.MethodPost, "/appointments", testkit.Object{
		"customer_id": q.rivalling.ID, "outlet_id": q.outlet.ID, "appointment_date": q.door(0).Day(3), "start_time": hour,
		"services": []testkit.Object{{"service_id": q.service.ID}}, "notes": note,
	})
	q.record.rivalled(note, during)
	switch o := outcomeOf(got); {
	case o.lost():
		q.record.add(listed{of: hour, what: refused}, during)
	case o.Status != http.StatusCreated:
		q.Errorf("a rival books: %s", o)
	}
}

// answer accepts and declines open offers, and takes wishes off the list; several do so
// at once, to the same offers.
func (q *queue) answer(seed uint64) {
	random := rand.New(rand.NewPCG(5, seed))
	for !q.over.Load() {
		var open struct {
			Items []struct {
				Wish        string `json:"wish_id"`
				Appointment string `json:"appointment_id"`
			}
		}
		got, during := q.timed(http.MethodGet, "/waitlist/offers?outcome=open&size=100", nil)
		got.Into(&open)
		for _, f := range open.Items {
			q.record.listed(f.Wish, f.Appointment, during)
			if strings.ContainsAny(f.Wish[len(f.Wish)-1:], "0123") {
				continue // some never look
			}
			switch n := random.IntN(10); {
			case n < 3:
				q.end(f.Wish, accepted)
			case n < 6:
				q.end(f.Wish, declined)
			case n < 7:
				q.end(f.Wish, removed)
			} // or not now
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// end accepts or declines what a wish is offered, or removes the wish.
func (q *queue) end(wish, how string) {
	ask := map[string][2]string{
		accepted: {http.MethodPost, "/waitlist/" + wish + "/accept"},
		declined: {http.MethodPost, "/waitlist/" + wish + "/decline"},
		removed:  {http.MethodDelete, "/waitlist/" + wish},
	}[how]
	got, during := q.timed(ask[0], ask[1], nil)
	if how == accepted && got.Status == http.StatusOK {
		q.accepted.Store(got.Text("id"), true)
	}
	if err := q.record.told(wish, how, got, during); err != nil {
		q.Error(err)
	}
}

// leave takes those who still wait off the list.
func (q *queue) leave() {
	var waiting struct{ Items []struct{ ID string } }
	q.ask(http.MethodGet, "/waitlist?status=waiting&size=100", nil).Into(&waiting)
	for _, w := range waiting.Items {
		q.end(w.ID, removed)
	}
}
