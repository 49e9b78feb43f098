package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/kit/id"
)

func TestNobodyManagesAnEqualOrHigherRole(t *testing.T) {
	for _, a := range access.Roles() {
		for _, b := range access.Roles() {
			if got, want := a.Manages(b), a.Rank() > b.Rank(); got != want {
				t.Errorf("%s manages %s = %v", a, b, got)
			}
		}
		if a.Manages("owner") || access.Role("owner").Manages(a) {
			t.Errorf("an unknown role takes part with %s", a)
		}
	}
	if access.Receptionist.Manages(access.StaffRole) || !access.OutletManager.Manages(access.Receptionist) {
		t.Error("receptionist must rank with staff")
	}
}

func TestCan(t *testing.T) {
	for _, c := range []struct {
		role access.Role
		p    access.Permission
		want bool
	}{
		{access.SuperAdmin, access.AdminOutlets, true},
		{access.SuperAdmin, access.ReadOwnAppointments, true},
		{access.TenantAdmin, access.ReadServices, true}, // through admin:services
		{access.TenantAdmin, access.WriteOutlet, true},  // through admin:outlets
		{access.TenantAdmin, access.AdminTenants, false},
		{access.TenantAdmin, access.AdminUsers, false},
		{access.TenantAdmin, access.ReadAll, false},
		{access.OutletManager, access.ReadOwnAppointments, true},
		{access.OutletManager, access.AdminOutlets, false},
		{access.OutletManager, access.WriteServices, false},
		{access.Receptionist, access.WriteCustomers, true},
		{access.Receptionist, access.ReadReports, false},
		{access.StaffRole, access.ReadOwnAppointments, true},
		{access.StaffRole, access.ReadAppointments, false},
		{access.StaffRole, access.WriteCustomers, false},
		{"", access.ReadServices, false},
	} {
		if got := c.role.Can(c.p); got != c.want {
			t.Errorf("%s can %s = %v", c.role, c.p, got)
		}
	}
}

func TestGrantsAreMonotone(t *testing.T) {
	seen := map[access.Requirement]bool{}
	for _, g := range access.Grants() {
		if seen[g.Requirement] {
			t.Errorf("%s is granted twice", g.Requirement)
		}
		seen[g.Requirement] = true
		if !access.SuperAdmin.Meets(g.Requirement) {
			t.Errorf("super_admin lacks %s", g.Requirement)
		}
		for _, lower := range g.Roles {
			for _, higher := range access.Roles() {
				if higher.Manages(lower) && !higher.Meets(g.Requirement) {
					t.Errorf("%s has %s, which %s lacks", lower, g.Requirement, higher)
				}
			}
		}
	}
	if access.SuperAdmin.Meets("unheard.of") || access.Role("").Meets(access.Any) {
		t.Error("an unknown requirement or role must be refused")
	}
}

func TestOutletScope(t *testing.T) {
	mine, other := id.ID("507f1f77bcf86cd799439011"), id.ID("507f1f77bcf86cd799439012")
	manager := access.Staff{Role: access.OutletManager, Outlets: []id.ID{mine}}
	admin := access.Staff{Role: access.TenantAdmin}
	if !manager.CanOutlet(mine) || manager.CanOutlet(other) || !admin.CanOutlet(other) {
		t.Error("outlet scope is wrong")
	}
	scope, all := manager.OutletScope()
	if diff := cmp.Diff([]id.ID{mine}, scope); diff != "" || all {
		t.Error(diff, all)
	}
	if _, all := admin.OutletScope(); !all {
		t.Error("an administrator reaches every outlet")
	}
	if _, all := (access.Staff{Role: access.StaffRole}).OutletScope(); all {
		t.Error("no outlets must not mean all")
	}
}

func TestActors(t *testing.T) {
	origin := access.Origin{RequestID: "r1"}
	for want, actor := range map[string]access.Actor{
		"staff/u r1":     access.Staff{UserID: "u", Origin: origin},
		"customer/c r1":  access.Customer{ID: "c", Origin: origin},
		"visitor/ r1":    access.Visitor{Origin: origin},
		"system/expire ": access.System{Job: "expire"},
	} {
		got := string(actor.ActorKind()) + "/" + actor.ActorID() + " " + actor.ActorOrigin().RequestID
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
