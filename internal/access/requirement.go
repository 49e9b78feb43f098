package access

import (
	"slices"
)

// Requirement names what an endpoint asks of a staff user's role. Whether the
// record asked for lies in the caller's outlets, or is the caller's own, is for
// the operation to decide.
type Requirement string

// The requirements, one for each family of endpoints that is guarded alike.
const (
	Account  Requirement = "account"  // one's own account; also before a password was changed that must be
	Any      Requirement = "any"      // every signed-in staff user
	Platform Requirement = "platform" // the platform's own administration

	TenantRead    Requirement = "tenant.read"
	TenantWrite   Requirement = "tenant.write"
	TenantReports Requirement = "tenant.reports"
	PlanRead      Requirement = "plan.read"
	PlanWrite     Requirement = "plan.write"
	AuditRead     Requirement = "audit.read"

	UsersRead  Requirement = "users.read"
	UsersWrite Requirement = "users.write" // further limited by Role.Manages

	OutletsRead      Requirement = "outlets.read"
	OutletsWrite     Requirement = "outlets.write"
	OutletsConfigure Requirement = "outlets.configure" // hours and settings of an outlet

	StaffRead     Requirement = "staff.read"
	StaffWrite    Requirement = "staff.write"
	StaffWriteOwn Requirement = "staff.write_own" // own profile; others' with StaffWrite

	ServicesRead  Requirement = "services.read"
	ServicesWrite Requirement = "services.write"
	PricesWrite   Requirement = "prices.write"

	PackagesRead  Requirement = "packages.read"
	PackagesWrite Requirement = "packages.write"
	CreditsRead   Requirement = "credits.read"
	CreditsWrite  Requirement = "credits.write" // sell a package, redeem a credit

	AvailabilityRead  Requirement = "availability.read"
	AvailabilityWrite Requirement = "availability.write" // own entries below TenantAdmin

	AppointmentsRead  Requirement = "appointments.read"
	AppointmentsWrite Requirement = "appointments.write" // own ones for StaffRole

	WaitlistRead  Requirement = "waitlist.read"
	WaitlistWrite Requirement = "waitlist.write" // add and remove wishes, answer offers

	CustomersRead    Requirement = "customers.read"
	CustomersAdd     Requirement = "customers.add" // create, and keep preferences
	CustomersWrite   Requirement = "customers.write"
	CustomersDelete  Requirement = "customers.delete"
	CustomersReports Requirement = "customers.reports"

	ReportsRead Requirement = "reports.read"

	PaymentsRead     Requirement = "payments.read"
	PaymentsWrite    Requirement = "payments.write" // take money: record it or send a link
	RefundsWrite     Requirement = "refunds.write"  // give money back
	BillingRead      Requirement = "billing.read"   // the tenant's fees and provider accounts
	BillingWrite     Requirement = "billing.write"
	InvoicesRead     Requirement = "invoices.read"
	InvoicesWrite    Requirement = "invoices.write"
	WithdrawalsRead  Requirement = "withdrawals.read"
	WithdrawalsWrite Requirement = "withdrawals.write"

	WebhooksRead  Requirement = "webhooks.read" // what the business has sent to its own servers, and the feed of events
	WebhooksWrite Requirement = "webhooks.write"

	NotificationsRead  Requirement = "notifications.read"
	NotificationsWrite Requirement = "notifications.write"
	LoyaltyRead        Requirement = "loyalty.read"
	LoyaltyWrite       Requirement = "loyalty.write"
	ReviewsRead        Requirement = "reviews.read"
	ReviewsWrite       Requirement = "reviews.write"
	TokenUsageWrite    Requirement = "token_usage.write"
)

// Grant is one row of the permission table.
type Grant struct {
	Requirement Requirement
	Roles       []Role
}

// Grants returns the permission table: every requirement with the roles that
// meet it.
func Grants() []Grant {
	everyone := Roles()
	desk := []Role{SuperAdmin, TenantAdmin, OutletManager, Receptionist}
	providers := []Role{SuperAdmin, TenantAdmin, OutletManager, StaffRole}
	managers := []Role{SuperAdmin, TenantAdmin, OutletManager}
	admins := []Role{SuperAdmin, TenantAdmin}

	return []Grant{
		{Account, everyone}, {Any, everyone}, {Platform, []Role{SuperAdmin}},
		{TenantRead, everyone}, {TenantWrite, admins}, {TenantReports, admins},
		{PlanRead, everyone}, {PlanWrite, admins}, {AuditRead, admins},
		{UsersRead, managers}, {UsersWrite, managers},
		{OutletsRead, everyone}, {OutletsWrite, admins}, {OutletsConfigure, managers},
		{StaffRead, everyone}, {StaffWrite, managers}, {StaffWriteOwn, providers},
		{ServicesRead, everyone}, {ServicesWrite, managers}, {PricesWrite, managers},
		{PackagesRead, everyone}, {PackagesWrite, admins}, {CreditsRead, everyone}, {CreditsWrite, everyone},
		{AvailabilityRead, everyone}, {AvailabilityWrite, providers},
		{AppointmentsRead, everyone}, {AppointmentsWrite, everyone},
		{WaitlistRead, desk}, {WaitlistWrite, desk},
		{CustomersRead, everyone}, {CustomersAdd, everyone}, {CustomersWrite, desk},
		{CustomersDelete, admins}, {CustomersReports, admins},
		{ReportsRead, managers},
		{PaymentsRead, everyone}, {PaymentsWrite, desk}, {RefundsWrite, managers}, {BillingRead, admins}, {BillingWrite, admins},
		{InvoicesRead, everyone}, {InvoicesWrite, admins}, {WithdrawalsRead, admins}, {WithdrawalsWrite, admins},
		{WebhooksRead, admins}, {WebhooksWrite, admins},
		{NotificationsRead, managers}, {NotificationsWrite, managers},
		{LoyaltyRead, everyone}, {LoyaltyWrite, desk}, {ReviewsRead, everyone}, {ReviewsWrite, managers},
		{TokenUsageWrite, admins},
	}
}

// Roles returns the roles that meet the requirement; none for an unknown one,
// so that a slip closes an endpoint rather than opening it.
func (r Requirement) Roles() []Role {
	for _, g := range Grants() {
		if g.Requirement == r {
			return g.Roles
		}
	}
	return nil
}

// Meets reports whether the role meets the requirement.
func (r Role) Meets(need Requirement) bool { return slices.Contains(need.Roles(), r) }
