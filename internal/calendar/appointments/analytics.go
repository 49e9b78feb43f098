package appointments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// AnalyticsAsk is what a summary is about: dates of the outlets, inclusive.
type AnalyticsAsk struct {
	From, To civil.Date
	Outlet   id.ID
	Staff    id.ID
}

// Analytics sums up the appointments of some dates, by the date on which they begin.
type Analytics struct {
	DateFrom         civil.Date         `json:"date_from"`
	DateTo           civil.Date         `json:"date_to"`
	Total            int                `json:"total_appointments" example:"120"`
	ByStatus         map[Status]int     `json:"by_status" doc:"Every status, with how many appointments have it"`
	CancellationRate float64            `json:"cancellation_rate" doc:"Share of all appointments, from 0 to 1" example:"0.05"`
	NoShowRate       *float64           `json:"no_show_rate" doc:"Share of the missed among those that were completed or missed, from 0 to 1; null without any" example:"0.04"`
	Revenue          []AnalyticsRevenue `json:"revenue" doc:"One for each currency"`
	ByService        []AnalyticsService `json:"by_service" doc:"The most booked first"`
	ByStaff          []AnalyticsMember  `json:"by_staff" doc:"The most booked first"`
	PeakHours        []AnalyticsHour    `json:"peak_hours" doc:"Hours of the day in which appointments begin, the busiest first"`
}

// AnalyticsRevenue is what services cost, as booked.
type AnalyticsRevenue struct {
	Currency     string       `json:"currency" example:"IDR"`
	Revenue      money.Number `json:"revenue" doc:"Of completed appointments"`
	Expected     money.Number `json:"expected" doc:"Of those that are still to come or in progress"`
	AverageValue money.Number `json:"average_value" doc:"Of a completed appointment"`
}

// AnalyticsService is one service of the summary. Cancelled and missed appointments
// are not counted.
type AnalyticsService struct {
	ServiceID   id.ID  `json:"service_id" db:"service_id"`
	ServiceName string `json:"service_name" db:"service_name" example:"Hot stone massage"`
	Booked      int    `json:"booked" db:"booked" example:"34"`
}

// AnalyticsMember is one staff member of the summary, counted alike.
type AnalyticsMember struct {
	StaffID   id.ID  `json:"staff_id" db:"staff_id"`
	StaffName string `json:"staff_name" db:"staff_name" example:"Ayu Lestari"`
	Booked    int    `json:"booked" db:"booked" example:"21"`
	Minutes   int    `json:"booked_minutes" db:"minutes" example:"1890"`
}

// AnalyticsHour is one hour of the day, counted alike.
type AnalyticsHour struct {
	Hour         int `json:"hour" db:"hour" doc:"From 0 to 23, at the outlet" example:"17"`
	Appointments int `json:"appointments" db:"appointments" example:"18"`
}

// analyticsLines are the lines of the appointments that are asked about.
const analyticsLines = `
	WITH line AS MATERIALIZED (
		SELECT a.id, a.currency, l.price, l.service_id, l.service_name, l.staff_id, l.staff_name, l.duration_minutes,
			extract(hour FROM a.starts_at AT TIME ZONE o.timezone)::int AS hour,
			CASE WHEN a.status = 'pending' AND a.hold_until <= $8 THEN 'cancelled' ELSE a.status END AS status
		FROM outlets o
		JOIN appointments a ON a.tenant_id = $1 AND a.outlet_id = o.id
			AND a.starts_at >= $5::date::timestamp AT TIME ZONE o.timezone AND a.starts_at < ($6::date + 1)::timestamp AT TIME ZONE o.timezone
			AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL)
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.appointment_id = a.id AND ($7 = '' OR l.staff_id = $7)
		WHERE o.tenant_id = $1 AND ($2 OR o.id = ANY ($3)) AND ($4 = '' OR o.id = $4))`

type statusCount struct {
	Status Status `db:"status"`
	Count  int    `db:"count"`
}

type revenueRow struct {
	Currency  string `db:"currency"`
	Revenue   int64  `db:"revenue"`
	Expected  int64  `db:"expected"`
	Completed int64  `db:"completed"`
}

// Analytics sums up the appointments of the caller's outlets, in one round trip.
// Faults: availability.ErrDateRange for dates that are reversed or more than a year
// apart, ErrOutletNotFound for an outlet out of reach.
func (o *Operations) Analytics(ctx context.Context, who access.Staff, a AnalyticsAsk) (*Analytics, error) {
	if days := a.To.Sub(a.From); days < 0 || days > 366 {
		return nil, availability.ErrDateRange.With("date_to must be at most a year after date_from, and not before it.")
	}
	if a.Outlet != "" && !who.CanOutlet(a.Outlet) {
		return nil, availability.ErrOutletNotFound
	}
	out := &Analytics{DateFrom: a.From, DateTo: a.To, ByStatus: map[Status]int{}, Revenue: []AnalyticsRevenue{}}
	var statuses *db.Results[statusCount]
	var revenue *db.Results[revenueRow]
	var services *db.Results[AnalyticsService]
	var staff *db.Results[AnalyticsMember]
	var hours *db.Results[AnalyticsHour]
	outlets, all := who.OutletScope()
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		args := []any{tx.Tenant(), all, texts(outlets), string(a.Outlet), a.From, a.To, string(a.Staff), tx.Now()}
		statuses = db.QueueAll[statusCount](tx, analyticsLines+`
			SELECT status, count(DISTINCT id) AS count FROM line GROUP BY status`, args...)
		revenue = db.QueueAll[revenueRow](tx, analyticsLines+`
			SELECT currency, coalesce(sum(price) FILTER (WHERE status = 'completed'), 0)::bigint AS revenue,
				coalesce(sum(price) FILTER (WHERE status IN ('pending', 'confirmed', 'in_progress')), 0)::bigint AS expected,
				count(DISTINCT id) FILTER (WHERE status = 'completed') AS completed
			FROM line GROUP BY currency ORDER BY currency`, args...)
		services = db.QueueAll[AnalyticsService](tx, analyticsLines+`
			SELECT service_id, max(service_name) AS service_name, count(*) AS booked
			FROM line WHERE status NOT IN ('cancelled', 'no_show')
			GROUP BY service_id ORDER BY booked DESC, service_id LIMIT 100`, args...)
		staff = db.QueueAll[AnalyticsMember](tx, analyticsLines+`
			SELECT staff_id, max(staff_name) AS staff_name, count(*) AS booked, sum(duration_minutes)::bigint AS minutes
			FROM line WHERE status NOT IN ('cancelled', 'no_show') AND staff_id IS NOT NULL
			GROUP BY staff_id ORDER BY booked DESC, staff_id LIMIT 500`, args...)
		hours = db.QueueAll[AnalyticsHour](tx, analyticsLines+`
			SELECT hour, count(DISTINCT id) AS appointments
			FROM line WHERE status NOT IN ('cancelled', 'no_show')
			GROUP BY hour ORDER BY appointments DESC, hour`, args...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.ByService, out.ByStaff, out.PeakHours = services.Rows, staff.Rows, hours.Rows
	out.addStatuses(statuses.Rows)
	out.addRevenue(revenue.Rows)
	return out, nil
}

func (a *Analytics) addStatuses(rows []statusCount) {
	for _, s := range []Status{Pending, Confirmed, InProgress, Completed, Cancelled, NoShowed} {
		a.ByStatus[s] = 0
	}
	for _, r := range rows {
		a.ByStatus[r.Status] = r.Count
		a.Total += r.Count
	}
	if a.Total > 0 {
		a.CancellationRate = float64(a.ByStatus[Cancelled]) / float64(a.Total)
	}
	if due := a.ByStatus[Completed] + a.ByStatus[NoShowed]; due > 0 {
		rate := float64(a.ByStatus[NoShowed]) / float64(due)
		a.NoShowRate = &rate
	}
}

func (a *Analytics) addRevenue(rows []revenueRow) {
	for _, r := range rows {
		cur := money.Currency(r.Currency)
		one := AnalyticsRevenue{
			Currency: r.Currency, Revenue: money.Number{Minor: r.Revenue, Currency: cur},
			Expected: money.Number{Minor: r.Expected, Currency: cur}, AverageValue: money.Number{Currency: cur},
		}
		if r.Completed > 0 {
			one.AverageValue.Minor = (r.Revenue + r.Completed/2) / r.Completed
		}
		a.Revenue = append(a.Revenue, one)
	}
}
