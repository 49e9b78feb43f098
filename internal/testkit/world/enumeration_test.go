package world_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Nobody learns from an answer who has an account: it is the same, to the last header,
// for an address that somebody has and for one that nobody has, and it takes as many
// comparisons of passwords and the same statements. Only a message that is really sent
// is more, in the round trip that commits anyway.
func TestAnswersDoNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, other := w.Salon(), w.Tenant()
	waiting := w.JSON("", "POST", "/customer/auth/register", testkit.Object{
		"first_name": "Mia", "last_name": "Hart", "email": "waiting@example.com", "password": testkit.Password, "tenant_slug": salon.Slug,
	}).Text("customer.email")
	w.Advance(61e9) // so that messages have an order
	// A customer of many businesses must not be told from one of none, either.
	for _, b := range []*testkit.Tenant{other, w.Tenant(), w.Tenant(), w.Tenant(), w.Tenant()} {
		w.JSON("", "POST", "/customer/auth/register", testkit.Object{
			"first_name": "Amelia", "last_name": "Hart", "email": salon.Customer.Email, "password": testkit.Password, "tenant_slug": b.Slug,
		})
		w.JSON("", "POST", "/customer/auth/verify-email", testkit.Object{
			"email": salon.Customer.Email, "code": w.Code(salon.Customer.Email), "tenant_slug": b.Slug,
		})
		w.Advance(1e9)
	}
	w.Advance(2 * 3600e9)

	const wrong = "Wrong-Plum-47-Kites"
	at := testkit.Object{"tenant_slug": salon.Slug}
	for _, c := range []struct {
		name, path string
		known      []string // addresses that somebody has
		body       testkit.Object
		sends      bool
	}{
		{"staff sign-in", "/auth/login", []string{salon.Email}, testkit.Object{"password": wrong}, false},
		{"staff sign-in with a slug", "/auth/login", []string{salon.Email, other.Email}, join(at, testkit.Object{"password": wrong}), false},
		{"staff choice", "/auth/complete-login", []string{salon.Email}, join(at, testkit.Object{"password": wrong}), false},
		{"staff reset", "/auth/forgot-password", []string{salon.Email}, testkit.Object{}, true},
		{"customer sign-in", "/customer/auth/login", []string{salon.Customer.Email, waiting}, join(at, testkit.Object{"password": wrong}), false},
		{"central sign-in", "/customer/auth/login", []string{salon.Customer.Email, waiting}, testkit.Object{"password": wrong}, false},
		{"customer reset", "/customer/auth/forgot-password", []string{salon.Customer.Email, waiting}, at, true},
		{"another code", "/customer/auth/resend-verification", []string{waiting, salon.Customer.Email}, at, true},
		{"a code for the mailbox", "/customer/auth/verify-email", []string{salon.Customer.Email}, join(at, testkit.Object{"code": "000000"}), false},
		{"a code to reset", "/customer/auth/reset-password", []string{salon.Customer.Email},
			join(at, testkit.Object{"code": "000000", "new_password": "Plum-Kites-47-Harbour"}), false},
	} {
		ask := func(email string) (answer string, hashes int64, work [][]string) {
			before := w.Hasher.Computed()
			w.Work.Take()
			a := w.Send(testkit.Request{Method: "POST", Path: c.path, Body: join(c.body, testkit.Object{"email": email})})
			if a.Status >= 500 {
				t.Errorf("%s: status %d: %s", c.name, a.Status, a.Body)
			}
			return told(a, email), w.Hasher.Computed() - before, w.Work.Take()
		}
		stranger := "n" + c.known[0][1:] // as long, and masked alike but for its first letter
		answer, hashes, work := ask(stranger)
		for _, email := range c.known {
			knownAnswer, knownHashes, knownWork := ask(email)
			if c.path != "/customer/auth/resend-verification" && knownAnswer != answer {
				t.Errorf("%s: for a stranger\n%sfor %s\n%s", c.name, answer, email, knownAnswer)
			}
			if knownHashes != hashes {
				t.Errorf("%s: %d passwords compared for a stranger, %d for %s", c.name, hashes, knownHashes, email)
			}
			if len(knownWork) != len(work) {
				t.Errorf("%s: %d round trips for a stranger, %d for %s", c.name, len(work), len(knownWork), email)
			}
			if !c.sends && !slices.EqualFunc(work, knownWork, slices.Equal[[]string]) {
				t.Errorf("%s: other statements for a stranger than for %s: %s", c.name, email, cmp.Diff(work, knownWork))
			}
			w.Advance(61e9)
		}
	}
}

func join(objects ...testkit.Object) testkit.Object {
	all := testkit.Object{}
	for _, object := range objects {
		maps.Copy(all, object)
	}
	return all
}
