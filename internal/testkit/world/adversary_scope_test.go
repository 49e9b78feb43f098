package world_test

import (
	"slices"
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Within a tenant, users are kept to their outlets, staff members to what is their own,
// and customers to themselves. The tenant has two outlets with their own staff,
// appointments, payments and customers, and whoever belongs to the second tries
// everything of the first.

func TestNobodyReachesAnotherOutlet(t *testing.T) {
	t.Parallel()
	a := newAdversary(t)
	first := a.shops[0]
	second := annex(a.World, first)
	stranger := first.Tenant.Customer()
	strays := []stray{
		{intruder{"customer", second.Customer.Token, second}, customerBound},
		{intruder{"customer", stranger.Token, first}, customerBound},
		{intruder{string(access.StaffRole), first.Member(access.StaffRole, first.Outlet).Token, first}, colleagueBound},
	}
	for _, role := range []access.Role{access.OutletManager, access.Receptionist, access.StaffRole} {
		strays = append(strays,
			stray{intruder{string(role), second.Member(role, second.Outlet).Token, second}, outletBound},
			stray{intruder{string(role), second.Member(role).Token, second}, outletBound}) // at no outlet at all
	}
	before := a.ledger.read()
	for _, s := range strays {
		for _, o := range a.Operations {
			for _, p := range places(o) {
				if s.may(o) && slices.Contains(s.bound, p.name) && o.Audience != "public" && !slices.Contains(everybodys, o.String()) {
					a.stray(s, first, o, p)
				}
			}
		}
	}
	for _, table := range a.ledger.read().changed(before) {
		t.Errorf("somebody has changed %s", table)
	}
	t.Logf("%d requests of %d who ask; of the answers about what is not theirs %d refuse and %d list nothing",
		a.tried.Load(), len(strays), a.refused.Load(), a.unread.Load())
	if a.refused.Load() < 300 {
		t.Errorf("only %d attempts were refused", a.refused.Load())
	}
}

// stray is somebody of the tenant, and the names of things that are kept from them.
type stray struct {
	intruder
	bound []string
}

// What belongs to an outlet, what to a customer, and what to a staff member.
var (
	outletBound = []string{
		"outlet_id", "outlet_ids", "staff_id", "staff_ids", "assigned_staff", "availability_id", "appointment_id", "payment_id", "invoice_id",
	}
	customerBound  = []string{"appointment_id", "payment_id", "invoice_id", "customer_id", "session_id"}
	colleagueBound = []string{"appointment_id", "payment_id", "invoice_id", "availability_id"}
)

// everybodys are operations that tell what anybody may read of an outlet.
var everybodys = []string{
	"GET /availability/availability-grid", "GET /services", "GET /services/{service_id}", "GET /services/{service_id}/price",
}

// annex is another outlet of a shop's tenant, as a shop of its own.
func annex(w *testkit.World, s *shop) *shop {
	w.Helper()
	salon := &testkit.Salon{Tenant: s.Tenant, Outlet: s.Tenant.Outlet(), Service: s.Tenant.Service()}
	salon.Staff = s.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorksDaily(28)
	salon.Customer = s.Tenant.Customer()
	other := furnish(w, salon)
	other.bookable(w)
	return other
}

// stray asks for what is at the other outlet, and for nothing.
func (a *adversary) stray(s stray, first *shop, o world.Operation, p place) {
	a.Helper()
	a.tried.Add(2)
	wanted := first.ids[p.name]
	there, absent := a.send(s.intruder, o, p, wanted), a.send(s.intruder, o, p, a.nothing[p.name])
	here := s.kind + " elsewhere: " + o.String() + ": " + where(p)
	switch {
	case there.Status/100 == 4:
		a.refused.Add(1)
	case there.Status/100 == 2 && p.in == "query" && told(there, wanted) == told(absent, a.nothing[p.name]):
		a.unread.Add(1)
	default:
		a.Errorf("%s is answered %d %s", here, there.Status, there.Body)
	}
}
