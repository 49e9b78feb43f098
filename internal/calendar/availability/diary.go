package availability

import (
	"encoding/json"
	"time"

	"reserva/internal/business/outlets"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Audience says for whom slots are computed; it decides which limits bind.
type Audience int

// The audiences. The desk may book on short notice, far ahead, and with staff who
// do not take online bookings.
const (
	Desk Audience = iota
	Online
	Guest
)

// Ask names what a Diary is about.
type Ask struct {
	Outlet   id.ID
	Services []id.ID
	// From and To are the first and the last date, in the outlet's zone.
	From, To civil.Date
	Audience Audience
	// Only, where not nil, leaves all other staff members out. A service that needs
	// several at once wants them all.
	Only []id.ID
	// Without are lines of appointments that are to move: what they occupy counts as
	// free.
	Without []id.ID
}

// Faults of asking for something that cannot be booked.
var (
	ErrOutletNotFound     = fault.New(fault.NotFound, "outlet.not_found", "There is no such outlet.")
	ErrOutletClosed       = fault.New(fault.BadRequest, "outlet.not_bookable", "This outlet does not take bookings.")
	ErrServiceNotFound    = fault.New(fault.NotFound, "service.not_found", "There is no such service.")
	ErrServiceNotOffered  = fault.New(fault.BadRequest, "service.not_offered", "The service is not offered at this outlet.")
	ErrStaffNotFound      = fault.New(fault.NotFound, "staff.not_found", "There is no such staff member.")
	ErrStaffNotQualified  = fault.New(fault.BadRequest, "staff.not_qualified", "The staff member does not give this service at this outlet.")
	ErrLocalTimeInGap     = fault.New(fault.Invalid, "time.in_gap", "The clocks go forward over that time: it does not exist on that date.")
	ErrDateRange          = fault.New(fault.Invalid, "request.date_range", "The dates are out of range.")
	ErrOnlineBookingIsOff = fault.New(fault.BadRequest, "outlet.no_online_booking", "This outlet does not take bookings online.")
)

// Diary is what is known of an outlet's days: its hours, who works, and what is
// booked. It is loaded in one round trip, and everything that is offered or
// accepted is read from it.
type Diary struct {
	ask Ask
	now time.Time

	outlet   *db.Result[outletRow]
	hours    []opening // by weekday
	special  []opening // by day from Ask.From
	services *db.Results[Service]
	staff    []member
	entries  map[id.ID][]entryRow // by staff member, in order of the day
	runs     []runRow
	without  *db.Results[heldRow]

	// Location is the outlet's zone, known after Build.
	Location *time.Location
	days     []*slots.Day
	bySvc    map[id.ID]*Service
	byKey    map[int64]int
	shelves  map[string][]int // by kind of resource, its units among staff
	unitAt   map[int64]int
	lapsed   []Lapsed
	board    slots.Board
	scratch  *scratch
	arena    arena
}

// busyOn is what occupies a member on a day.
func (d *Diary) busyOn(member, day int) []slots.Busy {
	at := member*len(d.days) + day
	return d.scratch.busy[d.scratch.starts[at]:d.scratch.starts[at+1]]
}

// Lapsed is an occupancy of a hold that has lapsed: it counts no more, but stands
// in the way of the engine until it is removed.
type Lapsed struct {
	Key     int64
	Span    slots.Span
	Session id.ID
}

type outletRow struct {
	ID             id.ID           `db:"id"`
	Name           string          `db:"name"`
	Status         string          `db:"status"`
	Timezone       string          `db:"timezone"`
	HoursSet       bool            `db:"hours_set"`
	Settings       json.RawMessage `db:"settings"`
	TenantSettings json.RawMessage `db:"tenant_settings"`
	TenantActive   bool            `db:"tenant_active"`
	Hours          []byte          `db:"hours"` // packed, as openings reads them
	Special        []byte          `db:"special"`
}

// opening is a span of a day on which the outlet is open; closedAll on a special date
// on which it is not.
type opening struct {
	day           int
	opens, closes civil.Clock
}

// Service is what booking has to know of a service at the outlet.
type Service struct {
	ID          id.ID           `db:"id"`
	Name        string          `db:"name"`
	Category    string          `db:"category"`
	Slug        string          `db:"slug"`
	Duration    int             `db:"duration_minutes"`
	Preparation int             `db:"preparation_minutes"`
	Cleanup     int             `db:"cleanup_minutes"`
	Gaps        json.RawMessage `db:"processing_gaps"`
	MaxDays     int             `db:"max_advance_booking_days"`
	MinHours    int             `db:"min_advance_booking_hours"`
	NeedsStaff  bool            `db:"requires_staff"`
	StaffCount  int             `db:"required_staff_count"`
	Parallel    bool            `db:"allow_parallel_bookings"`
	MaxParallel int             `db:"max_parallel_bookings"`
	BasePrice   int64           `db:"base_price"`
	Currency    string          `db:"currency"`
	PromoPrice  *int64          `db:"promotional_price"`
	PromoUntil  *time.Time      `db:"promotional_valid_until"`
	OutletPrice *int64          `db:"outlet_price"`
	Active      bool            `db:"active"`
	Offered     bool            `db:"offered"`
	Staffed     bool            `db:"staffed"` // told to guests only
	UnitKey     *int64          `db:"unit_key"`
	Required    json.RawMessage `db:"required_resources"`
	UnitList    *string         `db:"resource_units"`
	Terms       outlets.Terms   `db:"terms"`

	shape slots.Service
	units []resourceUnit
}

// member is a staff member as one of the services sees them; the unit of a service
// without staff is one as well, and so is each unit of a resource.
type member struct {
	id       id.ID
	key      int64
	name     string
	services []string
	own      []terms // beside services; nil where all are the services' own
	maxDays  *int
	unit     bool
}

// terms are what a member takes for a service, where it is not the service's own.
type terms struct {
	duration int // minutes; 0 for the service's
	price    *int64
}

type entryRow struct {
	day          int
	starts, ends civil.Clock
	kind         EntryType
	available    bool
	services     []string
	capacity     int
}

// runRow is a begun session as one of its subjects has it.
type runRow struct {
	key      int64
	start    time.Time
	session  id.ID
	service  id.ID
	capacity int
	taken    int
}

// rules are the settings of outlet and tenant that bind bookings.
type rules struct {
	AcceptsOnlineBooking *bool `json:"accepts_online_booking"`
	WalkInsAllowed       *bool `json:"walk_ins_allowed"`
	AdvanceBookingDays   *int  `json:"advance_booking_days"`
	MinNoticeMinutes     int   `json:"min_notice_minutes"`
	SlotIntervalMinutes  int   `json:"slot_interval_minutes"`
	AutoConfirm          bool  `json:"auto_confirm_bookings"`
	PaymentUpfront       bool  `json:"payment_required_upfront"`
	CancellationHours    *int  `json:"cancellation_hours"`
	outlets.Terms
}

type tenantRules struct {
	BookingAdvanceDays *int `json:"booking_advance_days"`
	BookingHorizonDays *int `json:"booking_horizon_days"`
	CancellationHours  *int `json:"cancellation_hours"`
}

// widest is how far a zone's midnight lies from UTC's.
const widest = 15 * time.Hour
