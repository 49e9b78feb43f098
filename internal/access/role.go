package access

// Role is a staff-portal user's role, in its wire spelling.
type Role string

// The five roles. Receptionist ranks with Staff, but serves the whole outlet's
// desk rather than an own calendar.
const (
	SuperAdmin    Role = "super_admin"
	TenantAdmin   Role = "tenant_admin"
	OutletManager Role = "outlet_manager"
	Receptionist  Role = "receptionist"
	StaffRole     Role = "staff"
)

// Roles returns all roles, the highest first.
func Roles() []Role {
	return []Role{SuperAdmin, TenantAdmin, OutletManager, Receptionist, StaffRole}
}

// Rank orders the roles; 0 is no role.
func (r Role) Rank() int {
	switch r {
	case SuperAdmin:
		return 4
	case TenantAdmin:
		return 3
	case OutletManager:
		return 2
	case Receptionist, StaffRole:
		return 1
	}
	return 0
}

// Valid reports whether r is one of the five.
func (r Role) Valid() bool { return r.Rank() > 0 }

// Manages reports whether r may create, change or remove users of the other
// role: nobody manages an equal or a higher one.
func (r Role) Manages(other Role) bool { return other.Valid() && r.Rank() > other.Rank() }

// AllOutlets reports whether the role reaches every outlet of its tenant.
func (r Role) AllOutlets() bool { return r == SuperAdmin || r == TenantAdmin }
