package payments

import (
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/money"
)

// taxOf is the tax on a part of the price that is still to be paid. It is the part's
// share of the tax of the whole, counted from what is paid already, so that the parts of
// a price, a deposit and the rest, carry together what the whole carries.
func taxOf(due appointments.Due, base int64, rate money.Rate) (int64, error) {
	whole, err := due.Appointment.Tax(rate)
	if err != nil {
		return 0, err
	}
	return money.Part(whole, due.Paid+base, due.Total) - money.Part(whole, due.Paid, due.Total), nil
}
