package proof_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// People wait for what is taken, day by day, on two servers and one clock. However
// wishes, cancellations, answers and silence follow one another, a freed time has at
// most one winner, who has it alone, and in the end nobody is left with a promise.
func TestWishes(t *testing.T) {
	t.Parallel()
	seed, days := option(t, "seed"), int(option(t, "days"))
	one, other := world.Two(t)
	l := &line{
		World: one, servers: []*testkit.World{one, other}, random: rand.New(rand.NewPCG(seed, 3)),
		counts: map[string]int{},
	}
	l.open()
	for day := range days {
		l.live()
		l.check()
		if t.Failed() {
			t.Fatalf("on day %d; to repeat: go test ./internal/proof -run TestWishes -seed %d -days %d", day, seed, days)
		}
	}
	l.end()
	t.Logf("%d days from seed %d: %v", days, seed, l.counts)
	for _, lived := range []string{"wished", "freed", "accepted", "declined", "left", "too late"} {
		if l.counts[lived] == 0 && days >= fewDays {
			t.Errorf("nothing was %s: the days are too dull to show anything", lived)
		}
	}
}

// line is the simulation: one chair, from ten to two o'clock, that is sold out for the
// days to come.
type line struct {
	*testkit.World
	servers []*testkit.World
	random  *rand.Rand
	counts  map[string]int

	tenant  *testkit.Tenant
	outlet  *testkit.Outlet
	service *testkit.Service
	staff   *testkit.StaffMember
	people  []testkit.Customer

	signedIn time.Time // the administrator
	wishes   []string  // those that may still be waiting
}

// ahead is how many days ahead the chair is sold.
const ahead = 3

func (l *line) oneIn(n int) bool { return l.random.IntN(n) == 0 }

func (l *line) open() {
	l.Helper()
	l.tenant = l.Tenant().Plan("ENTERPRISE")
	l.outlet, l.service = l.tenant.Outlet(), l.tenant.Service()
	l.staff = l.tenant.Staff(l.outlet, []*testkit.Service{l.service})
	for range 8 {
		l.people = append(l.people, l.tenant.WalkIn())
	}
	for day := 1; day <= ahead; day++ {
		l.sellOut(day)
	}
}

// sellOut opens a day, for which nobody waits yet, and books it full.
func (l *line) sellOut(day int) {
	l.Helper()
	l.staff.WorkingHours(l.Day(day), "10:00", "14:00")
	for hour := 10; hour < 14; hour++ {
		l.tenant.Book(l.outlet, l.service, l.tenant.WalkIn(), day, fmt.Sprintf("%02d:00", hour))
	}
}

// ask asks one of the servers as the desk.
func (l *line) ask(method, path string, body any) testkit.Answer {
	l.Helper()
	if l.Clock.Now().Sub(l.signedIn) > 25*time.Minute {
		l.signIn()
	}
	answer := l.servers[l.random.IntN(len(l.servers))].Send(testkit.Request{As: l.tenant.Admin, Method: method, Path: path, Body: body})
	if answer.Status >= 500 {
		l.Fatalf("%s %s: %d %s", method, path, answer.Status, answer.Body)
	}
	return answer
}

func (l *line) signIn() {
	l.Helper()
	l.tenant.Admin, l.signedIn = l.tenant.SignIn(l.tenant.Email), l.Clock.Now()
}

// live is one day, from eight o'clock to eight o'clock.
func (l *line) live() {
	l.Helper()
	for range 8 + l.random.IntN(8) {
		switch n := l.random.IntN(10); {
		case n < 4:
			l.wish()
		case n < 6:
			l.free()
		case n < 9:
			l.answer()
		default:
			l.leave()
		}
		if !l.oneIn(3) {
			l.servers[l.random.IntN(len(l.servers))].RunJobs()
		}
		l.Advance(time.Duration(l.random.IntN(25)) * time.Minute)
		if l.oneIn(3) {
			l.every("appointments.expire")
		}
	}
	l.Clock.Set(l.Clock.Now().Truncate(24 * time.Hour).Add(time.Hour)) // eight in the morning in Jakarta
	l.Advance(24 * time.Hour)
	l.signIn()
	l.every("appointments.expire")
	l.every("waitlist.tidy")
	l.every("waitlist.sweep")
	l.sellOut(ahead)
}

func (l *line) every(name string) {
	l.Helper()
	server := l.servers[l.random.IntN(len(l.servers))]
	server.Every(name)
	server.RunJobs()
}

func (l *line) wish() {
	l.Helper()
	l.Advance(time.Second) // of two wishes of one moment chance would say which was first
	body := object{
		"customer_id": l.people[l.random.IntN(len(l.people))].ID, "outlet_id": l.outlet.ID, "service_id": l.service.ID,
		"date_from": l.Day(1 + l.random.IntN(ahead)),
	}
	if l.oneIn(2) {
		body["date_to"] = l.Day(ahead)
	}
	if l.oneIn(3) {
		body["time_from"], body["time_to"] = "11:00", "14:00"
	}
	switch made := l.ask("POST", "/waitlist", body); made.Status {
	case http.StatusCreated:
		l.wishes = append(l.wishes, made.Text("id"))
		l.counts["wished"]++
	case http.StatusConflict, http.StatusUnprocessableEntity: // waits already, or it is free, or the dates are reversed
	default:
		l.Errorf("wish: %d %s", made.Status, made.Body)
	}
}

// free cancels a visit that stands.
func (l *line) free() {
	l.Helper()
	standing := rowsOf[string](l, `
		SELECT id FROM appointments WHERE tenant_id = $1 AND status = 'confirmed' AND starts_at > $2 ORDER BY starts_at, id`, l.tenant.ID, l.Clock.Now())
	if len(standing) == 0 {
		return
	}
	answer := l.ask("POST", "/appointments/"+standing[l.random.IntN(len(standing))]+"/cancel", object{"cancellation_reason": "Plans changed."})
	if answer.Status != http.StatusOK {
		l.Errorf("cancel: %d %s", answer.Status, answer.Body)
	}
	l.counts["freed"]++
}

// answer accepts or declines an offer, at times one that is open no more.
func (l *line) answer() {
	l.Helper()
	offered := rowsOf[string](l, `
		SELECT wish_id FROM waitlist_offers WHERE tenant_id = $1 ORDER BY outcome IS NULL DESC, offered_at DESC, starts_at, outcome LIMIT 3`, l.tenant.ID)
	if len(offered) == 0 {
		return
	}
	wish := offered[0]
	if l.oneIn(4) {
		wish = offered[l.random.IntN(len(offered))]
	}
	verb, done := "accept", "accepted"
	if l.oneIn(3) {
		verb, done = "decline", "declined"
	}
	switch answer := l.ask("POST", "/waitlist/"+wish+"/"+verb, nil); answer.Status {
	case http.StatusOK:
		l.counts[done]++
	case http.StatusConflict:
		l.counts["too late"]++
	default:
		l.Errorf("%s: %d %s", verb, answer.Status, answer.Body)
	}
}

func (l *line) leave() {
	l.Helper()
	if len(l.wishes) == 0 {
		return
	}
	i := l.random.IntN(len(l.wishes))
	wish := l.wishes[i]
	l.wishes = slices.Delete(l.wishes, i, i+1)
	switch answer := l.ask("DELETE", "/waitlist/"+wish, nil); answer.Status {
	case http.StatusNoContent:
		l.counts["left"]++
	case http.StatusConflict: // it is over
	default:
		l.Errorf("leave: %d %s", answer.Status, answer.Body)
	}
}

// promises lists queries for what must not be at any time.
func promises() map[string]string {
	return map[string]string{
		"a wish has two open offers": `
			SELECT wish_id FROM waitlist_offers WHERE tenant_id = $1 AND outcome IS NULL GROUP BY wish_id HAVING count(*) > 1`,
		"a wish was granted twice": `
			SELECT wish_id FROM waitlist_offers WHERE tenant_id = $1 AND outcome = 'accepted' GROUP BY wish_id HAVING count(*) > 1`,
		"a time was promised to two at once": `
			SELECT a.id || ' ' || b.id
			FROM waitlist_offers a JOIN waitlist_offers b ON b.tenant_id = $1 AND b.id > a.id
				AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
			JOIN appointments x ON x.tenant_id = $1 AND x.id = a.appointment_id AND x.status IN ('pending', 'confirmed')
			JOIN appointments y ON y.tenant_id = $1 AND y.id = b.appointment_id AND y.status IN ('pending', 'confirmed')
			WHERE a.tenant_id = $1 AND coalesce(x.hold_until, 'infinity') > $2 AND coalesce(y.hold_until, 'infinity') > $2`,
		"a visit that was accepted does not stand, and was not cancelled": `
			SELECT f.wish_id || ' ' || a.status
			FROM waitlist_offers f JOIN appointments a ON a.tenant_id = $1 AND a.id = f.appointment_id
			WHERE f.tenant_id = $1 AND f.outcome = 'accepted' AND a.status NOT IN ('confirmed', 'cancelled')`,
		"an offer that ended holds its time": `
			SELECT f.wish_id FROM waitlist_offers f JOIN appointment_lines l ON l.tenant_id = $1 AND l.appointment_id = f.appointment_id AND l.seat IS NOT NULL
			WHERE f.tenant_id = $1 AND f.outcome IN ('declined', 'lapsed', 'withdrawn')`,
		"two visits stand at the same time": `
			SELECT a.id || ' ' || b.id
			FROM appointments a JOIN appointments b ON b.tenant_id = $1 AND b.id > a.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
			WHERE a.tenant_id = $1 AND a.status = 'confirmed' AND b.status = 'confirmed'`,
	}
}

func (l *line) check() {
	l.Helper()
	for name, sql := range promises() {
		args := []any{l.tenant.ID}
		if strings.Contains(sql, "$2") {
			args = append(args, l.Clock.Now())
		}
		for _, found := range rowsOf[string](l, sql, args...) {
			l.Errorf("%s: %s", name, found)
		}
	}
}

// end lets all windows pass: nobody waits any more, and nothing is held.
func (l *line) end() {
	l.Helper()
	l.Advance((ahead + 2) * 24 * time.Hour)
	for _, name := range []string{"appointments.expire", "waitlist.tidy", "waitlist.sweep"} {
		l.every(name)
	}
	for _, left := range rowsOf[string](l, `
		SELECT id || ' ' || status FROM waitlist_wishes WHERE tenant_id = $1 AND ended_at IS NULL
		UNION ALL
		SELECT wish_id || ' is offered' FROM waitlist_offers WHERE tenant_id = $1 AND outcome IS NULL`, l.tenant.ID) {
		l.Errorf("in the end a wish is left: %s", left)
	}
}

// rowsOf reads a column as superuser; $2, where there is one, is the time.
func rowsOf[T any](l *line, sql string, args ...any) []T {
	l.Helper()
	rows, err := l.DB.Pool().Query(l.Context(), sql, args...)
	if err != nil {
		l.Fatalf("%v\n%s", err, sql)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		l.Fatalf("%v\n%s", err, sql)
	}
	return found
}
