package availability

import (
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Faults of writing and reading entries.
var (
	ErrEntryNotFound = fault.New(fault.NotFound, "availability.not_found", "There is no such availability entry.")
	ErrEntryConflict = fault.New(fault.Conflict, "availability.conflict",
		"Time conflict on 2026-04-10: 10:00 - 12:00 overlaps working_hours 09:00 - 17:00.")
	ErrOwnEntries   = fault.New(fault.Forbidden, "availability.own_only", "You may only act on your own schedule.")
	ErrEntryService = fault.New(fault.BadRequest, "availability.unknown_service", "One of the services does not exist.")
	ErrEntryOutlet  = fault.New(fault.BadRequest, "availability.other_outlet", "The staff member does not work at that outlet.")
)

// EntryType says what an entry makes of its time.
type EntryType string

// The types. Blocked time and vacation may be laid over working hours and breaks,
// and make the time unbookable.
const (
	WorkingHours EntryType = "working_hours"
	Break        EntryType = "break"
	Blocked      EntryType = "blocked"
	Vacation     EntryType = "vacation"
)

// Recurrence says on which dates an entry is repeated.
type Recurrence string

// The recurrences. Monthly is the same day of each month that has it.
const (
	Once    Recurrence = "none"
	Daily   Recurrence = "daily"
	Weekly  Recurrence = "weekly"
	Monthly Recurrence = "monthly"
)

// Entry is what a staff member does on one date: the documented object. Its times are
// what the wall clock of an outlet shows, also where that clock is changed: of the one at
// which working hours are worked, or of each at which the staff member works.
type Entry struct {
	ID                id.ID       `json:"id"`
	TenantID          id.ID       `json:"tenant_id"`
	StaffID           id.ID       `json:"staff_id"`
	OutletID          id.ID       `json:"outlet_id" doc:"Where working hours are worked, unless at all outlets."`
	AllOutlets        bool        `json:"all_outlets" doc:"Whether the times count at every outlet of the staff member, read on its own clock. Time off always does."`
	Date              civil.Date  `json:"date"`
	StartTime         string      `json:"start_time" example:"09:00:00"`
	EndTime           string      `json:"end_time" example:"17:00:00" doc:"23:59:00 and 24:00:00 are the end of the day."`
	Type              EntryType   `json:"availability_type" enum:"working_hours,break,blocked,vacation"`
	IsAvailable       bool        `json:"is_available" doc:"True of working hours."`
	Recurrence        Recurrence  `json:"recurrence_type" enum:"none,daily,weekly,monthly"`
	RecurrenceEnd     *civil.Date `json:"recurrence_end_date"`
	RecurrenceDays    []int       `json:"recurrence_days" doc:"0 is Monday; of weekly entries."`
	RecurrenceGroupID *id.ID      `json:"recurrence_group_id" doc:"Shared by the entries that were made together."`
	Notes             string      `json:"notes"`
	ServiceIDs        []id.ID     `json:"service_ids" nullable:"true" doc:"Null: every service that the staff member gives."`
	Capacity          int         `json:"capacity" doc:"Seats of group services in this time; 1 leaves it to the service."`
	IsGroupService    bool        `json:"is_group_service"`
	CurrentBookings   int         `json:"current_bookings" doc:"Seats that are booked with the staff member in these working hours."`
	CreatedAt         time.Time   `json:"created_at"`
	UpdatedAt         time.Time   `json:"updated_at"`
}

// entry is a row of availability_entries, as stored and as written in JSON.
type entry struct {
	ID             id.ID       `db:"id" json:"id"`
	StaffID        id.ID       `db:"staff_id" json:"staff_id"`
	OutletID       id.ID       `db:"outlet_id" json:"outlet_id"`
	Bound          bool        `db:"outlet_bound" json:"outlet_bound"` // hours that are worked at OutletID only
	Date           civil.Date  `db:"date" json:"date"`
	Starts         int         `db:"starts" json:"starts"` // minutes of the wall clock
	Ends           int         `db:"ends" json:"ends"`
	Type           EntryType   `db:"type" json:"type"`
	Recurrence     Recurrence  `db:"recurrence_type" json:"recurrence_type"`
	RecurrenceEnd  *civil.Date `db:"recurrence_end_date" json:"recurrence_end_date"`
	RecurrenceDays []int       `db:"recurrence_days" json:"recurrence_days"`
	GroupID        *id.ID      `db:"recurrence_group_id" json:"recurrence_group_id"`
	ServiceIDs     []id.ID     `db:"service_ids" json:"service_ids"` // nil for every service
	Capacity       int         `db:"capacity" json:"capacity"`
	IsGroup        bool        `db:"is_group_service" json:"is_group_service"`
	Notes          string      `db:"notes" json:"notes"`
	CreatedAt      time.Time   `db:"created_at" json:"-"`
	UpdatedAt      time.Time   `db:"updated_at" json:"-"`
}

// shown is an entry with what is counted when it is read.
type shown struct {
	entry
	CurrentBookings int `db:"current_bookings"`
}

func (e *shown) view(tenant id.ID) Entry {
	return Entry{
		ID: e.ID, TenantID: tenant, StaffID: e.StaffID, OutletID: e.OutletID, AllOutlets: !e.Bound, Date: e.Date,
		StartTime: civil.Clock(e.Starts).Long(), EndTime: civil.Clock(e.Ends).Long(), Type: e.Type,
		IsAvailable: e.Type == WorkingHours, Recurrence: e.Recurrence, RecurrenceEnd: e.RecurrenceEnd,
		RecurrenceDays: e.RecurrenceDays, RecurrenceGroupID: e.GroupID, Notes: e.Notes, ServiceIDs: e.ServiceIDs,
		Capacity: e.Capacity, IsGroupService: e.IsGroup, CurrentBookings: e.CurrentBookings,
		CreatedAt: e.CreatedAt.UTC(), UpdatedAt: e.UpdatedAt.UTC(),
	}
}

// lastMinute is how whole days are also written: 00:00 to 23:59.
const lastMinute = int(civil.EndOfDay) - 1

// end is when an entry is over: both spellings of the end of a day are one.
func (e *entry) end() int {
	if e.Ends == lastMinute {
		return int(civil.EndOfDay)
	}
	return e.Ends
}

// countsAt tells whether an entry says anything of an outlet.
func (e *entry) countsAt(outlet id.ID) bool { return !e.Bound || e.OutletID == outlet }

// span is "09:00 - 17:00".
func (e *entry) span() string {
	return civil.Clock(e.Starts).String() + " - " + civil.Clock(e.Ends).String()
}

// person is the staff member whose entries are at stake.
type person struct {
	ID        id.ID   `db:"id"`
	Key       int64   `db:"subject_key"`
	OutletID  id.ID   `db:"outlet_id"`
	OutletIDs []id.ID `db:"outlet_ids"`
	UserID    *id.ID  `db:"user_id"`
	Bookable  bool    `db:"bookable"`
	Timezone  string  `db:"timezone"` // of OutletID
	// Timezones are those of OutletIDs, in their order.
	Timezones []string `db:"timezones"`
	// Managed says that managers keep the schedules of their outlets' staff.
	Managed bool `db:"managed"`
	// Strict says that breaks have to lie within working hours.
	Strict bool `db:"strict"`
}

// writableBy tells whether a user may change the person's entries: administrators
// may, users those of the staff member that they are linked to, and outlet managers
// those of their outlets where the tenant says so.
func (p *person) writableBy(who access.Staff) error {
	switch {
	case who.Role.AllOutlets(), p.UserID != nil && *p.UserID == who.UserID:
		return nil
	case who.Role == access.OutletManager && p.Managed && slices.ContainsFunc(p.OutletIDs, who.CanOutlet):
		return nil
	}
	return ErrOwnEntries
}

// placedBy keeps whoever keeps the schedules of others to hours at their own outlets.
func (p *person) placedBy(who access.Staff, outlet id.ID) error {
	if outlet == "" || who.CanOutlet(outlet) || p.UserID != nil && *p.UserID == who.UserID {
		return nil
	}
	return ErrOwnEntries
}

// readableBy is writableBy, and receptionists read the schedules of their outlets.
func (p *person) readableBy(who access.Staff) error {
	if who.Role == access.Receptionist && slices.ContainsFunc(p.OutletIDs, who.CanOutlet) {
		return nil
	}
	return p.writableBy(who)
}

func (p *person) location() *time.Location { return zone(p.Timezone) }

// at is the person as somebody of an outlet, in its zone, if they work there.
func (p person) at(outlet id.ID) person {
	if i := slices.Index(p.OutletIDs, outlet); i >= 0 {
		p.OutletID, p.Timezone = outlet, p.Timezones[i]
	}
	return p
}

func zone(name string) *time.Location {
	loc, err := civil.Zone(name)
	if err != nil {
		return time.UTC
	}
	return loc
}
