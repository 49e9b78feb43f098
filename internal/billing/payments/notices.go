package payments

import (
	"context"
	"fmt"
	"html"
	"strings"

	"reserva/internal/billing/invoices"
	"reserva/internal/kit/db"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/money"
	"reserva/internal/kit/outbox"
)

type receiverRow struct {
	Business string  `db:"business"`
	Name     *string `db:"name"`
	Email    *string `db:"email"`
}

// tellPayer queues the receipt of a payment, or the notice that it went to the
// wallet. Who has no e-mail address sees it in the portal.
func tellPayer(ctx context.Context, tx *db.Tx, s invoices.Stored, p stored, m arrival) error {
	to, err := db.One[receiverRow](ctx, tx, `
		SELECT t.name AS business, coalesce(a.guest ->> 'name', c.first_name) AS name, coalesce(a.guest ->> 'email', c.email) AS email
		FROM invoices i
		JOIN tenants t ON t.id = $1
		LEFT JOIN customers c ON c.tenant_id = $1 AND c.id = i.customer_id
		LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = i.appointment_id
		WHERE i.tenant_id = $1 AND i.id = $2`, tx.Tenant(), s.ID)
	if err != nil {
		return err
	}
	address, err := mail.Normalise(str(to.Email))
	if err != nil {
		return nil
	}
	subject, lines := notice(to, s, p, m)
	queueMail(tx, address, subject, "payment:"+string(p.ID), lines)
	return nil
}

// tellBusiness queues that a payment waits for a person.
func tellBusiness(ctx context.Context, tx *db.Tx, s invoices.Stored, p stored) error {
	to, err := db.One[string](ctx, tx, `SELECT email FROM tenants WHERE id = $1`, tx.Tenant())
	if err != nil {
		return err
	}
	address, err := mail.Normalise(to)
	if err != nil {
		return nil
	}
	queueMail(tx, address, "A payment to look at: invoice "+s.Number, "review:"+string(p.ID), []string{
		"Hello,",
		fmt.Sprintf("the payment provider has taken another amount than the %s that invoice %s asks for: %s.", money.Format(s.Total, s.Currency), s.Number, p.Failure),
		"Nothing is booked of it. If the rest arrives, the payment completes by itself. If it does not, compare it with the account at the provider, " +
			"and settle it with your customer.",
	})
	return nil
}

func queueMail(tx *db.Tx, address, subject, reference string, lines []string) {
	outbox.Queue(tx, outbox.Message{
		Channel: outbox.Email, To: address, Subject: subject, Text: strings.Join(lines, "\n\n"),
		HTML:      "<p>" + strings.ReplaceAll(html.EscapeString(strings.Join(lines, "\n")), "\n", "</p><p>") + "</p>",
		Reference: reference,
	})
}

func notice(to receiverRow, s invoices.Stored, p stored, m arrival) (subject string, lines []string) {
	hello := "Hello " + first(str(to.Name), "there") + ","
	paid := money.Format(s.Total, s.Currency)
	switch {
	case s.Total == 0:
		paid = money.Format(m.held, s.Currency) + " from your wallet"
	case m.held > 0 && m.wanted > 0:
		paid += ", and " + money.Format(m.held, s.Currency) + " from your wallet,"
	}
	switch {
	case m.topUp:
		return "Your receipt from " + to.Business, []string{
			hello,
			fmt.Sprintf("thank you for your payment of %s for invoice %s.", paid, s.Number),
			fmt.Sprintf("%s is in your wallet at %s; you can use it for your next appointment.", money.Format(m.wallet, s.Currency), to.Business),
		}
	case m.surplus() > 0:
		lines = []string{
			hello,
			fmt.Sprintf("we received your payment of %s for invoice %s, but not all of it was still due.", paid, s.Number),
			fmt.Sprintf("%s will give you back %s.", to.Business, money.Format(m.surplus(), s.Currency)),
		}
		if m.wallet > 0 {
			lines = append(lines, fmt.Sprintf("%s is in your wallet again.", money.Format(m.wallet, s.Currency)))
		}
		return "Your payment to " + to.Business, lines
	case m.wanted == 0:
		return "Your payment to " + to.Business, []string{
			hello,
			fmt.Sprintf("we received your payment of %s for invoice %s, but the appointment was cancelled or paid otherwise before.", paid, s.Number),
			fmt.Sprintf("The whole of %s is in your wallet at %s; you can use it for your next appointment.", money.Format(m.wallet, s.Currency), to.Business),
		}
	case m.wallet > 0:
		return "Your receipt from " + to.Business, []string{
			hello,
			fmt.Sprintf("thank you for your payment of %s for invoice %s: %s.", paid, s.Number, p.Description),
			fmt.Sprintf("Less than that was still due: %s is in your wallet.", money.Format(m.wallet, s.Currency)),
		}
	}
	return "Your receipt from " + to.Business, []string{
		hello,
		fmt.Sprintf("thank you for your payment of %s for invoice %s: %s.", paid, s.Number, p.Description),
		"You can download the invoice in the customer portal.",
	}
}
