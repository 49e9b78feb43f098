package users

import (
	"context"
	"reflect"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
)

// edit is one change of a member, in the transaction that makes it. Edits of one
// tenant's users wait for each other at its subscription, so that two of them
// cannot pass a limit together, nor take away the last two administrators.
type edit struct {
	tx        *db.Tx
	who       access.Staff
	plan      subscriptions.Plan
	elsewhere bool // the person belongs to another tenant, too
	old       managed
	new       managed
	outlets   []id.ID // of new; its Outlets are still the old ones
}

// edit makes a change of a user of the caller's tenant and answers the user as it
// then is. Without a difference nothing is written. It fails with ErrNotFound,
// ErrSelf, ErrRank, outlets.ErrOutOfScope and whatever the change and its writing
// fail with.
func (o *Operations) edit(ctx context.Context, who access.Staff, user id.ID, action string, change func(e *edit) error) (User, error) {
	var out User
	err := o.db.Platform(ctx, "change a staff user", func(tx *db.Tx) error {
		e, err := beginEdit(ctx, tx, who, user)
		if err != nil {
			return err
		}
		if err := change(e); err != nil {
			return err
		}
		if err := e.write(ctx); err != nil {
			return err
		}
		if e.changed() {
			was, is := e.old.facts(), e.new.facts()
			is.OutletIDs = e.outlets
			audit.RecordIn(tx, who.Tenant, who, action, "user", user, was, is)
		}
		out, err = reload(ctx, tx, who.Tenant, user)
		return err
	})
	if db.IsConflict(err, "users_email") {
		err = ErrUserEmail
	}
	return out, err
}

// beginEdit locks and reads a member, removed or not, whom the caller may change.
func beginEdit(ctx context.Context, tx *db.Tx, who access.Staff, user id.ID) (*edit, error) {
	plan := subscriptions.QueueLockedIn(tx, who.Tenant)
	member := queueLocked(tx, who.Tenant, user)
	elsewhere := queueElsewhere(tx, who.Tenant, user)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	if !member.Found {
		return nil, ErrNotFound
	}
	if err := member.Value.managedBy(who); err != nil {
		return nil, err
	}
	return &edit{
		tx: tx, who: who, plan: plan.Value.Plan, elsewhere: elsewhere.Value,
		old: member.Value, new: member.Value, outlets: member.Value.outletIDs(),
	}, nil
}

// present refuses who was removed.
func (e *edit) present() error {
	if e.old.Removed {
		return ErrNotFound
	}
	return nil
}

func (e *edit) changed() bool {
	return !reflect.DeepEqual(e.old, e.new) || !slices.Equal(e.old.outletIDs(), e.outlets)
}

func (e *edit) personChanged() bool {
	return e.old.FirstName != e.new.FirstName || e.old.LastName != e.new.LastName || e.old.Phone != e.new.Phone
}

// sole refuses who may not decide over the person, but only over the membership.
func (e *edit) sole() error {
	if e.elsewhere && e.who.Role != access.SuperAdmin {
		return ErrShared
	}
	return nil
}

// write checks the change and queues it.
func (e *edit) write(ctx context.Context) error {
	if !e.changed() {
		return nil
	}
	if !e.who.Role.Manages(e.new.Role) {
		return ErrRank
	}
	if e.personChanged() {
		if err := e.sole(); err != nil {
			return err
		}
		updatePerson(e.tx, e.new.ID, e.new.FirstName, e.new.LastName, e.new.Phone, e.new.AvatarURL)
	}
	if err := e.keepAnAdmin(ctx); err != nil {
		return err
	}
	updateMembership(e.tx, e.who.Tenant, &e.new)
	switch {
	case e.new.Removed && !e.old.Removed && !e.elsewhere:
		closeAccount(e.tx, e.new.ID)
	case e.old.Removed && !e.new.Removed:
		reopenAccount(e.tx, e.new.ID)
	}
	if e.old.Active && !e.new.Active {
		logins.RevokeAllIn(e.tx, e.who.Tenant, logins.Staff, e.new.ID)
	}
	return e.writeOutlets(ctx)
}

// keepAnAdmin refuses to take away the last administrator who can sign in.
func (e *edit) keepAnAdmin(ctx context.Context) error {
	if e.old.Role != access.TenantAdmin || !e.old.Active || e.new.Role == access.TenantAdmin && e.new.Active {
		return nil
	}
	other := queueOtherAdmin(e.tx, e.who.Tenant, e.new.ID)
	if err := e.tx.Flush(ctx); err != nil {
		return err
	}
	if !other.Value {
		return ErrLastAdmin
	}
	return nil
}

// writeOutlets checks and queues where the member works, and that the plan has room
// for that.
func (e *edit) writeOutlets(ctx context.Context) error {
	if e.new.Role == access.TenantAdmin {
		e.outlets = []id.ID{}
	}
	before := e.old.outletIDs()
	joined, left := without(e.outlets, before), without(before, e.outlets)
	if _, err := checkPlaces(ctx, e.tx, e.who, []id.ID{e.who.Tenant}, joined); err != nil {
		return err
	}
	if len(left) > 0 && len(e.outlets) == 0 {
		if err := needsOutlet(e.who); err != nil {
			return err
		}
	}
	addOutlets(e.tx, e.who.Tenant, e.new.ID, joined)
	removeOutlets(e.tx, e.who.Tenant, e.new.ID, left)
	counted := e.old.Role == access.StaffRole && !e.old.Removed
	switch {
	case e.new.Role != access.StaffRole || e.new.Removed:
		return nil
	case counted:
		return checkRoom(ctx, e.tx, e.plan, e.who.Tenant, joined)
	default:
		return checkRoom(ctx, e.tx, e.plan, e.who.Tenant, e.outlets)
	}
}

// checkPlaces sends what is queued and refuses outlets that the tenants do not have,
// or that are not the caller's. It fails with outlets.ErrNotFound and
// outlets.ErrOutOfScope.
func checkPlaces(ctx context.Context, tx *db.Tx, who access.Staff, tenants, wanted []id.ID) ([]place, error) {
	found := queuePlaces(tx, tenants, wanted)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	if len(found.Rows) != len(wanted) {
		return nil, outlets.ErrNotFound
	}
	if slices.ContainsFunc(wanted, func(outlet id.ID) bool { return !who.CanOutlet(outlet) }) {
		return nil, outlets.ErrOutOfScope
	}
	return found.Rows, nil
}

// needsOutlet refuses an outlet manager's user without outlets: nobody whom the
// manager reaches.
func needsOutlet(who access.Staff) error {
	if who.Role.AllOutlets() {
		return nil
	}
	return fault.InvalidField("outlet_ids", "must name an outlet that you manage")
}

// checkRoom sends what is queued and refuses if one of the outlets now has more
// users with the role staff than the plan allows.
func checkRoom(ctx context.Context, tx *db.Tx, plan subscriptions.Plan, tenant id.ID, at []id.ID) error {
	limit := plan.Limits().StaffPerOutlet
	if limit == subscriptions.Unlimited || len(at) == 0 {
		return nil
	}
	most, err := fullest(ctx, tx, tenant, at)
	if err == nil && most > limit {
		err = plan.StaffUserLimit()
	}
	return err
}
