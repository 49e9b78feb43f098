package logins_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const life = time.Hour

// world is a tenant and a clock.
type world struct {
	t      *testing.T
	db     *db.DB
	tenant id.ID

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Parallel()
	return newSerialWorld(t)
}

func newSerialWorld(t *testing.T) *world {
	w := &world{t: t, tenant: id.Random(), now: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)}
	w.db = testkit.DB(t, testkit.WithClock(func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.now
	}))
	err := w.db.Platform(t.Context(), "test", func(tx *db.Tx) error {
		tenants.Create(tx, w.tenant, tenants.Draft{
			Slug: "t-" + string(w.tenant), Name: "Salon", Email: "a@example.com", Phone: "+628111111111", BusinessType: "spa",
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) update(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), w.tenant, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open(audience logins.Audience, subject id.ID) (login id.ID, token string) {
	w.t.Helper()
	w.update(func(tx *db.Tx) error {
		login, token = logins.Open(tx, audience, subject, "Phone\r\n"+strings.Repeat("x", 500), "203.0.113.7", life)
		return nil
	})
	return login, token
}

func (w *world) live(audience logins.Audience, subject, login id.ID) bool {
	w.t.Helper()
	var live bool
	w.update(func(tx *db.Tx) (err error) {
		live, err = logins.Live(w.t.Context(), tx, audience, subject, login)
		return err
	})
	return live
}

func (w *world) rotate(audience logins.Audience, token string) (logins.Rotated, error) {
	return logins.Rotate(w.t.Context(), w.db, audience, token, life)
}

func TestRotate(t *testing.T) {
	w := newWorld(t)
	subject := id.New()
	login, first := w.open(logins.Staff, subject)
	next, err := w.rotate(logins.Staff, first)
	if err != nil || next.Tenant != w.tenant || next.Subject != subject || next.Login != login || next.Token == first {
		t.Fatalf("rotated %+v, %v", next, err)
	}
	w.advance(life - time.Second)
	third, err := w.rotate(logins.Staff, next.Token)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.rotate(logins.Staff, first); !errors.Is(err, logins.ErrToken) {
		t.Errorf("a spent token: %v", err)
	}
	if w.live(logins.Staff, subject, login) {
		t.Error("the login goes on after a spent token came back")
	}
	if _, err := w.rotate(logins.Staff, third.Token); !errors.Is(err, logins.ErrToken) {
		t.Errorf("a token of a revoked login: %v", err)
	}
}

func TestAnExpiredTokenEndsNothing(t *testing.T) {
	w := newWorld(t)
	subject := id.New()
	login, first := w.open(logins.Customer, subject)
	w.advance(life)
	if _, err := w.rotate(logins.Customer, first); !errors.Is(err, logins.ErrToken) {
		t.Errorf("an expired token: %v", err)
	}
	if !w.live(logins.Customer, subject, login) {
		t.Error("an expired token ended its login")
	}
}

// A token shown at the other portal is unknown there, and goes on at its own.
func TestAudiencesAreApart(t *testing.T) {
	w := newWorld(t)
	subject := id.New()
	login, first := w.open(logins.Customer, subject)
	if _, err := w.rotate(logins.Staff, first); !errors.Is(err, logins.ErrToken) {
		t.Errorf("the other audience: %v", err)
	}
	if w.live(logins.Staff, subject, login) || !w.live(logins.Customer, subject, login) {
		t.Error("logins of the audiences are mixed")
	}
	if _, err := w.rotate(logins.Customer, first); err != nil {
		t.Errorf("own audience: %v", err)
	}
}

func TestRevoke(t *testing.T) {
	w := newWorld(t)
	subject, other := id.New(), id.New()
	first, firstToken := w.open(logins.Staff, subject)
	second, secondToken := w.open(logins.Staff, subject)
	third, _ := w.open(logins.Staff, other)
	w.update(func(tx *db.Tx) error {
		if done, err := logins.Revoke(t.Context(), tx, logins.Staff, other, first); done || err != nil {
			t.Errorf("somebody else's login: %v, %v", done, err)
		}
		if done, err := logins.Revoke(t.Context(), tx, logins.Staff, subject, first); !done || err != nil {
			t.Errorf("own login: %v, %v", done, err)
		}
		if done, err := logins.Revoke(t.Context(), tx, logins.Staff, subject, first); done || err != nil {
			t.Errorf("an ended login: %v, %v", done, err)
		}
		logins.RevokeToken(tx, logins.Staff, other, secondToken)
		logins.RevokeToken(tx, logins.Staff, subject, "nonsense")
		return nil
	})
	if w.live(logins.Staff, subject, first) || !w.live(logins.Staff, subject, second) {
		t.Error("the wrong login ended")
	}
	if _, err := w.rotate(logins.Staff, firstToken); !errors.Is(err, logins.ErrToken) {
		t.Errorf("a revoked login's token: %v", err)
	}
	w.update(func(tx *db.Tx) error {
		logins.RevokeToken(tx, logins.Staff, subject, secondToken)
		logins.RevokeAll(tx, logins.Staff, other, third)
		return nil
	})
	if w.live(logins.Staff, subject, second) || !w.live(logins.Staff, other, third) {
		t.Error("the wrong login ended")
	}
	w.update(func(tx *db.Tx) error { logins.RevokeAll(tx, logins.Staff, other, ""); return nil })
	if w.live(logins.Staff, other, third) {
		t.Error("a login outlived RevokeAll")
	}
}

func TestList(t *testing.T) {
	w := newWorld(t)
	subject := id.New()
	w.open(logins.Customer, id.New())
	old, oldToken := w.open(logins.Customer, subject)
	w.advance(time.Minute)
	young, _ := w.open(logins.Customer, subject)
	w.advance(time.Minute)
	if _, err := w.rotate(logins.Customer, oldToken); err != nil {
		t.Fatal(err)
	}
	var list []logins.Login
	read := func() {
		w.update(func(tx *db.Tx) (err error) {
			list, err = logins.List(t.Context(), tx, logins.Customer, subject)
			return err
		})
	}
	read()
	if len(list) != 2 || list[0].ID != old || list[1].ID != young {
		t.Fatalf("list %+v", list)
	}
	if d := list[0].Device; len(d) != 200 || strings.ContainsAny(d, "\r\n") || list[0].Address != "203.0.113.7" {
		t.Errorf("device %q at %s", d, list[0].Address)
	}
	w.advance(life)
	read()
	if len(list) != 0 {
		t.Errorf("logins without a token that counts: %+v", list)
	}
}

// It tidies for all tenants, weeks from now, and so runs while no other test does.
func TestTidyKeepsWhatCounts(t *testing.T) {
	w := newSerialWorld(t)
	subject := id.New()
	ended, _ := w.open(logins.Staff, subject)
	w.update(func(tx *db.Tx) error { logins.RevokeAll(tx, logins.Staff, subject, ""); return nil })
	w.advance(40 * 24 * time.Hour)
	_, token := w.open(logins.Staff, subject)
	if err := logins.Tidy(t.Context(), w.db); err != nil {
		t.Fatal(err)
	}
	if _, err := w.rotate(logins.Staff, token); err != nil {
		t.Errorf("a live login: %v", err)
	}
	var left int
	conn := testkit.Superuser(t)
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM logins WHERE tenant_id = $1 AND id = $2", w.tenant, ended).Scan(&left); err != nil || left != 0 {
		t.Errorf("the ended login is still there: %d, %v", left, err)
	}
}

// A staff user's devices are one person's, wherever they are signed in.
func TestDevicesOfAUserInAllTenants(t *testing.T) {
	w := newWorld(t)
	user, stranger := id.Random(), id.Random()
	here, _ := w.open(logins.Staff, user)
	theirs, _ := w.open(logins.Staff, stranger)
	customers, _ := w.open(logins.Customer, user)
	first := w.tenant
	w.tenant = newSibling(w)
	w.advance(time.Minute)
	var there id.ID
	w.platform(func(tx *db.Tx) error {
		there, _ = logins.OpenIn(tx, w.tenant, logins.Staff, user, "Tablet", "203.0.113.8", life)
		return nil
	})

	list := func() (found []id.ID) {
		w.platform(func(tx *db.Tx) error {
			all, err := logins.ListOfUser(t.Context(), tx, user)
			for _, one := range all {
				if one.ID == there && (one.Tenant != w.tenant || one.TenantName != "Salon" || one.Device != "Tablet") {
					t.Errorf("listed as %+v", one)
				}
				found = append(found, one.ID)
			}
			return err
		})
		return found
	}
	if got := list(); !slices.Equal(got, []id.ID{there, here}) {
		t.Errorf("listed %v, want %v", got, []id.ID{there, here})
	}
	for _, foreign := range []id.ID{theirs, customers, id.Random()} {
		err := w.db.Platform(t.Context(), "test", func(tx *db.Tx) error {
			_, err := logins.RevokeOfUser(t.Context(), tx, user, foreign)
			return err
		})
		if !errors.Is(err, logins.ErrUnknown) {
			t.Errorf("ending somebody else's login: %v", err)
		}
	}
	w.platform(func(tx *db.Tx) error {
		tenant, err := logins.RevokeOfUser(t.Context(), tx, user, here)
		if tenant != first {
			t.Errorf("ended in %s, want %s", tenant, first)
		}
		return err
	})
	if got := list(); !slices.Equal(got, []id.ID{there}) {
		t.Errorf("left are %v, want %v", got, there)
	}
	w.platform(func(tx *db.Tx) error { logins.RevokeOthersOfUser(tx, user, there); return nil })
	if got := list(); !slices.Equal(got, []id.ID{there}) {
		t.Errorf("the one to keep is gone: %v", got)
	}
	w.platform(func(tx *db.Tx) error { logins.RevokeOthersOfUser(tx, user, ""); return nil })
	if got := list(); len(got) != 0 {
		t.Errorf("left are %v", got)
	}
	w.tenant = first
	if !w.live(logins.Staff, stranger, theirs) || !w.live(logins.Customer, user, customers) {
		t.Error("somebody else was signed out")
	}
}

func (w *world) platform(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Platform(w.t.Context(), "test", fn); err != nil {
		w.t.Fatal(err)
	}
}

// newSibling makes another tenant.
func newSibling(w *world) id.ID {
	w.t.Helper()
	tenant := id.Random()
	w.platform(func(tx *db.Tx) error {
		tenants.Create(tx, tenant, tenants.Draft{
			Slug: "t-" + string(tenant), Name: "Salon", Email: "a@example.com", Phone: "+628111111111", BusinessType: "spa",
		})
		return nil
	})
	return tenant
}
