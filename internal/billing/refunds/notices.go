package refunds

import (
	"context"
	"fmt"
	"html"
	"strings"

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

// tell queues what a customer is told of how their refund was decided. Who has no e-mail
// address sees it in the portal.
func tell(ctx context.Context, tx *db.Tx, r row) error {
	to, err := db.One[receiverRow](ctx, tx, `
		SELECT t.name AS business, coalesce(a.guest ->> 'name', nullif(c.first_name, '')) AS name, coalesce(a.guest ->> 'email', c.email) AS email
		FROM customers c
		JOIN tenants t ON t.id = $1
		LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = $3
		WHERE c.tenant_id = $1 AND c.id = $2`, tx.Tenant(), r.CustomerID, r.AppointmentID)
	if err != nil || to.Email == nil {
		return err
	}
	address, err := mail.Normalise(*to.Email)
	if err != nil {
		return nil
	}
	name := "there"
	if to.Name != nil {
		name = *to.Name
	}
	lines := []string{"Hello " + name + ",", said(r, to.Business)}
	if r.Status == Rejected && r.Note != "" {
		lines = append(lines, "The reason: "+r.Note)
	}
	outbox.Queue(tx, outbox.Message{
		Channel: outbox.Email, To: address, Subject: "Your refund from " + to.Business, Text: strings.Join(lines, "\n\n"),
		HTML:      "<p>" + strings.ReplaceAll(html.EscapeString(strings.Join(lines, "\n")), "\n", "</p><p>") + "</p>",
		Reference: "refund:" + string(r.ID) + ":" + string(r.Status),
	})
	return nil
}

func said(r row, business string) string {
	amount := money.Format(r.Amount, r.Currency)
	switch {
	case r.Status == Rejected:
		return fmt.Sprintf("%s cannot give you back %s.", business, amount)
	case r.Method == ToWallet:
		return fmt.Sprintf("%s is in your wallet at %s; you can use it for your next appointment.", amount, business)
	case r.Method == ByHand:
		return fmt.Sprintf("%s gives you back %s, in cash or to your bank account.", business, amount)
	}
	return fmt.Sprintf("%s gave you back %s by the way you paid. It may take your bank some days to show it.", business, amount)
}
