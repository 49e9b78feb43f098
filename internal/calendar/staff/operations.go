package staff

import (
	"context"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Calendar tells when somebody can be booked. Package availability knows, which
// stands above this one.
type Calendar interface {
	// NextStart is the next start of any of the member's services within two weeks,
	// nil where there is none.
	NextStart(ctx context.Context, tenant, staff id.ID) (*time.Time, error)
}

// Operations are what may be done with staff members.
type Operations struct {
	db       *db.DB
	calendar Calendar
}

// New makes the operations on a database.
func New(d *db.DB, calendar Calendar) *Operations { return &Operations{db: d, calendar: calendar} }

// Read reads one staff member. It fails with ErrNotFound and outlets.ErrOutOfScope.
func (o *Operations) Read(ctx context.Context, who access.Staff, member id.ID) (Member, error) {
	var out Member
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		r, err := load(ctx, tx, member)
		if err != nil {
			return err
		}
		if !r.reachedBy(who) {
			return outlets.ErrOutOfScope
		}
		out, err = r.member(who, tx.Tenant())
		return err
	})
	if err == nil && out.IsActive && o.calendar != nil {
		out.NextAvailableSlot, err = o.calendar.NextStart(ctx, who.Tenant, member)
	}
	return out, err
}

// reload reads what was just written, as the answer to its writer.
func reload(ctx context.Context, tx *db.Tx, who access.Staff, member id.ID) (Member, error) {
	r, err := load(ctx, tx, member)
	if err != nil {
		return Member{}, err
	}
	return r.member(who, tx.Tenant())
}

// Templates are the positions that a business offers for its staff.
type Templates struct {
	Templates []string `json:"templates" example:"[\"Hair Stylist\"]"`
}

// Templates reads them from the tenant's settings.
func (o *Operations) Templates(ctx context.Context, who access.Staff) (Templates, error) {
	var out Templates
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		tenant, err := tenants.Load(ctx, tx, who.Tenant)
		out.Templates = tenant.Settings.StaffPositionTemplates
		return err
	})
	return out, err
}

// ownTenant refuses a redundant tenant_id that is not the caller's.
func ownTenant(who access.Staff, tenant id.ID) error {
	if tenant != "" && tenant != who.Tenant {
		return tenants.ErrOther
	}
	return nil
}

// scope is what a list is limited to: nil for no limit.
func scope(who access.Staff) []id.ID {
	mine, all := who.OutletScope()
	switch {
	case all:
		return nil
	case mine == nil:
		return []id.ID{}
	default:
		return mine
	}
}

// places are outlets that a staff member is to work at, locked.
type places struct {
	outlets *db.Results[id.ID]
	plan    *db.Result[subscriptions.Current]
}

// lockPlaces queues the lock of the outlets, those where the member works already
// among them: who counts staff members of an outlet waits here for all others who
// do, while bookings go on.
func lockPlaces(tx *db.Tx, member id.ID, wanted []id.ID) places {
	return places{
		outlets: db.QueueAll[id.ID](tx, `
			SELECT o.id
			FROM outlets o
			WHERE o.tenant_id = $1 AND o.deleted_at IS NULL AND (o.id = ANY ($3)
				OR o.id IN (SELECT so.outlet_id FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = $2))
			ORDER BY o.id
			FOR NO KEY UPDATE`, tx.Tenant(), member, wanted),
		plan: subscriptions.Queue(tx),
	}
}

// check refuses outlets that are not there or not the caller's. It fails with
// outlets.ErrNotFound and outlets.ErrOutOfScope.
func (p places) check(who access.Staff, wanted []id.ID) error {
	for _, outlet := range wanted {
		if !slices.Contains(p.outlets.Rows, outlet) {
			return outlets.ErrNotFound
		}
	}
	for _, outlet := range wanted {
		if !who.CanOutlet(outlet) {
			return outlets.ErrOutOfScope
		}
	}
	return nil
}

// checkRoom sends what is queued and refuses if an outlet that somebody was added
// to has more active staff members than the plan allows.
func (p places) checkRoom(ctx context.Context, tx *db.Tx, added []id.ID) error {
	limits := p.plan.Value.Limits()
	if limits.StaffPerOutlet == subscriptions.Unlimited || len(added) == 0 {
		return nil
	}
	most, err := db.One[int](ctx, tx, `
		SELECT coalesce(max(n), 0)
		FROM (
			SELECT count(*) AS n
			FROM staff_outlets so
			JOIN staff s ON s.tenant_id = so.tenant_id AND s.id = so.staff_id
			WHERE so.tenant_id = $1 AND so.outlet_id = ANY ($2) AND s.deleted_at IS NULL AND s.is_active AND s.status <> 'terminated'
			GROUP BY so.outlet_id) counted`, tx.Tenant(), added)
	if err == nil && most > limits.StaffPerOutlet {
		return p.plan.Value.Plan.StaffLimit()
	}
	return err
}
