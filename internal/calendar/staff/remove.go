package staff

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/catalog/services"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Remove hides a staff member with whom nobody is booked; what was booked stays. It
// fails with ErrNotFound, outlets.ErrOutOfScope, ErrManagers and ErrUpcoming.
func (o *Operations) Remove(ctx context.Context, who access.Staff, member id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		// Unlike a change, a removal waits for bookings that are under way.
		r, err := db.One[row](ctx, tx, selectSQL+` FOR UPDATE OF s`, tx.Tenant(), member)
		if err != nil {
			return unknown(err)
		}
		if err := managedBy(who, &r); err != nil {
			return err
		}
		upcoming := queueUpcoming(tx, r.SubjectKey, nil)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if upcoming.Value {
			return booked(ctx, tx, r.SubjectKey, nil)
		}
		tx.Expect(1, "staff_changed", `
			UPDATE staff
			SET deleted_at = $3, is_active = false, updated_at = $3, version = version + 1
			WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
			RETURNING id`, tx.Tenant(), member, tx.Now())
		audit.Record(tx, who, "staff.removed", "staff", member, r.facts(), nil)
		return services.RecordStaff(ctx, tx, who, member, r.gives())
	})
}

// queueUpcoming asks whether a subject is booked from now on, at any of the outlets
// or, where they are nil, at all.
func queueUpcoming(tx *db.Tx, subject int64, at []id.ID) *db.Result[bool] {
	return db.QueueOne[bool](tx, `
		SELECT EXISTS (
			SELECT 1
			FROM occupancies o
			JOIN sessions s ON s.tenant_id = o.tenant_id AND s.id = o.session_id
			WHERE o.tenant_id = $1 AND o.subject_key = $2 AND o.busy_to > $3 AND (o.lapses_at IS NULL OR o.lapses_at > $3)
				AND ($4::text[] IS NULL OR s.outlet_id = ANY ($4)))`, tx.Tenant(), subject, tx.Now(), at)
}

// Restore brings a removed staff member back, active again. It fails with
// ErrNotFound, ErrNotRemoved, outlets.ErrOutOfScope, ErrEmailTaken, ErrUserTaken and
// subscriptions.ErrStaffLimit.
func (o *Operations) Restore(ctx context.Context, who access.Staff, member id.ID) (Member, error) {
	var out Member
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		p := lockPlaces(tx, member, nil)
		was, err := db.One[removed](ctx, tx, `
			SELECT s.outlet_id, s.deleted_at IS NOT NULL AS removed
			FROM staff s
			WHERE s.tenant_id = $1 AND s.id = $2
			FOR NO KEY UPDATE OF s`, tx.Tenant(), member)
		switch {
		case err != nil:
			return unknown(err)
		case !who.CanOutlet(was.OutletID):
			return outlets.ErrOutOfScope
		case !was.Removed:
			return ErrNotRemoved
		}
		if err := p.check(who, []id.ID{was.OutletID}); err != nil {
			return err
		}
		tx.Expect(1, "staff_changed", `
			UPDATE staff
			SET deleted_at = NULL, is_active = true, status = 'active', updated_at = $3, version = version + 1
			WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL
			RETURNING id`, tx.Tenant(), member, tx.Now())
		if err := p.checkRoom(ctx, tx, p.outlets.Rows); err != nil {
			return err
		}
		r, err := load(ctx, tx, member)
		if err != nil {
			return err
		}
		audit.Record(tx, who, "staff.restored", "staff", member, nil, r.facts())
		if err := services.RecordStaff(ctx, tx, who, member, r.gives()); err != nil {
			return err
		}
		out, err = r.member(who, tx.Tenant())
		return err
	})
	return out, taken(err)
}

// removed is what restoring asks of a staff member.
type removed struct {
	OutletID id.ID `db:"outlet_id"`
	Removed  bool  `db:"removed"`
}
