package guestapi

import "reserva/internal/kit/fault"

// Faults of the guest API. The short messages are published texts that clients show
// as they are.
var (
	ErrOrganizationNotFound = fault.New(fault.NotFound, "guest.organization_not_found", "Organization not found")
	ErrPackageNotFound      = fault.New(fault.BadRequest, "guest.package_not_found", "Package not found")
	ErrBookingNotFound      = fault.New(fault.NotFound, "guest.booking_not_found", "Booking not found")
	ErrNoBranch             = fault.New(fault.NotFound, "guest.no_branch", "This organization has no open branch.")

	ErrTenantUndetermined = fault.New(fault.Invalid, "guest.tenant_undetermined",
		"Tenant could not be determined. Please ensure you access via a valid subdomain.")
	ErrTenantsDiffer = fault.New(fault.Invalid, "guest.tenants_differ",
		"The address, headers and parameters of the request name different organizations.")
	ErrBranchUndetermined = fault.New(fault.Invalid, "guest.branch_undetermined",
		"Branch could not be determined. Please ensure you access via a valid branch URL.")

	ErrPastDate = fault.New(fault.BadRequest, "guest.past_date",
		"Please select a valid date for your booking. Past dates are not available.")
	ErrPastTime = fault.New(fault.BadRequest, "guest.past_time",
		"Please select a later time for your booking. Past times are not available.")
	ErrTooFarAhead = fault.New(fault.BadRequest, "guest.too_far_ahead",
		"Please select an earlier date for your booking. That date is too far ahead.")
	ErrTooSoon = fault.New(fault.BadRequest, "guest.too_soon",
		"Please select a later time for your booking. That time is too soon to be booked.")
	ErrOutsideHours = fault.New(fault.BadRequest, "guest.outside_hours",
		"Please select another time for your booking. The branch does not begin bookings at that time.")
	ErrNotOnline = fault.New(fault.BadRequest, "guest.not_online",
		"This branch does not take bookings online. Please call it.")
	ErrPaymentMethod = fault.New(fault.BadRequest, "guest.payment_method",
		"Please select another payment method. That one is not available here.")

	ErrSlotFull  = fault.New(fault.Conflict, "guest.slot_full", "That timeslot is fully booked. Please select another one.")
	ErrDuplicate = fault.New(fault.Conflict, "guest.duplicate", "You have already booked this timeslot.")

	ErrTooManyUnverified = fault.New(fault.TooMany, "guest.too_many_unverified",
		"Too many bookings wait to be verified. Please use the links in your email first.")

	// ErrVerification is every reason why a booking cannot be verified; the reason is
	// not told.
	ErrVerification = fault.New(fault.BadRequest, "guest.verification", "Invalid or expired verification token")
)
