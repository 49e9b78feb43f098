package access

import (
	"slices"
	"strings"
)

// Permission is one documented permission string, as sent at sign-in.
type Permission string

// The permissions, in the documented spelling.
const (
	ReadAll   Permission = "read:all"
	WriteAll  Permission = "write:all"
	DeleteAll Permission = "delete:all"

	AdminUsers    Permission = "admin:users"
	AdminTenants  Permission = "admin:tenants"
	AdminSystem   Permission = "admin:system"
	AdminOutlets  Permission = "admin:outlets"
	AdminStaff    Permission = "admin:staff"
	AdminServices Permission = "admin:services"
	AdminSettings Permission = "admin:settings"

	ReadTenant           Permission = "read:tenant"
	WriteTenant          Permission = "write:tenant"
	ReadOutlet           Permission = "read:outlet"
	WriteOutlet          Permission = "write:outlet"
	ReadStaff            Permission = "read:staff"
	WriteStaff           Permission = "write:staff"
	ReadServices         Permission = "read:services"
	WriteServices        Permission = "write:services"
	ReadCustomers        Permission = "read:customers"
	WriteCustomers       Permission = "write:customers"
	ReadAppointments     Permission = "read:appointments"
	WriteAppointments    Permission = "write:appointments"
	ReadOwnAppointments  Permission = "read:own_appointments"
	WriteOwnAppointments Permission = "write:own_appointments"
	ReadReports          Permission = "read:reports"
)

// Permissions returns what a role is told at sign-in, in the documented order.
func (r Role) Permissions() []Permission {
	switch r {
	case SuperAdmin:
		return []Permission{ReadAll, WriteAll, DeleteAll, AdminUsers, AdminTenants, AdminSystem}
	case TenantAdmin:
		return []Permission{
			ReadTenant, WriteTenant, AdminOutlets, AdminStaff, AdminServices, ReadAppointments, WriteAppointments,
			ReadCustomers, WriteCustomers, ReadReports, AdminSettings,
		}
	case OutletManager:
		return []Permission{
			ReadOutlet, WriteOutlet, ReadStaff, WriteStaff, ReadServices, ReadAppointments, WriteAppointments,
			ReadCustomers, WriteCustomers, ReadReports,
		}
	case Receptionist:
		return []Permission{ReadAppointments, WriteAppointments, ReadCustomers, WriteCustomers, ReadServices}
	case StaffRole:
		return []Permission{ReadOwnAppointments, WriteOwnAppointments, ReadCustomers, ReadServices}
	}
	return nil
}

// Can reports whether the role has the permission, itself or through a wider
// one that it was given.
func (r Role) Can(p Permission) bool {
	return slices.ContainsFunc(r.Permissions(), func(has Permission) bool { return has.covers(p) })
}

// covers tells which permissions a wider one includes: ":all" its whole verb,
// "admin:" reading and writing its object, and appointments the own ones.
func (p Permission) covers(other Permission) bool {
	if p == other {
		return true
	}
	verb, object, _ := strings.Cut(string(p), ":")
	otherVerb, otherObject, _ := strings.Cut(string(other), ":")
	switch {
	case p == AdminSystem:
		return true
	case object == "all":
		return verb == otherVerb
	case verb == "admin":
		return otherVerb != "admin" && strings.TrimSuffix(otherObject, "s") == strings.TrimSuffix(object, "s")
	default:
		return verb == otherVerb && "own_"+object == otherObject
	}
}
