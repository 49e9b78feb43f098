package storm_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"reserva/internal/config"
	"reserva/internal/kit/id"
	"reserva/internal/kit/pgserver"
	"reserva/internal/testkit"
)

const (
	kills   = 10
	callers = 16
)

// Two servers share a database, and one of them is killed again and again. The other
// notices nothing, and does the work of the dead.
func TestOneOfTwoServersIsKilled(t *testing.T) {
	t.Parallel()
	database := testkit.FreshURL(t)
	d := openDatabase(t, database)
	settings := sharedDatabase(t, database)
	// Each server has a user of its own, so that one can tell when the database has
	// heard of its end.
	start := func(user string) *server {
		f := settings()
		f.DatabaseURL = asUser(t, database, user)
		return startServer(t, f)
	}
	users := []string{newSuperuser(t, database), newSuperuser(t, database)}
	servers := make([]*server, len(users))
	doors := make([]*testkit.World, len(users))
	for i, user := range users {
		servers[i] = start(user)
		doors[i] = mortal(door(t, servers[i], d))
		t.Cleanup(func() {
			servers[i].stop()
			servers[i].check(t, false)
		})
	}
	k := newKilling(newShop(members, callers, doors...))
	d.Close()
	for round := range kills {
		victim := round % len(servers)
		k.storm(t, func() { servers[victim].kill() }, func(i int) bool { return i%len(servers) == victim })
		servers[victim].check(t, true)
		eventually(t, func() []string {
			return query[string](t, database, `SELECT 'connection ' || pid FROM pg_stat_activity WHERE usename = $1`, users[victim])
		})
		servers[victim] = start(users[victim])
		doors[victim].Handler = newRemote(servers[victim].url)
		k.compare(t, database)
	}
	k.askAgain(t, database)
	k.check(t)
	checkWhole(t, database)
	takeOver(t, database)
	checkDone(t, database)
}

// A server with a PostgreSQL of its own is killed again and again, and its
// PostgreSQL with it: stopped by the system as its parent is gone, or killed as well.
func TestTheServerAndItsDatabaseAreKilled(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	settings := config.Flags{Data: data}
	s := startServer(t, settings)
	t.Cleanup(func() {
		s.stop()
		s.check(t, false)
	})
	database := privateURL(t, data)
	d := openDatabase(t, database)
	entrance := mortal(door(t, s, d))
	k := newKilling(newShop(members, callers, entrance))
	d.Close()
	k.mayDie = true
	for round := range kills {
		k.storm(t, func() {
			if round%2 == 1 {
				killPostgres(t, data)
			}
			s.kill()
		}, func(int) bool { return true })
		s.check(t, true)
		s = startServer(t, settings)
		entrance.Handler = newRemote(s.url)
		database = privateURL(t, data)
		k.compare(t, database)
	}
	k.askAgain(t, database)
	k.check(t)
	checkWhole(t, database)
	checkDone(t, database)
}

// killing is a history with deaths in it.
type killing struct {
	*history
	callers []*caller
	lost    []unknown // bookings without an answer, after they were settled
}

func newKilling(s *shop) *killing {
	k := &killing{history: newHistory(s, 6)}
	for i := range callers {
		k.callers = append(k.callers, k.caller(i))
	}
	return k
}

// storm lets the callers ask until a good number of them were answered, kills, and
// goes on until those whose server has died know it, and the others were answered
// some more.
func (k *killing) storm(t *testing.T, kill func(), dies func(i int) bool) {
	t.Helper()
	var answered atomic.Int64
	var over atomic.Bool
	before := 20 + k.callers[0].random.Int64N(40)
	ready, killed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(killed)
		<-ready
		kill()
		over.Store(true)
	}()
	atOnce(len(k.callers), func(i int) {
		c := k.callers[i]
		for c.gone = false; !c.gone; {
			if over.Load() && !dies(i) {
				return
			}
			c.act()
			if answered.Add(1) == before {
				close(ready)
			}
		}
		if !dies(i) {
			t.Errorf("caller %d was not answered by the server that lives", i)
		}
	})
	<-killed
}

// compare settles what callers were not told, and holds what they know against what
// is stored.
func (k *killing) compare(t *testing.T, database string) {
	t.Helper()
	for _, u := range k.unanswered {
		u.happened = k.settle(t, database, u)
		if u.again != nil {
			k.lost = append(k.lost, u)
		}
	}
	k.unanswered = nil
	stored := map[string]string{}
	for _, row := range query[[]string](t, database, `SELECT ARRAY[id, status] FROM appointments`) {
		stored[row[0]] = row[1]
	}
	for appointment, told := range k.told {
		if stored[appointment] != told {
			t.Errorf("appointment %s is %q and was told to be %s", appointment, stored[appointment], told)
		}
	}
	if len(stored) != len(k.told) {
		t.Errorf("%d appointments are stored, and %d are known of", len(stored), len(k.told))
	}
}

// settle looks up what became of an operation whose answer was lost, and enters it
// into the history if it happened.
func (k *killing) settle(t *testing.T, database string, u unknown) (happened bool) {
	t.Helper()
	in := u.Input.(request)
	if u.appointment != "" {
		k.told[u.appointment] = query[string](t, database, `SELECT status FROM appointments WHERE id = $1`, u.appointment)[0]
		if k.told[u.appointment] != "cancelled" {
			return false
		}
	} else {
		found := query[[]string](t, database, `
			SELECT ARRAY[a.id, a.status] || ARRAY(SELECT l.staff_id FROM appointment_lines l WHERE l.appointment_id = a.id ORDER BY l.position)
			FROM appointments a WHERE a.notes = $1`, u.note)
		if len(found) == 0 {
			return false
		}
		if len(found) > 1 || len(found[0]) != 2+len(in.legs) {
			t.Fatalf("booking %s is stored as %v", u.note, found)
		}
		k.told[found[0][0]] = found[0][1]
		legs := slices.Clone(in.legs)
		for i, staff := range found[0][2:] {
			legs[i].member = k.s.member(staff)
		}
		u.Output = reply{legs: legs}
	}
	u.Return = k.now()
	k.operations = append(k.operations, u.Operation)
	return true
}

// askAgain sends lost bookings once more, with the keys that they had: what happened
// does not happen again, and what did not may happen now.
func (k *killing) askAgain(t *testing.T, database string) {
	t.Helper()
	asked := k.now()
	atOnce(len(k.lost), func(i int) {
		if o := k.lost[i].again(); o.Status != http.StatusCreated && o.Status != http.StatusConflict {
			t.Errorf("asked again for %s: %s", k.lost[i].note, o)
		}
	})
	happened := 0
	for _, u := range k.lost {
		if u.happened {
			happened++
			continue
		}
		u.Call = asked
		k.settle(t, database, u)
	}
	t.Logf("%d bookings were not answered, of which %d happened", len(k.lost), happened)
	k.compare(t, database)
}

// mortal lets the server leave requests unanswered.
func mortal(w *testkit.World) *testkit.World {
	inspect := w.Inspect
	w.Inspect = func(method, path string, a testkit.Answer) []string {
		if a.Status >= http.StatusInternalServerError {
			return nil
		}
		return inspect(method, path, a)
	}
	return w
}

// takeOver lets the time pass after which the jobs that killed servers had begun are
// begun anew.
func takeOver(t *testing.T, database string) {
	t.Helper()
	for _, sql := range []string{
		`UPDATE river.river_job SET attempted_at = attempted_at - interval '10 minutes' WHERE state = 'running' AND kind = 'event' RETURNING id`,
		`DELETE FROM river.river_leader RETURNING 1`,
	} {
		query[int64](t, database, sql)
	}
}

// newSuperuser makes a user for one server.
func newSuperuser(t *testing.T, database string) string {
	t.Helper()
	name := "storm_" + string(id.Random())
	execute := func(ctx context.Context, sql string) {
		conn, err := pgx.Connect(ctx, database)
		if err == nil {
			_, err = conn.Exec(ctx, sql)
			_ = conn.Close(ctx)
		}
		if err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	execute(t.Context(), fmt.Sprintf("CREATE ROLE %s SUPERUSER LOGIN PASSWORD '%s'", name, name))
	// The server that ran as it may have made objects.
	t.Cleanup(func() {
		execute(context.Background(), fmt.Sprintf("REASSIGN OWNED BY %[1]s TO CURRENT_USER; DROP OWNED BY %[1]s; DROP ROLE %[1]s", name))
	})
	return name
}

func asUser(t *testing.T, database, name string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(name, name)
	return u.String()
}

// dataFolder is one that the user who runs PostgreSQL for root can enter.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "reserva-storm-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "data")
}

func privateURL(t *testing.T, data string) string {
	t.Helper()
	database, err := pgserver.Running(data)
	if err != nil {
		t.Fatal(err)
	}
	return database
}

// killPostgres ends the PostgreSQL of the data folder without a chance to finish
// anything.
func killPostgres(t *testing.T, data string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "postgres", "postmaster.pid"))
	if err != nil {
		t.Error(err)
		return
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(line))
	if err != nil || pid <= 1 {
		t.Errorf("postmaster.pid: %q", line)
		return
	}
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Error(err)
	}
}
