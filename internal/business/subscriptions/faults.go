package subscriptions

import (
	"fmt"

	"reserva/internal/kit/fault"
)

// The refusals of plan limits. Each resource keeps the status and the words that
// the guides document for it; the functions below add the numbers.
var (
	ErrOutletLimit = fault.New(fault.PaymentRequired, "plan.outlets",
		"Subscription limit reached. Maximum outlets allowed by your plan.")
	ErrStaffLimit = fault.New(fault.PaymentRequired, "plan.staff",
		"Subscription staff limit reached. Upgrade your plan to add more staff members.")
	ErrServiceLimit = fault.New(fault.PaymentRequired, "plan.services",
		"Subscription service limit reached. Upgrade your plan to add more services.")
	ErrAppointmentLimit = fault.New(fault.Forbidden, "plan.appointments",
		"Monthly appointment limit reached. Upgrade your plan to book more.").
		WithExtra(map[string]any{
			"current_plan":      Free,
			"usage":             AppointmentUsage{AppointmentsThisMonth: 100, Limit: 100},
			"upgrade_available": true,
		})

	ErrStaffUserLimit = fault.New(fault.Forbidden, "plan.staff_users",
		"The plan's limit of users with the role staff is reached at one of the outlets. Upgrade your plan to add more.").
		WithExtra(map[string]any{
			"current_plan":      Free,
			"usage":             StaffUserUsage{StaffPerOutlet: 5, Limit: 5},
			"upgrade_available": true,
		})

	ErrUnknown = fault.New(fault.NotFound, "subscription.not_found", "There is no such business.")
	ErrPlan    = fault.New(fault.Invalid, "subscription.plan", "The plan is FREE, PRO or ENTERPRISE.")
)

// AppointmentUsage is the member "usage" of the appointment limit's body.
type AppointmentUsage struct {
	AppointmentsThisMonth int `json:"appointments_this_month"`
	Limit                 int `json:"limit"`
}

// StaffUserUsage is the member "usage" of the staff user limit's body.
type StaffUserUsage struct {
	StaffPerOutlet int `json:"staff_per_outlet"`
	Limit          int `json:"limit"`
}

// OutletLimit is ErrOutletLimit with the plan's number.
func (p Plan) OutletLimit() *fault.Error {
	return ErrOutletLimit.With("Subscription limit reached. Maximum outlets allowed on the %s plan: %d.", p, p.Limits().Outlets)
}

// StaffLimit is ErrStaffLimit with the plan's number.
func (p Plan) StaffLimit() *fault.Error {
	return ErrStaffLimit.With("Subscription staff limit reached: the %s plan allows %d active staff members per outlet.",
		p, p.Limits().StaffPerOutlet)
}

// ServiceLimit is ErrServiceLimit with the plan's number.
func (p Plan) ServiceLimit() *fault.Error {
	return ErrServiceLimit.With("Subscription service limit reached: the %s plan allows %d services.", p, p.Limits().Services)
}

// AppointmentLimit is ErrAppointmentLimit with the plan and its number.
func (p Plan) AppointmentLimit() *fault.Error {
	limit := p.Limits().AppointmentsPerMonth
	message := fmt.Sprintf("Monthly appointment limit reached: the %s plan allows %d appointments per month.", p, limit)
	return ErrAppointmentLimit.With("%s", message).WithExtra(map[string]any{
		"current_plan":      p,
		"usage":             AppointmentUsage{AppointmentsThisMonth: limit, Limit: limit},
		"upgrade_available": p.CanUpgrade(),
	})
}

// StaffUserLimit is ErrStaffUserLimit with the plan and its number.
func (p Plan) StaffUserLimit() *fault.Error {
	limit := p.Limits().StaffPerOutlet
	message := fmt.Sprintf("Staff limit reached: the %s plan allows %d users with the role staff per outlet. Upgrade your plan to add more.", p, limit)
	return ErrStaffUserLimit.With("%s", message).WithExtra(map[string]any{
		"current_plan":      p,
		"usage":             StaffUserUsage{StaffPerOutlet: limit, Limit: limit},
		"upgrade_available": p.CanUpgrade(),
	})
}
