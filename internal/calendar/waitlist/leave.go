package waitlist

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Leave takes the customer who asks off the list; what is offered goes to the next.
// Repeating it changes nothing. Faults: ErrNotFound, ErrEnded.
func (o *Operations) Leave(ctx context.Context, who access.Customer, wish id.ID) error {
	return o.leave(ctx, who.Tenant, who, wish, outcomeDeclined, Left)
}

// Remove takes a wish off the list for the desk. Faults: those of Leave.
func (o *Operations) Remove(ctx context.Context, who access.Staff, wish id.ID) error {
	return o.leave(ctx, who.Tenant, who, wish, outcomeWithdrawn, Removed)
}

func (o *Operations) leave(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID, outcome, next string) error {
	_, err := o.settle(ctx, tenant, who, wish, next, func(w Wish) error {
		switch {
		case w.Status == Offered && w.Offer == nil:
			return errRead
		case w.Status == Offered:
			return o.giveUp(ctx, tenant, who, w, "offer_"+outcome, outcome, next)
		case w.Status == Waiting:
			return o.finish(ctx, tenant, who, w, next)
		}
		return ErrEnded
	})
	return err
}

// finish ends a wish that waits.
func (o *Operations) finish(ctx context.Context, tenant id.ID, who access.Actor, w Wish, next string) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		setWish(tx, w.ID, Waiting, next)
		audit.Record(tx, who, "waitlist."+next, "waitlist_wish", w.ID, w.digest(Waiting), w.digest(next))
		return nil
	})
}
