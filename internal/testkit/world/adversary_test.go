package world_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// The adversary is everybody who can sign in: as each role of two tenants, and as a
// customer of each, it sends every documented request with the other tenant's ids, one
// at a time, in the path, the query and the body, the rest of the request being right.
//
// Endpoints, parameters and members are taken from the server's document, so a new one
// is attacked without a word here. One that names something new needs an id to attack
// it with: see additions in fixtures_test.go.

func TestNobodyReachesAnotherTenant(t *testing.T) {
	t.Parallel()
	a := newAdversary(t)
	a.attack(t)
	a.report(t)
}

// adversary is a server with two tenants and everybody who can sign in to them.
type adversary struct {
	*testkit.World
	*world.Document
	ledger  ledger
	shops   [2]*shop
	nothing map[string]string // ids of nothing

	*tally
}

// tally counts what the adversary did.
type tally struct {
	asked, tried, refused, unread atomic.Int64
	reached                       sync.Map // the places of endpoints where an id was really looked up
}

// intruder is somebody who is signed in to one tenant, or nobody.
type intruder struct {
	kind  string // a role, "customer" or "guest"
	token testkit.Token
	home  *shop
}

func (i intruder) String() string { return i.kind + " of " + i.home.Slug }

func newAdversary(t *testing.T) *adversary {
	t.Helper()
	s := newSweep(t)
	a := &adversary{World: s.World, Document: s.Document, shops: [2]*shop{s.mine, newShop(s.World)}, tally: &tally{}}
	for _, shop := range a.shops {
		shop.bookable(s.World)
	}
	a.nothing = absent(s.mine.ids)
	for name, value := range s.mine.ids {
		if numeric(value) {
			a.nothing[name] = "999999999"
		}
	}
	a.ledger = newLedger(s.World)
	return a
}

// bookable makes the examples of bodies such as could be booked, and its user one whom
// others manage.
func (s *shop) bookable(w *testkit.World) {
	s.ids["user_id"] = string(s.Member(access.Receptionist, s.Outlet).ID)
	s.ids["appointment_date"], s.ids["bookingDate"] = w.Day(3), w.Day(3)
	s.ids["tenant_slug"], s.ids["end_time"], s.ids["password"] = s.Slug, "18:00", "Plum-Kites-47-Harbour"
}

// named are the headers by which a guest names the shop.
func (s *shop) named() testkit.Object {
	return testkit.Object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": s.Outlet.Slug}
}

// intruders are everybody who can ask something of a shop's tenant.
func (a *adversary) intruders(home *shop) []intruder {
	a.Helper()
	list := []intruder{{"customer", home.Customer.Token, home}, {"guest", "", home}}
	for _, role := range access.Roles() {
		list = append(list, intruder{string(role), home.Member(role, home.Outlet).Token, home})
	}
	return list
}

// attack lets everybody of each tenant try everything of the other.
func (a *adversary) attack(t *testing.T) {
	t.Helper()
	everybody := append(a.intruders(a.shops[0]), a.intruders(a.shops[1])...)
	before := a.ledger.read()
	t.Run("as", func(t *testing.T) {
		for _, i := range everybody {
			victim := a.shops[0]
			if victim == i.home {
				victim = a.shops[1]
			}
			t.Run(i.String(), func(t *testing.T) {
				t.Parallel()
				mine := *a
				mine.World = a.For(t)
				for _, o := range a.Operations {
					a.asked.Add(1)
					for _, p := range places(o) {
						if i.within(o, p) {
							continue
						}
						a.tried.Add(2)
						mine.try(i, victim, o, p)
					}
				}
			})
		}
	})
	for _, table := range a.ledger.read().changed(before) {
		t.Errorf("somebody has changed %s", table)
	}
}

// within tells what is open to whom by its nature.
func (i intruder) within(o world.Operation, p place) bool {
	switch {
	case o.Audience == "webhook":
		return true // proves itself otherwise than by signing in
	case i.kind == "guest":
		// What is public is of every tenant; only things that belong together can be mixed.
		return signedIn(o) || p.in == "path" && o.Audience == "public" || p.name == "tenant_id" || p.name == "organizationId"
	case !signedIn(o):
		return true // nobody's token is looked at
	}
	// The platform's administrators have no tenant that is another's.
	return i.kind == string(access.SuperAdmin) && (p.name == "tenant_id" || p.name == "tenant_ids" || o.Permission == string(access.Platform))
}

// may tells whether the operation is open to the intruder at all.
func (i intruder) may(o world.Operation) bool {
	switch o.Audience {
	case "staff":
		return contains(o.Roles, i.kind)
	case "customer":
		return i.kind == "customer"
	case "either":
		return i.kind == "customer" || contains(o.Roles, i.kind)
	default:
		return true
	}
}

// try asks for the victim's thing, and for nothing, and holds the two answers against
// each other.
func (a *adversary) try(i intruder, victim *shop, o world.Operation, p place) {
	a.Helper()
	wanted, unknown := victim.ids[p.name], a.nothing[p.name]
	if wanted == "" || unknown == "" {
		a.Errorf("%s: there is no %s to attack with: let a function in additions (fixtures_test.go) make one of each shop, "+
			"or name in sameAs what it is another name of", o, p.name)
		return
	}
	foreign, absent := a.send(i, o, p, wanted), a.send(i, o, p, unknown)
	here := fmt.Sprintf("%s: %s: %s", i, o, where(p))
	left, right := told(foreign, wanted), told(absent, unknown)
	if o.Audience == "public" && p.name == "outlet_id" {
		// Everybody may know that an outlet is there.
		left, right = fmt.Sprintln(foreign.Status), fmt.Sprintln(absent.Status)
	}
	if left != right {
		a.Errorf("%s: of the other tenant, the answer is\n%sof nothing\n%s", here, left, right)
	}
	if foreign.Status/100 == 2 && p.in != "query" || foreign.Status >= 500 {
		a.Errorf("%s: of the other tenant, the answer is %d %s", here, foreign.Status, foreign.Body)
	}
	if leaked := leaks(foreign, victim, wanted); leaked != "" {
		a.Errorf("%s: the answer tells %s of the other tenant: %s", here, leaked, foreign.Body)
	}
	if i.may(o) {
		if reached(foreign, p) {
			a.reached.Store(o.String()+" "+where(p), true)
		} else {
			a.reached.LoadOrStore(o.String()+" "+where(p), false)
		}
	}
	switch {
	case foreign.Status/100 == 4:
		a.refused.Add(1)
	case foreign.Status/100 == 2:
		a.unread.Add(1)
	}
}

func (a *adversary) send(i intruder, o world.Operation, p place, value string) testkit.Answer {
	a.Helper()
	r := aim(o, p, i.home.ids, value)
	r.As = i.token
	if o.Audience == "guest" {
		r.Header = i.home.named()
	}
	return a.Send(r)
}

// where describes a place.
func where(p place) string {
	if p.in == "body" {
		return strings.Join(p.at, ".") + " in the body"
	}
	return p.name + " in the " + p.in
}

// reached tells whether an answer is about the id in the place, and not about something
// else that is wrong with the request.
func reached(a testkit.Answer, p place) bool {
	if a.Status == http.StatusNotFound || a.Status/100 == 2 {
		return true
	}
	var body struct{ Code string }
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return false
	}
	switch body.Code {
	case "request.invalid", "user.rank":
		return strings.Contains(string(a.Body), `"`+p.name+`"`)
	}
	return a.Status != http.StatusUnauthorized && body.Code != "auth.forbidden" && body.Code != "auth.wrong_audience"
}

func numeric(value string) bool { return strings.Trim(value, "0123456789") == "" && value != "" }

// told is everything that an answer says but what each answer has of its own, and the
// id that was asked for.
func told(a testkit.Answer, asked string) string {
	header := a.Header.Clone()
	request := header.Get("X-Request-Id")
	header.Del("X-Request-Id")
	header.Del("Date")
	maps.DeleteFunc(header, func(name string, _ []string) bool { return strings.HasPrefix(name, "X-Ratelimit-Remaining-") })
	var out strings.Builder
	fmt.Fprintf(&out, "%d\n", a.Status)
	if err := http.Header(header).Write(&out); err != nil {
		fmt.Fprintln(&out, err)
	}
	body := strings.ReplaceAll(string(a.Body), request, "REQUEST")
	if !numeric(asked) {
		body = strings.ReplaceAll(body, asked, "ASKED")
	}
	return out.String() + body + "\n"
}

// notSecret are values of a shop's ids that are no ids.
var notSecret = []string{"appointment_date", "bookingDate", "end_time", "tenant_slug", "password"}

// leaks names what an answer tells of a shop beside the id that was asked for.
func leaks(a testkit.Answer, of *shop, asked string) string {
	for name, value := range of.ids {
		if len(value) >= 6 && value != asked && !contains(notSecret, name) && strings.Contains(string(a.Body), value) {
			return name
		}
	}
	for _, value := range []string{`"` + of.Slug + `"`, of.Email, of.Customer.Email, of.Staff.Email} {
		if strings.Contains(string(a.Body), value) {
			return value
		}
	}
	return ""
}

// report prints what was done, and fails where it was too little to mean anything.
func (a *adversary) report(t *testing.T) {
	t.Helper()
	t.Logf("%d endpoints × %d who ask: %d requests; of the answers about the other tenant %d refuse and %d list nothing",
		len(a.Operations), a.asked.Load()/int64(len(a.Operations)), a.tried.Load(), a.refused.Load(), a.unread.Load())
	for _, o := range a.Operations {
		for _, p := range places(o) {
			if done, _ := a.reached.Load(o.String() + " " + where(p)); done == false {
				t.Errorf("%s: nobody got as far as to the %s: something else of the request is refused", o, where(p))
			}
		}
	}
	if a.refused.Load() < 1000 {
		t.Errorf("only %d attempts were refused", a.refused.Load())
	}
}
