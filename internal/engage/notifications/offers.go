package notifications

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reserva/internal/calendar/waitlist"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/outbox"
)

// subscribeOffers has customers told what the waitlist offers them, and that they were
// too late.
func (n *Notices) subscribeOffers(r *jobs.Registry) {
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e waitlist.OfferedEvent) error {
		return n.tellOffer(ctx, tenant, e.OfferID, offered())
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e waitlist.LapsedEvent) error {
		return n.tellOffer(ctx, tenant, e.OfferID, lapsed())
	})
}

// offer is what a mail of the waitlist tells beside the visit.
type offer struct {
	Wish        id.ID     `db:"wish_id"`
	Appointment id.ID     `db:"appointment_id"`
	ExpiresAt   time.Time `db:"expires_at"`
	Outcome     *string   `db:"outcome"`
	Phone       string    `db:"phone"` // of the outlet, or of the business
}

// answers adds the ways to answer an offer: at an address of its own, and by telephone,
// where the number of the wish tells the desk which. False for an offer whose mail was
// written before.
func (n *Notices) answers(ctx context.Context, tx *db.Tx, of id.ID, o *offer, v *visit) (bool, error) {
	link, err := waitlist.NewLink(ctx, tx, of)
	if err != nil || link == "" {
		return false, err
	}
	v.link, v.linkText = n.publicURL+link, "Accept or decline"
	v.more = append(v.more, [2]string{"By telephone", o.Phone + ", number of your wish: " + string(o.Wish)})
	return true, nil
}

// offerNotice is a mail of the waitlist: a notice that needs the offer to be written.
type offerNotice struct {
	name, subject string
	text          func(o *offer, until string) string
	holds         func(o *offer, now time.Time) bool
	// answered tells that the mail asks for an answer.
	answered bool
	// useless is when there is no use in the mail any more, the zero time never.
	useless func(o *offer) time.Time
}

func offered() offerNotice {
	return offerNotice{
		name: "offered", subject: "A time is free for you at %s",
		text: func(_ *offer, until string) string {
			return fmt.Sprintf("a time that you waited for is free. We hold it for you until %s. Please accept or decline it until then, "+
				"by the link below or by telephone. Without an answer it goes to the next.", until)
		},
		answered: true,
		holds:    func(o *offer, now time.Time) bool { return o.Outcome == nil && now.Before(o.ExpiresAt) },
		useless:  func(o *offer) time.Time { return o.ExpiresAt },
	}
}

func lapsed() offerNotice {
	return offerNotice{
		name: "lapsed", subject: "The time that we held for you at %s is gone",
		text: func(*offer, string) string {
			return "we held this time for you and had no answer, so it went to the next. If you still wait for one, please join the waitlist again:"
		},
		holds:   func(o *offer, _ time.Time) bool { return o.Outcome != nil && *o.Outcome == "lapsed" },
		useless: func(*offer) time.Time { return time.Time{} },
	}
}

// tellOffer writes a mail about an offer, unless it is not true any more.
func (n *Notices) tellOffer(ctx context.Context, tenant, of id.ID, what offerNotice) error {
	return n.db.Update(ctx, tenant, func(tx *db.Tx) error {
		o, err := db.One[offer](ctx, tx, `
			SELECT f.wish_id, f.appointment_id, f.expires_at, f.outcome, coalesce(nullif(o.phone, ''), t.phone) AS phone
			FROM waitlist_offers f
			JOIN waitlist_wishes w ON w.tenant_id = $1 AND w.id = f.wish_id
			JOIN outlets o ON o.tenant_id = $1 AND o.id = w.outlet_id
			JOIN tenants t ON t.id = f.tenant_id
			WHERE f.tenant_id = $1 AND f.id = $2`, tx.Tenant(), of)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		v, err := findVisit(ctx, tx, o.Appointment)
		if err != nil {
			return err
		}
		if v.Email == nil || !v.wantsMail() || !what.holds(&o, tx.Now()) {
			return nil
		}
		if what.answered {
			if first, err := n.answers(ctx, tx, of, &o, &v); err != nil || !first {
				return err
			}
		}
		says := notice{text: what.text(&o, o.ExpiresAt.In(v.zone()).Format("15:04 on Monday, 2 January")+" ("+v.Timezone+")")}
		outbox.Queue(tx, outbox.Message{
			Channel: outbox.Email, To: *v.Email, Subject: fmt.Sprintf(what.subject, v.Business),
			Text: v.text(says), HTML: v.html(says), Until: what.useless(&o),
			Reference: "waitlist:" + what.name + ":" + string(of),
		})
		return nil
	})
}
