package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// chain is a tenant whose entries are sealed.
type chain struct {
	t      *testing.T
	db     *db.DB
	tenant id.ID
}

// newChain writes and seals entries one after the other.
func newChain(t *testing.T, entries int) chain {
	t.Helper()
	d := testkit.DB(t)
	c := chain{t, d, newTenant(t, d)}
	for i := range entries {
		c.record(d, i)
		if i%3 == 0 {
			c.seal()
		}
	}
	c.seal()
	return c
}

func (c chain) record(d *db.DB, i int) {
	c.t.Helper()
	err := d.Update(c.t.Context(), c.tenant, func(tx *db.Tx) error { record(tx, i); return nil })
	if err != nil {
		c.t.Fatal(err)
	}
}

// record writes an entry with all that JSON can hold.
func record(tx *db.Tx, i int) {
	value := map[string]any{
		"name": fmt.Sprintf("Größe \"%d\" <b>\n\u2028", i), "z": nil, "aa": true, "b": []any{1.50, -7.25, 1e21, "", false},
		"price": i, "inner": map[string]any{"y": []any{}, "x": map[string]any{}},
	}
	audit.Record(tx, access.System{Job: "test"}, "thing.changed", "thing", id.New(), nil, value)
}

func (c chain) seal() {
	c.t.Helper()
	if err := audit.NewSealer(c.db).Seal(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

func (c chain) slug() string { return "salon-" + string(c.tenant) }

// verify returns what is said of the chain.
func (c chain) verify(anchors audit.Anchors) audit.Chain {
	c.t.Helper()
	return verify(c.t, c.db, c.slug(), anchors)
}

func verify(t *testing.T, d *db.DB, slug string, anchors audit.Anchors) audit.Chain {
	t.Helper()
	var said []audit.Chain
	err := audit.Verify(t.Context(), d, audit.Check{Slug: slug, Anchors: anchors}, func(c audit.Chain) error {
		said = append(said, c)
		return nil
	})
	if err != nil || len(said) != 1 {
		t.Fatalf("verified %d chains: %v", len(said), err)
	}
	return said[0]
}

func (c chain) clean(seals int64) audit.Anchor {
	c.t.Helper()
	said := c.verify(nil)
	if said.Wrong != nil || said.Head.Seals != seals {
		c.t.Fatalf("the chain has %d seals, want %d; wrong: %v", said.Head.Seals, seals, said.Wrong)
	}
	return said.Head
}

// tamper runs statements as a superuser who has switched the triggers off.
func (c chain) tamper(statements ...string) {
	c.t.Helper()
	conn := testkit.Superuser(c.t)
	err := pgx.BeginFunc(c.t.Context(), conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(c.t.Context(), `SET LOCAL session_replication_role = replica`); err != nil {
			return err
		}
		for _, sql := range statements {
			// nth(n) is the id of the tenant's entry with that seal.
			sql = strings.ReplaceAll(sql, "$tenant", "'"+string(c.tenant)+"'")
			for n := range 20 {
				sql = strings.ReplaceAll(sql, fmt.Sprintf("nth(%d)", n),
					fmt.Sprintf("(SELECT entry FROM audit_seals WHERE tenant_id = '%s' AND seal = %d)", c.tenant, n))
			}
			done, err := tx.Exec(c.t.Context(), sql)
			if err != nil || done.RowsAffected() == 0 {
				return fmt.Errorf("%s: %v, %w", sql, done, err)
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

const (
	insertEntry = `INSERT INTO audit_log (tenant_id, at, actor_kind, action, object_kind, object_id)
		VALUES ($tenant, now(), 'system', 'thing.forged', 'thing', 'x')`
	insertOldEntry = `INSERT INTO audit_log (tenant_id, at, actor_kind, action, object_kind, object_id)
		VALUES ($tenant, now() - interval '2 days', 'system', 'thing.forged', 'thing', 'x')`
	enqueueLast = `INSERT INTO audit_unsealed SELECT tenant_id, max(id) FROM audit_log WHERE tenant_id = $tenant GROUP BY 1`
)

func TestTamperingIsFound(t *testing.T) {
	swap := func(columns ...string) string {
		sets := make([]string, len(columns))
		for i, column := range columns {
			sets[i] = column + " = o." + column
		}
		return `UPDATE audit_log e SET ` + strings.Join(sets, ", ") + ` FROM audit_log o
			WHERE e.tenant_id = $tenant AND o.tenant_id = $tenant AND (e.id, o.id) IN ((nth(3), nth(5)), (nth(5), nth(3)))`
	}
	all := swap("at", "actor_kind", "actor_id", "action", "object_kind", "object_id", "old", "new", "address", "request_id")
	for _, c := range []struct {
		name       string
		statements []string
		kind       string
		seal       int64
	}{
		{"a value changed", []string{`UPDATE audit_log SET new = jsonb_set(new, '{price}', '1') WHERE tenant_id = $tenant AND id = nth(4)`}, audit.Changed, 4},
		{"a digit of scale changed", []string{`UPDATE audit_log SET new = jsonb_set(new, '{b,0}', '1.50') WHERE tenant_id = $tenant AND id = nth(4)`}, audit.Changed, 4},
		{"an actor removed", []string{`UPDATE audit_log SET actor_id = '' WHERE tenant_id = $tenant AND id = nth(2)`}, audit.Changed, 2},
		{"a time moved by a microsecond", []string{`UPDATE audit_log SET at = at + interval '1 microsecond' WHERE tenant_id = $tenant AND id = nth(7)`}, audit.Changed, 7},
		{"an address set", []string{`UPDATE audit_log SET address = '192.0.2.7' WHERE tenant_id = $tenant AND id = nth(1)`}, audit.Changed, 1},
		{"a text moved to the next column", []string{`UPDATE audit_log SET action = action || object_kind, object_kind = '' WHERE tenant_id = $tenant AND id = nth(6)`}, audit.Changed, 6},
		{"old made of new", []string{`UPDATE audit_log SET old = new, new = NULL WHERE tenant_id = $tenant AND id = nth(6)`}, audit.Changed, 6},
		{"JSON null for none", []string{`UPDATE audit_log SET old = 'null' WHERE tenant_id = $tenant AND id = nth(6)`}, audit.Changed, 6},
		{"one removed from the middle", []string{`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(5)`}, audit.Removed, 5},
		{"one removed with its seal", []string{
			`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(5)`,
			`DELETE FROM audit_seals WHERE tenant_id = $tenant AND seal = 5`,
		}, audit.Removed, 5},
		{"one removed and the chain closed up", []string{
			`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(8)`,
			`DELETE FROM audit_seals WHERE tenant_id = $tenant AND seal = 8`,
			`UPDATE audit_seals SET seal = seal - 1 WHERE tenant_id = $tenant AND seal = 9`,
			`UPDATE audit_seals SET seal = seal - 1 WHERE tenant_id = $tenant AND seal = 10`,
			`UPDATE audit_heads SET seals = 9 WHERE tenant_id = $tenant`,
		}, audit.Changed, 8},
		{"the last removed", []string{`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(10)`}, audit.Removed, 10},
		{"the last removed with its seal", []string{
			`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(10)`,
			`DELETE FROM audit_seals WHERE tenant_id = $tenant AND seal = 10`,
		}, audit.Removed, 10},
		{"the last removed and counted off", []string{
			`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(10)`,
			`DELETE FROM audit_seals WHERE tenant_id = $tenant AND seal = 10`,
			`UPDATE audit_heads SET seals = 9 WHERE tenant_id = $tenant`,
		}, audit.Changed, 9},
		{"all seals removed", []string{`DELETE FROM audit_seals WHERE tenant_id = $tenant`}, audit.Removed, 1},
		{"seals and head removed", []string{
			`DELETE FROM audit_seals WHERE tenant_id = $tenant`, `DELETE FROM audit_heads WHERE tenant_id = $tenant`,
		}, audit.Inserted, 0},
		{"the head removed", []string{`DELETE FROM audit_heads WHERE tenant_id = $tenant`}, audit.Inserted, 1},
		{"two swapped", []string{all}, audit.Changed, 3},
		{"two seals swapped", []string{
			`UPDATE audit_seals SET seal = 99 WHERE tenant_id = $tenant AND seal = 3`,
			`UPDATE audit_seals SET seal = 3 WHERE tenant_id = $tenant AND seal = 4`,
			`UPDATE audit_seals SET seal = 4 WHERE tenant_id = $tenant AND seal = 99`,
		}, audit.Changed, 3},
		{"one inserted", []string{insertEntry}, audit.Inserted, 0},
		{"one inserted among the old", []string{insertOldEntry}, audit.Inserted, 0},
		{"one inserted among the old, to be sealed", []string{insertOldEntry, enqueueLast}, audit.Inserted, 11},
		{"one to be sealed again", []string{`INSERT INTO audit_unsealed SELECT tenant_id, id FROM audit_log WHERE tenant_id = $tenant AND id = nth(2)`}, audit.Inserted, 0},
		{"one removed before it was sealed", []string{
			insertEntry, enqueueLast, `DELETE FROM audit_log WHERE tenant_id = $tenant AND action = 'thing.forged'`,
		}, audit.Removed, 0},
		{"one inserted with a seal", []string{
			insertEntry,
			`INSERT INTO audit_seals SELECT l.tenant_id, 11, l.id, s.digest, s.sealed_at, s.since FROM audit_log l JOIN audit_seals s USING (tenant_id)
				WHERE l.tenant_id = $tenant AND l.action = 'thing.forged' AND s.seal = 10`,
			`UPDATE audit_heads SET seals = 11 WHERE tenant_id = $tenant`,
		}, audit.Changed, 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain := newChain(t, 10)
			chain.clean(10)
			chain.tamper(c.statements...)
			for _, when := range []string{"at once", "after the job has run again"} {
				if when != "at once" || c.seal <= 10 { // what waits is judged once it is sealed
					wrong := chain.verify(nil).Wrong
					if wrong == nil || wrong.Kind != c.kind || wrong.Seal != c.seal {
						t.Errorf("%s: found %v; want %s at seal %d", when, wrong, c.kind, c.seal)
					}
				}
				chain.seal()
			}
		})
	}
}

// What touches only how PostgreSQL keeps a row changes nothing.
func TestAnotherSpellingIsTheSameEntry(t *testing.T) {
	c := newChain(t, 4)
	c.tamper(
		`UPDATE audit_log SET new = (SELECT jsonb_object_agg(key, value ORDER BY key DESC) FROM jsonb_each(new)) WHERE tenant_id = $tenant`,
		`UPDATE audit_log SET at = (at AT TIME ZONE 'Asia/Jakarta') AT TIME ZONE 'Asia/Jakarta' WHERE tenant_id = $tenant`,
	)
	c.clean(4)
}

func TestWaitingTooLong(t *testing.T) {
	c := newChain(t, 2)
	c.record(testkit.DB(t, testkit.WithClock(func() time.Time { return time.Now().Add(-30 * time.Minute) })), 1)
	c.clean(2)
	c.record(testkit.DB(t, testkit.WithClock(func() time.Time { return time.Now().Add(-2 * time.Hour) })), 1)
	if wrong := c.verify(nil).Wrong; wrong == nil || wrong.Kind != audit.Unsealed {
		t.Errorf("found %v", wrong)
	}
}

// A chain that was written anew from the beginning fits together. Only a head that
// was kept elsewhere tells.
func TestAnchors(t *testing.T) {
	c := newChain(t, 6)
	kept := c.clean(6)
	c.record(c.db, 6)
	c.seal()
	anchors, err := audit.ReadAnchors(strings.NewReader("# heads of today\n\n" + string(c.tenant) + " " + kept.String() + " salon ok\n"))
	if err != nil {
		t.Fatal(err)
	}
	if said := c.verify(anchors); said.Wrong != nil || said.Head.Seals != 7 {
		t.Fatalf("an honest chain: %+v", said)
	}
	c.tamper(
		`DELETE FROM audit_log WHERE tenant_id = $tenant AND id = nth(2)`,
		`DELETE FROM audit_seals WHERE tenant_id = $tenant`, `DELETE FROM audit_heads WHERE tenant_id = $tenant`,
		`INSERT INTO audit_unsealed SELECT tenant_id, id FROM audit_log WHERE tenant_id = $tenant`,
	)
	c.seal()
	c.clean(6)
	if wrong := c.verify(anchors).Wrong; wrong == nil || wrong.Kind != audit.Changed || wrong.Seal != 6 {
		t.Errorf("a chain written anew: %v", wrong)
	}
	c.tamper(`DELETE FROM audit_log WHERE tenant_id = $tenant AND id >= nth(3)`, `DELETE FROM audit_seals WHERE tenant_id = $tenant`,
		`DELETE FROM audit_heads WHERE tenant_id = $tenant`, `INSERT INTO audit_unsealed SELECT tenant_id, id FROM audit_log WHERE tenant_id = $tenant`)
	c.seal()
	c.clean(2)
	if wrong := c.verify(anchors).Wrong; wrong == nil || wrong.Kind != audit.Removed || wrong.Seal != 3 {
		t.Errorf("a chain cut short: %v", wrong)
	}
}

func TestAnchorOfATenantThatIsGone(t *testing.T) {
	d, err := db.Open(t.Context(), db.Options{URL: testkit.FreshURL(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	gone := id.New()
	var said []audit.Chain
	err = audit.Verify(t.Context(), d, audit.Check{Anchors: audit.Anchors{gone: {3: audit.Digest{}}}}, func(c audit.Chain) error {
		said = append(said, c)
		return nil
	})
	if err != nil || len(said) != 1 || said[0].Tenant != gone || said[0].Wrong == nil || said[0].Wrong.Kind != audit.Removed {
		t.Errorf("found %+v, %v", said, err)
	}
}

func TestReadAnchorsRefuses(t *testing.T) {
	tenant := string(id.New())
	zeros, ones := strings.Repeat("0", 64), strings.Repeat("1", 64)
	for _, text := range []string{
		"salon", tenant, tenant + " 3", tenant + " 3:", tenant + " 3:" + zeros[2:], tenant + " x:" + zeros, tenant + " -1:" + zeros,
		"salon 3:" + zeros, tenant + " 3:" + strings.Repeat("x", 64), tenant + " 3:" + zeros + "\n" + tenant + " 3:" + ones,
	} {
		if _, err := audit.ReadAnchors(strings.NewReader(text)); err == nil {
			t.Errorf("read %q", text)
		}
	}
}

func TestVerifyNobody(t *testing.T) {
	err := audit.Verify(t.Context(), testkit.DB(t), audit.Check{Slug: "nobody"}, nil)
	if !errors.Is(err, audit.ErrNoTenant) {
		t.Errorf("%v", err)
	}
}

// Writers, some of whom commit late, and sealers, of whom each believes to be the
// only one: every entry is sealed once, and the chain fits at any time.
func TestSealingWhileOthersWrite(t *testing.T) {
	const writers, each = 6, 25
	d := testkit.DB(t, testkit.WithConns(14))
	c := chain{t, d, newTenant(t, d)}
	other := chain{t, d, newTenant(t, d)}
	ctx := t.Context()
	var stop atomic.Bool
	var writing, sealing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				tenant := c.tenant
				if (w+i)%5 == 0 {
					tenant = other.tenant
				}
				err := d.Update(ctx, tenant, func(tx *db.Tx) error {
					record(tx, i)
					if err := tx.Flush(ctx); err != nil {
						return err
					}
					if i%4 == 0 { // holds an id that others overtake
						_, err := db.One[string](ctx, tx, `SELECT pg_sleep(0.02)::text`)
						return err
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		sealing.Go(func() {
			for !stop.Load() {
				if err := audit.NewSealer(d).Seal(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sealing.Go(func() {
		for !stop.Load() {
			err := audit.Verify(ctx, d, audit.Check{Slug: c.slug()}, func(c audit.Chain) error {
				if c.Wrong != nil {
					t.Errorf("meanwhile: %v", c.Wrong)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	writing.Wait()
	stop.Store(true)
	sealing.Wait()
	c.seal()
	c.clean(writers * each * 4 / 5)
	other.clean(writers * each / 5)
	var disordered int
	err := testkit.Superuser(t).QueryRow(t.Context(), `
		SELECT count(*) FROM audit_seals a JOIN audit_seals b ON b.tenant_id = a.tenant_id AND b.seal = a.seal + 1 AND b.entry < a.entry
		WHERE a.tenant_id = $1`, c.tenant).Scan(&disordered)
	if err != nil || disordered == 0 {
		t.Errorf("no entry committed late, so the test shows nothing: %v", err)
	}
}

// The job is run at intervals on any server, so twice as well.
func TestSealingTwiceChangesNothing(t *testing.T) {
	c := newChain(t, 5)
	before := c.rows()
	c.seal()
	c.seal()
	if after := c.rows(); after != before {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

func (c chain) rows() (text string) {
	c.t.Helper()
	err := testkit.Superuser(c.t).QueryRow(c.t.Context(), `
		SELECT (SELECT string_agg(s::text, ';' ORDER BY seal) FROM audit_seals s WHERE tenant_id = $1)
			|| (SELECT h::text FROM audit_heads h WHERE tenant_id = $1)
			|| (SELECT count(*) FROM audit_unsealed WHERE tenant_id = $1)`, c.tenant).Scan(&text)
	if err != nil {
		c.t.Fatal(err)
	}
	return text
}

// More than a batch, of several tenants, goes into as many transactions as it takes.
func TestBatches(t *testing.T) {
	d := testkit.DB(t)
	var all []chain
	for i := range 3 {
		c := chain{t, d, newTenant(t, d)}
		err := d.Update(t.Context(), c.tenant, func(tx *db.Tx) error {
			for n := range 900 * (i + 1) {
				record(tx, n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	all[0].seal()
	for i, c := range all {
		c.clean(int64(900 * (i + 1)))
	}
}

// The product's own roles can neither change the log nor its chain.
func TestRolesCannotRewrite(t *testing.T) {
	conn := testkit.Superuser(t)
	for _, c := range []struct{ table, app, platform string }{
		{"audit_log", "SELECT INSERT", "SELECT INSERT"},
		{"audit_unsealed", "SELECT INSERT", "SELECT INSERT DELETE"},
		{"audit_seals", "SELECT", "SELECT INSERT"},
		{"audit_heads", "SELECT", "SELECT INSERT UPDATE"},
	} {
		for role, allowed := range map[string]string{"reserva_app": c.app, "reserva_platform": c.platform} {
			for _, privilege := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"} {
				var may bool
				err := conn.QueryRow(t.Context(), `SELECT has_table_privilege($1, $2, $3)`, role, c.table, privilege).Scan(&may)
				if want := strings.Contains(" "+allowed+" ", " "+privilege+" "); err != nil || may != want {
					t.Errorf("%s may %s %s: %v, want %v, %v", role, privilege, c.table, may, want, err)
				}
			}
		}
	}
}

// Even the owner has to mean it.
func TestTriggersRefuse(t *testing.T) {
	c := newChain(t, 3)
	conn := testkit.Superuser(t)
	for _, sql := range []string{
		`UPDATE audit_log SET action = 'x' WHERE tenant_id = $1`, `DELETE FROM audit_log WHERE tenant_id = $1`,
		`UPDATE audit_seals SET seal = seal + 1 WHERE tenant_id = $1`, `DELETE FROM audit_seals WHERE tenant_id = $1`,
		`UPDATE audit_heads SET seals = seals - 1 WHERE tenant_id = $1`, `UPDATE audit_heads SET digest = digest WHERE tenant_id = $1`,
		`DELETE FROM audit_heads WHERE tenant_id = $1`,
	} {
		if _, err := conn.Exec(t.Context(), sql, c.tenant); err == nil {
			t.Errorf("accepted: %s", sql)
		}
	}
	for _, table := range []string{"audit_log", "audit_seals", "audit_heads"} {
		if _, err := conn.Exec(t.Context(), `TRUNCATE `+table); err == nil {
			t.Errorf("truncated %s", table)
		}
	}
	c.clean(3)
}
