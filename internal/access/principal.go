package access

import (
	"net/netip"
	"slices"

	"reserva/internal/kit/id"
)

// Origin tells where a request came from, for the audit trail and for lists of
// signed-in devices.
type Origin struct {
	Address   netip.Addr // the client's own address, proxies taken off
	UserAgent string
	RequestID string
}

// Staff is a signed-in user of the staff portal.
type Staff struct {
	UserID  id.ID
	Tenant  id.ID // the tenant of the token; a super admin has chosen one as well
	Role    Role
	Outlets []id.ID // empty for administrators, who reach every outlet
	Email   string
	Name    string
	LoginID id.ID // the signed-in device
	Origin  Origin
	// MustChangePassword leaves only what asks for no more than Account open.
	MustChangePassword bool
}

// Can reports whether the user's role has the permission.
func (s Staff) Can(p Permission) bool { return s.Role.Can(p) }

// Meets reports whether the user's role meets the requirement.
func (s Staff) Meets(need Requirement) bool { return s.Role.Meets(need) }

// CanOutlet reports whether the outlet, of the user's tenant, is within reach.
func (s Staff) CanOutlet(outlet id.ID) bool {
	return s.Role.AllOutlets() || slices.Contains(s.Outlets, outlet)
}

// OutletScope returns the outlets that lists are limited to; all tells that
// there is no limit. A user without outlets has an empty scope, not all.
func (s Staff) OutletScope() (outlets []id.ID, all bool) {
	if s.Role.AllOutlets() {
		return nil, true
	}
	return s.Outlets, false
}

// Customer is a signed-in customer of one tenant.
type Customer struct {
	ID      id.ID
	Tenant  id.ID
	LoginID id.ID
	Origin  Origin
}

// Visitor is anybody, without a token.
type Visitor struct {
	Origin Origin
}

// System is the server itself, in a job.
type System struct {
	Job string // the kind of the job, for example "appointments.expire"
}

// Actor is who an audit entry names.
type Actor interface {
	ActorKind() ActorKind
	ActorID() string // a user's or customer's id, a job's kind, empty for a visitor
	ActorOrigin() Origin
}

// ActorKind is the sort of an Actor, as audit entries spell it.
type ActorKind string

// The kinds of actors.
const (
	ActorStaff    ActorKind = "staff"
	ActorCustomer ActorKind = "customer"
	ActorVisitor  ActorKind = "visitor"
	ActorSystem   ActorKind = "system"
)

func (Staff) ActorKind() ActorKind    { return ActorStaff }    // ActorKind implements Actor.
func (Customer) ActorKind() ActorKind { return ActorCustomer } // ActorKind implements Actor.
func (Visitor) ActorKind() ActorKind  { return ActorVisitor }  // ActorKind implements Actor.
func (System) ActorKind() ActorKind   { return ActorSystem }   // ActorKind implements Actor.

func (s Staff) ActorID() string    { return string(s.UserID) } // ActorID implements Actor.
func (c Customer) ActorID() string { return string(c.ID) }     // ActorID implements Actor.
func (Visitor) ActorID() string    { return "" }               // ActorID implements Actor.
func (s System) ActorID() string   { return s.Job }            // ActorID implements Actor.

func (s Staff) ActorOrigin() Origin    { return s.Origin } // ActorOrigin implements Actor.
func (c Customer) ActorOrigin() Origin { return c.Origin } // ActorOrigin implements Actor.
func (v Visitor) ActorOrigin() Origin  { return v.Origin } // ActorOrigin implements Actor.
func (System) ActorOrigin() Origin     { return Origin{} } // ActorOrigin implements Actor.
