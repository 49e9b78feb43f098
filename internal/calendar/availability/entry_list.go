package availability

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// EntryFilter chooses entries for a list.
type EntryFilter struct {
	StartDate opt.Field[civil.Date] `query:"start_date" doc:"Where absent, the first of the month: this one, or that of end_date."`
	EndDate   opt.Field[civil.Date] `query:"end_date" doc:"Where absent, the last of the month: this one, or that of start_date."`
	StaffID   id.ID                 `query:"staff_id"`
	Type      string                `query:"availability_type" enum:"working_hours,break,blocked,vacation"`
	OutletID  id.ID                 `query:"outlet_id" doc:"What counts at this outlet."`
}

// entryFilterSQL leaves the entries that the arguments of Entries ask for, and that
// the user $3 may read.
const entryFilterSQL = `
	FROM availability_entries e
	JOIN staff s ON s.tenant_id = e.tenant_id AND s.id = e.staff_id AND s.deleted_at IS NULL
	JOIN outlets o ON o.tenant_id = e.tenant_id AND o.id = e.outlet_id
	JOIN tenants t ON t.id = e.tenant_id
	CROSS JOIN LATERAL (SELECT ($2::timestamptz AT TIME ZONE t.timezone)::date AS today) n
	CROSS JOIN LATERAL (
		SELECT coalesce($7::date, date_trunc('month', coalesce($8::date, n.today)::timestamp)::date) AS first,
			coalesce($8::date, (date_trunc('month', coalesce($7::date, n.today)::timestamp) + interval '1 month - 1 day')::date) AS last) d
	WHERE e.tenant_id = $1 AND e.deleted_at IS NULL AND e.date BETWEEN d.first AND d.last
		AND ($4 OR s.user_id = $3
			OR EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = ANY ($5))
			OR coalesce((t.settings ->> 'managers_can_schedule')::boolean, false)
				AND EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = ANY ($6)))
		AND ($9 = '' OR e.staff_id = $9)
		AND ($10 = '' OR e.type = $10)
		AND ($11 = '' OR e.outlet_bound AND e.outlet_id = $11
			OR NOT e.outlet_bound AND EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $11))`

// Entries returns one page of the entries that the caller may read, in order of
// date and time. It fails with ErrDateRange and, where another's are asked for,
// ErrOwnEntries.
func (o *Operations) Entries(ctx context.Context, who access.Staff, f EntryFilter, page api.Page) (*api.List[Entry], error) {
	from, hasFrom := f.StartDate.Get()
	to, hasTo := f.EndDate.Get()
	if hasFrom && hasTo && to.Before(from) {
		return nil, ErrDateRange.With("end_date must not come before start_date.")
	}
	var asked *db.Result[person]
	var total *db.Result[int]
	var rows *db.Results[shown]
	sees := sightOf(who)
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		asked = queuePerson(tx, f.StaffID)
		args := []any{
			tx.Tenant(), tx.Now(), who.UserID, sees.all, sees.outlets, sees.managed,
			f.StartDate.Ptr(), f.EndDate.Ptr(), f.StaffID, f.Type, f.OutletID,
		}
		total = db.QueueOne[int](tx, `SELECT count(*)`+entryFilterSQL, args...)
		rows = db.QueueAll[shown](tx, `
			SELECT `+shownColumns+entryFilterSQL+`
			ORDER BY e.date, e.starts, e.id
			LIMIT $12 OFFSET $13`, append(args, page.Limit(), page.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if asked.Found {
		if err := asked.Value.readableBy(who); err != nil {
			return nil, err
		}
	}
	return api.NewList(entriesOf(rows.Rows, who.Tenant), total.Value, page), nil
}

// Entry reads one entry. It fails with ErrEntryNotFound and ErrOwnEntries.
func (o *Operations) Entry(ctx context.Context, who access.Staff, target id.ID) (Entry, error) {
	var out Entry
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		found, err := findEntry(ctx, tx, target)
		if err != nil {
			return err
		}
		p := queuePerson(tx, found.StaffID)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !p.Found {
			return ErrEntryNotFound
		}
		out = found.view(tx.Tenant())
		return p.Value.readableBy(who)
	})
	return out, err
}

// maxScheduleDays bounds a schedule, which has no pages.
const maxScheduleDays = 366

// ScheduleAsk is which part of a schedule is asked for.
type ScheduleAsk struct {
	StartDate     civil.Date      `query:"start_date" required:"true"`
	EndDate       civil.Date      `query:"end_date" required:"true" doc:"At most a year after start_date."`
	IncludeBreaks opt.Field[bool] `query:"include_breaks" doc:"Where absent, true."`
}

// Schedule reads the entries of one staff member, in order of date and time. It
// fails with ErrDateRange, ErrStaffNotFound and ErrOwnEntries.
func (o *Operations) Schedule(ctx context.Context, who access.Staff, staff id.ID, ask ScheduleAsk) ([]Entry, error) {
	if days := ask.EndDate.Sub(ask.StartDate); days < 0 || days >= maxScheduleDays {
		return nil, ErrDateRange.With("end_date must be at most a year after start_date, and not before it.")
	}
	var p *db.Result[person]
	var rows *db.Results[shown]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		p = queuePerson(tx, staff)
		rows = db.QueueAll[shown](tx, shownSQL+` AND e.staff_id = $3 AND e.date BETWEEN $4 AND $5 AND ($6 OR e.type <> 'break')
			ORDER BY e.date, e.starts, e.id`,
			tx.Tenant(), tx.Now(), staff, ask.StartDate, ask.EndDate, ask.IncludeBreaks.Or(true))
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !p.Found:
		return nil, ErrStaffNotFound
	}
	return entriesOf(rows.Rows, who.Tenant), p.Value.readableBy(who)
}

func entriesOf(rows []shown, tenant id.ID) []Entry {
	out := make([]Entry, len(rows))
	for i := range rows {
		out[i] = rows[i].view(tenant)
	}
	return out
}
