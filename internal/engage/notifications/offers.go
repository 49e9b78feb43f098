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
	Appointment id.ID     `db:"appointment_id"`
	ExpiresAt   time.Time `db:"expires_at"`
	Outcome     *string   `db:"outcome"`
}

// offerNotice is a mail of the waitlist: a notice that needs the offer to be written.
type offerNotice struct {
	name, subject string
	text          func(o *offer, until string) string
	holds         func(o *offer, now time.Time) bool
	// useless is when there is no use in the mail any more, the zero time never.
	useless func(o *offer) time.Time
}

func offered() offerNotice {
	return offerNotice{
		name: "offered", subject: "A time is free for you at %s",
		text: func(_ *offer, until string) string {
			return fmt.Sprintf("a time that you waited for is free. We hold it for you until %s: accept or decline it in your account, or call us. "+
				"Without an answer it goes to the next.", until)
		},
		holds:   func(o *offer, now time.Time) bool { return o.Outcome == nil && now.Before(o.ExpiresAt) },
		useless: func(o *offer) time.Time { return o.ExpiresAt },
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
			SELECT appointment_id, expires_at, outcome FROM waitlist_offers WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), of)
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
		says := notice{text: what.text(&o, o.ExpiresAt.In(v.zone()).Format("15:04 on Monday, 2 January")+" ("+v.Timezone+")")}
		outbox.Queue(tx, outbox.Message{
			Channel: outbox.Email, To: *v.Email, Subject: fmt.Sprintf(what.subject, v.Business),
			Text: v.text(says), HTML: v.html(says), Until: what.useless(&o),
			Reference: "waitlist:" + what.name + ":" + string(of),
		})
		return nil
	})
}
