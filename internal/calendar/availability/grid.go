package availability

import (
	"context"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Operations on availability.
type Operations struct {
	db   *db.DB
	kept keptGrids
	// turns are taken to compute a grid, in the order of asking: as many at once as keep the processors busy, so that
	// none waits for all that were asked after it.
	turns *semaphore.Weighted
}

// New returns the operations.
func New(d *db.DB) *Operations {
	return &Operations{db: d, turns: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0)) + 1)}
}

// GridAsk is what a grid is asked for.
type GridAsk struct {
	Service, Outlet id.ID
	Start           civil.Date
	Days            int // 1 to 31
	Interval        int // minutes, 5 to 240, in steps of 5
	Staff           id.ID
	Audience        Audience
}

// GridSlot is one start of the grid, in the outlet's wall-clock time.
type GridSlot struct {
	StartTime         civil.Clock `json:"start_time" doc:"Begin of the preparation, wall clock of the outlet" example:"10:00"`
	EndTime           civil.Clock `json:"end_time" doc:"End of the cleanup, with whoever would be chosen; of a start that cannot be booked, with who takes least time" example:"11:55"`
	IsAvailable       bool        `json:"is_available"`
	AvailableCapacity int         `json:"available_capacity" doc:"Seats of a group service, else how many staff members are free"`
	MaxCapacity       int         `json:"max_capacity" doc:"What it would be if nothing were booked"`
	Reason            string      `json:"reason,omitempty" doc:"Why the start cannot be booked" example:"booking_conflict"`
}

// Grid is an outlet's slots for one service over several days.
type Grid struct {
	StartDate           civil.Date            `json:"start_date"`
	EndDate             civil.Date            `json:"end_date"`
	NumDays             int                   `json:"num_days"`
	SlotIntervalMinutes int                   `json:"slot_interval_minutes"`
	AvailabilityGrid    map[string][]GridSlot `json:"availability_grid" doc:"Date to the starts of that date, empty when closed"`
	Metadata            GridMetadata          `json:"metadata"`

	encoded []byte
}

// GridMetadata describes what the grid is about.
type GridMetadata struct {
	ServiceID              id.ID  `json:"service_id"`
	ServiceName            string `json:"service_name"`
	OutletID               id.ID  `json:"outlet_id"`
	OutletName             string `json:"outlet_name"`
	TotalAvailableSlots    int    `json:"total_available_slots"`
	ServiceDurationMinutes int    `json:"service_duration_minutes" doc:"Preparation, duration and cleanup, with the staff member who was asked for" example:"115"`
	Timezone               string `json:"timezone" example:"Asia/Jakarta"`
}

// maxGridDays bounds a grid; a month view needs 31.
const maxGridDays = 31

func (a *GridAsk) check() error {
	bad := fault.ErrInvalid
	if a.Days < 1 || a.Days > maxGridDays {
		bad = bad.WithField("query:num_days", "Must be between 1 and 31.", "value_error")
	}
	if a.Interval < 5 || a.Interval > 240 || a.Interval%5 != 0 {
		bad = bad.WithField("query:slot_interval_minutes", "Must be a multiple of 5 between 5 and 240.", "value_error")
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// Grid returns the slots of a tenant's outlet. A start in the past moves to today.
// The same grid may be returned to several callers.
func (o *Operations) Grid(ctx context.Context, tenant id.ID, a GridAsk) (*Grid, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	// The outlet's today is known only with its zone; no zone is further than this.
	if earliest := civil.Of(o.db.Now().Add(-widest), time.UTC); a.Start.Before(earliest) {
		a.Start = earliest
	}
	key := gridKey{tenant, a}
	if kept := o.kept.find(key, o.db.Now()); kept != nil {
		if same, err := o.holds(ctx, tenant, kept.mark); err != nil || same {
			return kept.grid, err
		}
	}
	return o.computeGrid(ctx, key)
}

func (o *Operations) computeGrid(ctx context.Context, key gridKey) (*Grid, error) {
	if err := o.turns.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer o.turns.Release(1)
	a := key.ask
	var read *db.Result[mark]
	d, err := o.load(ctx, key.tenant, Ask{
		Outlet: a.Outlet, Services: []id.ID{a.Service}, From: a.Start, To: a.Start.AddDays(a.Days), Audience: a.Audience,
	}, func(tx *db.Tx) { read = queueMark(tx) })
	if err != nil {
		return nil, err
	}
	defer d.release()
	grid, err := d.grid(a)
	if err != nil {
		return nil, err
	}
	return &grid, o.kept.keep(key, &keptGrid{grid: &grid, at: d.now, mark: read.Value})
}

// load reads a diary in one round trip, after what first queues.
func (o *Operations) load(ctx context.Context, tenant id.ID, ask Ask, first ...func(*db.Tx)) (*Diary, error) {
	var d *Diary
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		for _, queue := range first {
			queue(tx)
		}
		d = Queue(tx, ask)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, d.Build()
}

func (d *Diary) grid(a GridAsk) (Grid, error) {
	skip := 0
	if today := d.Today(); a.Start.Before(today) {
		skip = today.Sub(a.Start)
		a.Start = today
	}
	service := d.Service(a.Service)
	grid := Grid{
		StartDate: a.Start, EndDate: a.Start.AddDays(a.Days - 1), NumDays: a.Days, SlotIntervalMinutes: a.Interval,
		AvailabilityGrid: make(map[string][]GridSlot, a.Days),
		Metadata: GridMetadata{
			ServiceID: a.Service, ServiceName: service.Name, OutletID: a.Outlet, OutletName: d.OutletName(),
			ServiceDurationMinutes: d.lengthWith(service, a.Staff), Timezone: d.Location.String(),
		},
	}
	var found []slots.Slot
	for n := skip; n < skip+a.Days && n < d.Days(); n++ {
		d.arena.reset()
		leg, err := d.gridLeg(n, a)
		if err != nil {
			return Grid{}, err
		}
		found = d.Board(n, a.Service).Starts(found[:0], leg, a.Interval)
		grid.AvailabilityGrid[d.Day(n).Date().String()] = d.gridDay(found, &grid.Metadata.TotalAvailableSlots)
	}
	return grid, nil
}

func (d *Diary) gridLeg(n int, a GridAsk) (slots.Leg, error) {
	if a.Staff == "" {
		return d.Leg(n, a.Service, "")
	}
	leg, err := d.legWith(n, a.Service, a.Staff)
	if err != nil && d.gives(a.Staff, a.Service) {
		// Further ahead than the member is booked: nothing is free.
		return leg, nil
	}
	return leg, err
}

// gives tells whether a staff member gives a service, however far ahead they are booked.
func (d *Diary) gives(staff, service id.ID) bool {
	return slices.ContainsFunc(d.staff, func(m member) bool { return m.id == staff && slices.Contains(m.services, string(service)) })
}

// legWith is a service that a member gives, together with whoever else is free where
// it takes a team.
func (d *Diary) legWith(n int, service, staff id.ID) (slots.Leg, error) {
	leg, err := d.OnlyLeg(n, service, staff)
	if err == nil && leg.Service.RequiredStaff > 1 {
		return d.Leg(n, service, staff)
	}
	return leg, err
}

func (d *Diary) gridDay(found []slots.Slot, available *int) []GridSlot {
	day := make([]GridSlot, len(found))
	for i, s := range found {
		day[i] = GridSlot{
			StartTime: clockAt(s.Start, d.Location), EndTime: clockAt(s.End, d.Location),
			IsAvailable: s.Available, AvailableCapacity: s.Seats, MaxCapacity: s.MaxSeats, Reason: s.Reason.String(),
		}
		if s.Available {
			*available++
		}
	}
	return day
}

// clockAt is the wall clock at an instant; midnight after a day's end shows 00:00.
func clockAt(t time.Time, loc *time.Location) civil.Clock {
	t = t.In(loc)
	return civil.Clock(t.Hour()*60 + t.Minute())
}
