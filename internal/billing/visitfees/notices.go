package visitfees

import (
	"context"
	"fmt"
	"html"
	"strings"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
)

// tell queues what a customer is told of a fee. Who has no e-mail address sees it in the
// portal.
func tell(ctx context.Context, tx *db.Tx, due appointments.Due, r row) error {
	if due.Appointment.CustomerEmail == nil {
		return nil
	}
	address, err := mail.Normalise(*due.Appointment.CustomerEmail)
	if err != nil {
		return nil
	}
	business, err := db.One[string](ctx, tx, `SELECT name FROM tenants WHERE id = $1`, tx.Tenant())
	if err != nil {
		return err
	}
	lines := []string{
		"Hello " + due.Appointment.CustomerName + ",",
		fmt.Sprintf("for %s, your appointment on %s at %s, the fee of %s applies that was shown when you booked.",
			named(r.Kind), due.Appointment.AppointmentDate, due.Appointment.StartTime, format(r.Amount, r.Currency)),
	}
	if r.Kept > 0 {
		lines = append(lines, fmt.Sprintf("%s of it is kept of what you have paid.", format(r.Kept, r.Currency)))
	}
	if r.InvoiceNumber != nil {
		lines = append(lines, fmt.Sprintf("Please pay %s by invoice %s, which you find in the customer portal.", format(r.Amount-r.Kept, r.Currency), *r.InvoiceNumber))
	}
	lines = append(lines, business)
	outbox.Queue(tx, outbox.Message{
		Channel: outbox.Email, To: address, Subject: "A fee of your visit to " + business, Text: strings.Join(lines, "\n\n"),
		HTML:      "<p>" + strings.ReplaceAll(html.EscapeString(strings.Join(lines, "\n")), "\n", "</p><p>") + "</p>",
		Reference: "visit_fee:" + string(r.ID),
	})
	return nil
}
