package waitlist

import (
	"context"
	"errors"
	"strings"

	"reserva/internal/access"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// LinkPath is where offers are answered, below the public URL.
const LinkPath = "/offers/"

// NewLink gives an open offer the path at which whoever has it answers, below the
// public URL: the tenant, so that it is looked up in that tenant's own transaction, and
// a secret of which only the hash is stored. Empty for an offer that has one, or ended.
func NewLink(ctx context.Context, tx *db.Tx, offer id.ID) (string, error) {
	secret := token.NewSecret()
	given, err := tx.ExecNow(ctx, `
		UPDATE waitlist_offers SET answer_hash = $3
		WHERE tenant_id = $1 AND id = $2 AND answer_hash IS NULL AND outcome IS NULL`, tx.Tenant(), offer, token.HashSecret(secret))
	if err != nil || given == 0 {
		return "", err
	}
	return LinkPath + string(tx.Tenant()) + "." + secret, nil
}

// linkedRow is an offer that somebody has the link of.
type linkedRow struct {
	offerRow
	Tenant   id.ID  `db:"tenant_id"`
	Business string `db:"business"`
	Outlet   string `db:"outlet"`
	Phone    string `db:"phone"` // of the outlet, or of the business
	Status   string `db:"status"`
}

// customer is who answers by the link: it went to their mailbox alone.
func (l *linkedRow) customer(origin access.Origin) access.Customer {
	return access.Customer{ID: l.CustomerID, Tenant: l.Tenant, Origin: origin}
}

// linked finds the offer of a link, whatever has become of it. ErrNotFound for whatever
// is no link, for businesses that are closed and for customers who were locked out.
func (o *Operations) linked(ctx context.Context, link string) (*linkedRow, error) {
	front, secret, _ := strings.Cut(link, ".")
	tenant, err := id.Parse(front)
	if err != nil || len(secret) != token.SecretLength {
		return nil, ErrNotFound
	}
	var found linkedRow
	err = o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		found, err = db.One[linkedRow](ctx, tx, `
			SELECT `+offerColumns+`, f.tenant_id, t.name AS business, o.name AS outlet, coalesce(nullif(o.phone, ''), t.phone) AS phone, a.status`+fromOffers+`
			JOIN tenants t ON t.id = f.tenant_id AND t.is_active AND t.deleted_at IS NULL
			WHERE f.tenant_id = $1 AND f.answer_hash = $3 AND c.deleted_at IS NULL AND c.is_active`,
			tx.Tenant(), tx.Now(), token.HashSecret(secret))
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil, ErrNotFound
	}
	return &found, err
}

// answer accepts or declines the offer of a link: this one, and not what else the wish
// may be offered by now. Repeating it changes nothing. Faults: those of Accept.
func (o *Operations) answer(ctx context.Context, l *linkedRow, who access.Customer, accept bool) error {
	mine := func(w Wish) bool { return w.Offer != nil && w.Offer.ID == l.ID }
	if accept {
		_, err := o.settle(ctx, l.Tenant, who, l.WishID, Accepted, func(w Wish) error {
			if !mine(w) {
				return w.noOffer()
			}
			_, err := o.acceptOffer(ctx, l.Tenant, who, w)
			return err
		})
		return err
	}
	_, err := o.settle(ctx, l.Tenant, who, l.WishID, Waiting, func(w Wish) error {
		if !mine(w) {
			return w.noOffer()
		}
		return o.giveUp(ctx, l.Tenant, who, w, "offer_declined", outcomeDeclined, Waiting)
	})
	return err
}

// acceptOffer makes an appointment of the open offer of a wish.
func (o *Operations) acceptOffer(ctx context.Context, tenant id.ID, who access.Actor, w Wish) (appointments.Appointment, error) {
	return o.appointments.AcceptOffer(ctx, tenant, who, w.Offer.AppointmentID, func(tx *db.Tx) error {
		stillThere(tx, w.CustomerID)
		o.end(tx, who, w, outcomeAccepted, Accepted)
		return nil
	})
}
