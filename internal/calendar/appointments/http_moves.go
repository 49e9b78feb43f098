package appointments

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/fault"
)

type rescheduleInput struct {
	ByID
	Body Reschedule
}

type reassignInput struct {
	ByID
	Body Reassign
}

const moveText = "Staff, services and prices stay; who does not give the service at the outlet any more is replaced by somebody who does. " +
	"The new time is decided as a booking would be, as if the appointment had no place yet, so it may overlap the old one. " +
	"A seat of a group session is given back, and another taken. In one step: if the new time is refused, nothing has changed. " +
	"A move to where the appointment is changes nothing."

// moveFaults are what every move may answer.
func moveFaults(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{
		ErrNotFound, ErrStale, ErrTransition, ErrHoldLapsed, ErrCustomerNotFound, availability.ErrOutletNotFound, availability.ErrOutletClosed,
		availability.ErrServiceNotFound, availability.ErrServiceNotOffered, availability.ErrStaffNotFound, availability.ErrStaffNotQualified,
		availability.ErrLocalTimeInGap, ErrSlotTaken, ErrAlreadyBooked, ErrPast, ErrOutsideHours, ErrRaster,
		ErrOffered,
	}, more...)
}

func registerMoves(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/reschedule", ID: "reschedule-appointment", Tag: tag, Idempotent: true,
		Summary: "Move an appointment", Description: moveText + " Pending and confirmed appointments can be moved. A refused time answers with " +
			"the reason and the next free starts of that date.",
		Errors: moveFaults(), Aliases: []string{"/staff/appointments/{appointment_id}/reschedule"},
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *rescheduleInput) (*Appointment, error) {
		changed, err := o.Reschedule(ctx, who, api.ID(in.ID), in.Body)
		return &changed, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/appointments/{appointment_id}/staff", ID: "reassign-appointment", Tag: tag,
		Aliases: []string{"/staff/appointments/{appointment_id}/staff"},
		Summary: "Give a service of an appointment to somebody else",
		Description: "At the time and for the price that it has, also where it should have begun already. Without staff_id the server chooses " +
			"somebody else who is qualified and free, and of a team all others. Who serves already changes nothing. The other services of the appointment stay untouched.",
		Errors: moveFaults(ErrNoSuchLine, ErrNotYours),
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *reassignInput) (*Appointment, error) {
		changed, err := o.Reassign(ctx, who, api.ID(in.ID), in.Body)
		return &changed, err
	})
}
