package outlets

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Schedule is an outlet's weekly hours.
type Schedule struct {
	OutletID      id.ID      `json:"outlet_id"`
	Timezone      string     `json:"timezone" example:"Asia/Jakarta"`
	BusinessHours []DayHours `json:"business_hours" doc:"Every day of the week; empty until hours were stated."`
}

func (o Outlet) schedule() Schedule {
	return Schedule{OutletID: o.ID, Timezone: o.Settings.Timezone, BusinessHours: o.BusinessHours}
}

// WeekInput is the whole weekly schedule.
type WeekInput struct {
	BusinessHours []HoursInput `json:"business_hours" maxItems:"70" doc:"Days that are not named are closed. An empty list: no hours are stated."`
}

// Schedule reads the weekly hours. It fails with ErrNotFound and ErrOutOfScope.
func (o *Operations) Schedule(ctx context.Context, who access.Staff, outlet id.ID) (Schedule, error) {
	out, err := o.Get(ctx, who, outlet)
	return out.schedule(), err
}

// SetSchedule replaces the weekly hours; what is booked outside them stays. It
// fails with ErrNotFound and ErrOutOfScope.
func (o *Operations) SetSchedule(ctx context.Context, who access.Staff, outlet id.ID, in WeekInput) (Schedule, error) {
	week, err := parseWeek(in.BusinessHours)
	if err != nil {
		return Schedule{}, err
	}
	out, err := o.change(ctx, who, outlet, "outlet.hours_changed", func(tx *db.Tx, _ *Outlet, _ Settings) {
		replaceHours(tx, outlet, len(in.BusinessHours) > 0, week)
	})
	return out.schedule(), err
}

// Settings reads the settings. It fails with ErrNotFound and ErrOutOfScope.
func (o *Operations) Settings(ctx context.Context, who access.Staff, outlet id.ID) (Settings, error) {
	out, err := o.Get(ctx, who, outlet)
	return out.Settings, err
}

// ChangeSettings merges settings key by key. It fails with ErrNotFound,
// ErrOutOfScope and ErrClockInUse.
func (o *Operations) ChangeSettings(ctx context.Context, who access.Staff, outlet id.ID, in SettingsChange) (Settings, error) {
	if err := in.check(""); err != nil {
		return Settings{}, err
	}
	out, err := o.change(ctx, who, outlet, "outlet.settings_changed", func(tx *db.Tx, next *Outlet, standard Settings) {
		next.Settings = in.apply(next.Settings, standard)
		update(tx, *next)
	})
	return out.Settings, err
}

// Dates are the special dates of an outlet.
type Dates struct {
	OutletID     id.ID         `json:"outlet_id"`
	Timezone     string        `json:"timezone" example:"Asia/Jakarta"`
	SpecialHours []SpecialDate `json:"special_hours" doc:"In order of their dates."`
}

// Bounds of the dates that are asked for without any.
var (
	firstDate = civil.Date{Year: civil.MinYear, Month: 1, Day: 1}
	lastDate  = civil.Date{Year: civil.MaxYear, Month: 12, Day: 31}
)

// SpecialDates reads the special dates between two dates; zero ones bound nothing.
// It fails with ErrNotFound and ErrOutOfScope.
func (o *Operations) SpecialDates(ctx context.Context, who access.Staff, outlet id.ID, from, to civil.Date) (Dates, error) {
	if from.IsZero() {
		from = firstDate
	}
	if to.IsZero() {
		to = lastDate
	}
	var dates Dates
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		rows := queueDates(tx, outlet, from, to)
		out, err := load(ctx, tx, outlet)
		dates = Dates{OutletID: outlet, Timezone: out.Settings.Timezone, SpecialHours: showDates(rows.Rows)}
		return err
	})
	if err == nil {
		err = reach(who, outlet)
	}
	return dates, err
}

// SetSpecialDate gives a date hours of its own, or none, in place of what it had.
// It fails with ErrNotFound and ErrOutOfScope.
func (o *Operations) SetSpecialDate(ctx context.Context, who access.Staff, outlet id.ID, in SpecialInput) (SpecialDate, error) {
	rows, err := in.rows()
	if err != nil {
		return SpecialDate{}, err
	}
	date := showDates(rows)[0]
	return date, o.changeDate(ctx, who, outlet, in.Date, func(tx *db.Tx, old []SpecialDate) error {
		replaceDate(tx, outlet, rows)
		audit.Record(tx, who, "outlet.date_set", dateKind, outlet, recorded(old), recorded([]SpecialDate{date}))
		return nil
	})
}

// ClearSpecialDate gives a date back to the week. It fails with ErrNotFound,
// ErrOutOfScope and ErrDateNotFound.
func (o *Operations) ClearSpecialDate(ctx context.Context, who access.Staff, outlet id.ID, date civil.Date) error {
	return o.changeDate(ctx, who, outlet, date, func(tx *db.Tx, old []SpecialDate) error {
		if len(old) == 0 {
			return ErrDateNotFound
		}
		clearDate(tx, outlet, date)
		audit.Record(tx, who, "outlet.date_cleared", dateKind, outlet, recorded(old), nil)
		return nil
	})
}

// dateKind is under what the audit log keeps special dates: they are no part of what
// it says of an outlet.
const dateKind = "outlet_date"

// recorded is what it keeps of one, nothing where there was none.
func recorded(dates []SpecialDate) any {
	if len(dates) == 0 {
		return nil
	}
	return dates[0]
}

// changeDate runs one change of a date under the outlet's lock.
func (o *Operations) changeDate(
	ctx context.Context, who access.Staff, outlet id.ID, date civil.Date, do func(tx *db.Tx, old []SpecialDate) error,
) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if _, err := lock(ctx, tx, who, outlet); err != nil {
			return err
		}
		rows := queueDates(tx, outlet, date, date)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		return do(tx, showDates(rows.Rows))
	})
}
