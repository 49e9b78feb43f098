package customers_test

import (
	"sync"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/customers"
)

func (s *shop) match(g customers.Guest) customers.GuestRef {
	s.t.Helper()
	var out customers.GuestRef
	s.update(func(tx *db.Tx) (err error) {
		out, err = customers.MatchOrCreateGuest(s.t.Context(), tx, access.Visitor{}, g)
		return err
	})
	return out
}

func (s *shop) guest() customers.Guest {
	return customers.Guest{First: "Gus", Last: "Guest", Email: s.email, Phone: "+639161234567"}
}

func (s *shop) hash(password string) string {
	s.t.Helper()
	hash, err := token.NewHasher(token.Params{Memory: 64, Time: 1}).Hash(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	return hash
}

func TestOneMailboxIsOneRecord(t *testing.T) {
	s := newShop(t)
	var wg sync.WaitGroup
	refs := make(chan customers.GuestRef, 16)
	for range 16 {
		wg.Go(func() { refs <- s.match(s.guest()) })
	}
	wg.Wait()
	close(refs)
	ids, fresh := map[id.ID]bool{}, 0
	for ref := range refs {
		ids[ref.ID] = true
		if ref.Fresh {
			fresh++
		}
	}
	if len(ids) != 1 || fresh != 1 {
		t.Errorf("%d records, made %d times", len(ids), fresh)
	}
}

func TestAMatchedGuestChangesNothing(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email)
	g := s.guest()
	g.PasswordHash = s.hash("Trap#2026secure")
	ref := s.match(g)
	if string(ref.ID) != me.text("customer", "id") || !ref.WasRegistered || ref.Fresh || ref.Pending != "" {
		t.Errorf("reference %+v", ref)
	}
	profile := s.call("GET", "/customers/profile", me.text("access_token"), nil).want(200)
	if profile.get("first_name") != "Amelia" || profile.get("phone") != nil {
		t.Errorf("profile %v", profile.body)
	}
	s.login(s.email, "Trap#2026secure").want(401)
}

func TestAGuestsPhoneOfSomebodyElseIsLeftOut(t *testing.T) {
	s := newShop(t)
	first := s.match(s.guest())
	other := s.guest()
	other.Email = "other." + s.email
	second := s.match(other)
	if first.ID == second.ID || !second.Fresh {
		t.Errorf("references %+v %+v", first, second)
	}
	got := s.call("GET", path("/customers/%s", second.ID), s.as("tenant_admin"), nil).want(200)
	if got.get("phone") != nil || got.get("is_guest") != true || got.get("source") != "guest_booking" {
		t.Errorf("guest %v", got.body)
	}
}

func TestGuestsOfTwoBusinessesAreTwo(t *testing.T) {
	s := newShop(t)
	first := s.match(s.guest())
	s.tenant, s.slug = s.business()
	if second := s.match(s.guest()); second.ID == first.ID || !second.Fresh {
		t.Errorf("reference %+v", second)
	}
}

func TestAGuestsPasswordWaitsForTheMailbox(t *testing.T) {
	s := newShop(t)
	g := s.guest()
	g.PasswordHash = s.hash(goodPassword)
	ref := s.match(g)
	if ref.Pending == "" {
		t.Fatal("the password was not kept")
	}
	s.login(s.email, goodPassword).want(403, "auth.unverified")
	s.update(func(tx *db.Tx) error {
		return customers.ActivatePending(s.t.Context(), tx, access.Visitor{}, ref.ID, "another@example.com", ref.Pending)
	})
	s.login(s.email, goodPassword).want(403)
	for range 2 { // a link may be opened twice
		s.update(func(tx *db.Tx) error {
			return customers.ActivatePending(s.t.Context(), tx, access.Visitor{}, ref.ID, s.email, ref.Pending)
		})
	}
	got := s.login(s.email, goodPassword).want(200)
	if got.get("customer", "email_verified") != true {
		t.Errorf("customer %v", got.get("customer"))
	}
}

// A stranger leaves a password with a guest's address; the guest then proves the
// mailbox of an own booking, which must not open the account to the stranger.
func TestAForeignPasswordIsNotActivated(t *testing.T) {
	s := newShop(t)
	ref := s.match(s.guest())
	stranger := s.registration(s.email)
	stranger["password"] = "Trap#2026secure"
	s.post("/customer/auth/register", stranger).want(201)
	s.update(func(tx *db.Tx) error {
		return customers.ActivatePending(s.t.Context(), tx, access.Visitor{}, ref.ID, s.email, ref.Pending)
	})
	s.login(s.email, "Trap#2026secure").want(403)

	g := s.guest()
	g.Email, g.Phone = "other."+s.email, ""
	g.PasswordHash = s.hash("Trap#2026secure")
	trap := s.match(g) // the stranger's own booking under a foreign address
	g.PasswordHash = s.hash(goodPassword)
	own := s.match(g)
	s.update(func(tx *db.Tx) error {
		return customers.ActivatePending(s.t.Context(), tx, access.Visitor{}, own.ID, g.Email, own.Pending)
	})
	if trap.ID != own.ID || own.Pending != "" {
		t.Errorf("references %+v %+v", trap, own)
	}
	s.login(g.Email, "Trap#2026secure").want(403)
}
