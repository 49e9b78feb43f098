package storm_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/testkit"
)

const (
	queueing   = 40 // customers who wait
	freedTimes = 24 // of 36 that are booked, on one day
	deaths     = 4
)

// Many customers wait, and times are freed at random while others try to book them and
// offers are answered this way and that; of two servers one is killed again and again.
// Each time has one owner, the line is served in order, and every offer ends.
func TestTheWaitlistInAStorm(t *testing.T) {
	t.Parallel()
	database := testkit.FreshURL(t)
	d := openDatabase(t, database)
	settings := sharedDatabase(t, database)
	servers := []*server{startServer(t, settings()), startServer(t, settings())}
	doors := make([]*testkit.World, len(servers))
	for i := range servers {
		doors[i] = mortal(door(t, servers[i], d))
		t.Cleanup(func() {
			servers[i].stop()
			servers[i].check(t, false)
		})
	}
	q := newQueue(t, database, doors)
	d.Close()

	var group sync.WaitGroup
	group.Go(q.free)
	group.Go(q.rival)
	for i := range 4 {
		group.Go(func() { q.answer(uint64(i)) })
	}
	for round := range deaths {
		victim := round % len(servers)
		q.waitFor(int64((round + 1) * freedTimes / (deaths + 2)))
		servers[victim].kill()
		servers[victim].check(t, true)
		servers[victim] = startServer(t, settings())
		q.move(victim, servers[victim].url)
	}
	group.Wait()
	takeOver(t, database)
	awaitJobs(t, database)
	q.leave()
	q.lapse()
	takeOver(t, database)
	awaitJobs(t, database)
	q.check()
	q.record.complete(t, database)
	q.record.check(t)
}

// place is an appointment, and when it begins.
type place struct{ appointment, hour string }

// queue is the shop with the line before it.
type queue struct {
	testing.TB
	url       string
	tenant    *testkit.Tenant
	outlet    *testkit.Outlet
	service   *testkit.Service
	rivalling testkit.Customer
	booked    []place
	record    record

	mu       sync.RWMutex
	doors    []*testkit.World
	freed    atomic.Int64
	over     atomic.Bool
	accepted sync.Map // appointments of which somebody was told that they were accepted
}

func newQueue(t *testing.T, url string, doors []*testkit.World) *queue {
	w := doors[0]
	q := &queue{
		TB: t, url: url, doors: doors, tenant: w.Tenant().Plan("ENTERPRISE"),
		record: record{asked: map[string][]span{}, rivals: map[string]span{}, seen: map[string]time.Time{}},
	}
	q.outlet, q.service = q.tenant.Outlet(), q.tenant.Service()
	for range 3 {
		q.tenant.Staff(q.outlet, []*testkit.Service{q.service}).WorkingHours(w.Day(3), "08:00", "20:00")
	}
	guest := q.tenant.WalkIn()
	q.rivalling = q.tenant.WalkIn()
	for hour := 8; hour < 20; hour++ {
		for range 3 {
			at := fmt.Sprintf("%02d:00", hour)
			q.booked = append(q.booked, place{string(q.tenant.Book(q.outlet, q.service, guest, 3, at)), at})
		}
	}
	rand.New(rand.NewPCG(7, 7)).Shuffle(len(q.booked), func(i, j int) { q.booked[i], q.booked[j] = q.booked[j], q.booked[i] })
	for range queueing {
		w.JSON(q.tenant.Admin, http.MethodPost, "/waitlist", testkit.Object{
			"customer_id": q.tenant.WalkIn().ID, "outlet_id": q.outlet.ID, "service_id": q.service.ID, "date_from": w.Day(3),
		})
	}
	return q
}

// door is one of the servers, which may be dead.
func (q *queue) door(i int) *testkit.World {
	q.mu.RLock()
	defer q.mu.RUnlock()
	return q.doors[i%len(q.doors)]
}

// move lets a door lead to the server that took the place of a dead one.
func (q *queue) move(i int, url string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	moved := *q.doors[i]
	moved.Handler = newRemote(url)
	q.doors[i] = &moved
}

// ask sends until a server answers.
func (q *queue) ask(method, path string, body any) testkit.Answer {
	answer, _ := q.timed(method, path, body)
	return answer
}

// timed asks and tells when.
func (q *queue) timed(method, path string, body any) (testkit.Answer, span) {
	during := span{call: time.Now()}
	for i := 0; ; i++ {
		answer := q.door(i).Send(testkit.Request{As: q.tenant.Admin, Method: method, Path: path, Body: body})
		answered := answer.Status < http.StatusInternalServerError
		if answered || i == maxAsked {
			if !answered {
				q.Errorf("%s %s is never answered: %d %s", method, path, answer.Status, answer.Body)
			}
			during.answer, during.again = time.Now(), i > 0
			return answer, during
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// maxAsked bounds how often one request is sent: the servers are not dead for so long.
const maxAsked = 100

// lapse lets the time pass that open offers are held for.
func (q *queue) lapse() {
	eventually(q, func() []string {
		query[string](q, q.url, `
			WITH open AS (
				UPDATE waitlist_offers SET expires_at = now() WHERE outcome IS NULL AND expires_at > now() RETURNING appointment_id),
			lines AS (UPDATE appointment_lines l SET lapses_at = now() FROM open WHERE l.appointment_id = open.appointment_id AND seat IS NOT NULL RETURNING session_id),
			busy AS (UPDATE occupancies o SET lapses_at = now() FROM lines WHERE o.session_id = lines.session_id)
			UPDATE appointments a SET hold_until = now() FROM open WHERE a.id = open.appointment_id RETURNING a.id`)
		return query[string](q, q.url, `SELECT 'an offer for wish ' || wish_id FROM waitlist_offers WHERE outcome IS NULL`)
	})
}

// check looks for what must not be.
func (q *queue) check() {
	for name, sql := range half {
		switch name {
		case "an appointment without its one audit entry", "a number of jobs other than one for each subscriber":
			continue // of what was booked, and an offer is not
		}
		for _, found := range query[string](q, q.url, sql) {
			q.Errorf("%s: %s", name, found)
		}
	}
	for name, sql := range map[string]string{
		"a wish that was offered something before another that was ahead of it": `
			WITH first AS (
				SELECT w.id, row_number() OVER (ORDER BY w.created_at, w.id) AS place,
					(SELECT min(g.id) FROM audit_log g WHERE g.object_id = w.id AND g.action = 'waitlist.offered') AS offered
				FROM waitlist_wishes w)
			SELECT b.place || ' before ' || a.place
			FROM first a JOIN first b ON b.place > a.place AND b.offered < a.offered`,
		"a wish that waits while one behind it was served": `
			SELECT w.id FROM waitlist_wishes w
			WHERE NOT EXISTS (SELECT 1 FROM waitlist_offers f WHERE f.wish_id = w.id) AND EXISTS (
				SELECT 1 FROM waitlist_wishes v JOIN waitlist_offers f ON f.wish_id = v.id
				WHERE (v.created_at, v.id) > (w.created_at, w.id)) AND w.status = 'waiting'`,
		"a wish and an offer that do not say the same": `
			SELECT w.id || ' ' || w.status
			FROM waitlist_wishes w
			WHERE w.status = 'offered'
				OR (w.status = 'accepted')::int <> (SELECT count(*) FROM waitlist_offers f WHERE f.wish_id = w.id AND f.outcome = 'accepted')
				OR (w.status = 'lapsed')::int <> (SELECT count(*) FROM waitlist_offers f WHERE f.wish_id = w.id AND f.outcome = 'lapsed')`,
		"an offer and an appointment that do not say the same": `
			SELECT f.appointment_id || ' ' || f.outcome || ' ' || a.status
			FROM waitlist_offers f JOIN appointments a ON a.id = f.appointment_id
			WHERE (f.outcome = 'accepted') <> (a.accepted_at IS NOT NULL AND a.status = 'confirmed')
				OR f.outcome <> 'accepted' AND a.status <> 'cancelled'`,
		"an appointment of the list without its offer": `
			SELECT a.id FROM appointments a
			WHERE a.source = 'waitlist' AND 1 <> (SELECT count(*) FROM waitlist_offers f WHERE f.appointment_id = a.id)`,
		"an offer without its mail": `
			SELECT f.id FROM waitlist_offers f
			WHERE f.outcome = 'lapsed' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.reference = 'waitlist:lapsed:' || f.id)`,
	} {
		for _, found := range query[string](q, q.url, sql) {
			q.Errorf("%s: %s", name, found)
		}
	}
	q.accepted.Range(func(appointment, _ any) bool {
		if n := query[int](q, q.url, `SELECT count(*) FROM appointments WHERE id = $1 AND status = 'confirmed'`, appointment)[0]; n != 1 {
			q.Errorf("somebody was told that %s is theirs, and it is not", appointment)
		}
		return true
	})
	ends := query[string](q, q.url, `SELECT outcome || ' ' || count(*) FROM waitlist_offers GROUP BY outcome ORDER BY outcome`)
	q.Logf("offers: %v", ends)
	if len(ends) < 4 {
		q.Error("the storm is too dull to show anything")
	}
}
