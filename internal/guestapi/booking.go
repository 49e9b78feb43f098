package guestapi

import (
	"strings"
	"time"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// GuestBooking is an appointment as anybody who knows its id may see it: no person,
// no price, no reason. Its keys and their order are published.
type GuestBooking struct {
	ID             id.ID       `json:"_id"`
	OrganizationID id.ID       `json:"organizationId"`
	PackageID      id.ID       `json:"packageId"`
	CustomerID     id.ID       `json:"customerId"`
	BookingDate    civil.Date  `json:"bookingDate" doc:"At the branch, as it stands now."`
	BookingTime    civil.Clock `json:"bookingTime" doc:"At the branch, as it stands now." example:"14:30"`
	Status         string      `json:"status" example:"pending" doc:"pending, confirmed, declined, cancelled, completed or no_show; more may come."`
	PaymentMethod  string      `json:"preferredPaymentMethod" enum:"cash,maya"`
	CreatedAt      time.Time   `json:"createdAt"`
	VerifiedAt     *time.Time  `json:"verifiedAt,omitempty" doc:"Absent until the booking is verified."`
}

// NewGuestBooking is the answer to the guest who booked, and to nobody else.
type NewGuestBooking struct {
	GuestBooking
	VerificationToken string `json:"verificationToken" example:"dGhpcyBpcyBub3QgYSByZWFsIHRva2VuIGF0IGFsbCEh"`
}

// Created is the answer to a new booking.
type Created struct {
	Booking NewGuestBooking `json:"booking"`
	Message string          `json:"message" example:"Booking created. Please verify via email link."`
}

// VerifiedGuestBooking is what verifying answers.
type VerifiedGuestBooking struct {
	ID             id.ID       `json:"_id"`
	OrganizationID id.ID       `json:"organizationId"`
	Status         string      `json:"status" example:"confirmed"`
	BookingDate    civil.Date  `json:"bookingDate"`
	BookingTime    civil.Clock `json:"bookingTime" example:"14:30"`
	VerifiedAt     time.Time   `json:"verifiedAt"`
}

// Verified is the answer to a verified booking.
type Verified struct {
	Booking VerifiedGuestBooking `json:"booking"`
	Message string               `json:"message" example:"Booking verified successfully"`
}

// reasonDeclined is what the desk gives as reason to decline rather than to cancel.
const reasonDeclined = "declined"

// status spells an appointment's state as Booki does. What is in progress was
// confirmed; Booki knows no state between that and the end.
func status(s appointments.Status, cancelledBy *string, reason string) string {
	switch {
	case s == appointments.InProgress:
		return string(appointments.Confirmed)
	case s == appointments.Cancelled && cancelledBy != nil && *cancelledBy == appointments.ByStaff &&
		strings.EqualFold(strings.TrimSpace(reason), reasonDeclined):
		return "declined"
	}
	return string(s)
}

// shown is a time as it goes over the wire: UTC, whole seconds.
func shown(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
