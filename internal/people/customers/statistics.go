package customers

import (
	"context"
	"math"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Period limits statistics to days of the business's calendar; without it they
// cover all time.
type Period struct {
	FromDate opt.Field[civil.Date] `query:"from_date" doc:"First day, on the business's calendar."`
	ToDate   opt.Field[civil.Date] `query:"to_date" doc:"Last day."`
}

// Summary is what a business can know of its customers.
type Summary struct {
	Statistics  Statistics `json:"statistics"`
	Period      Days       `json:"period"`
	GeneratedAt time.Time  `json:"generated_at"`
}

// Days is the period of a Summary.
type Days struct {
	From *civil.Date `json:"from"`
	To   *civil.Date `json:"to"`
}

// Statistics count customers as they are now; appointments, revenue and new
// customers are those of the period.
type Statistics struct {
	TotalCustomers             int          `json:"total_customers"`
	ActiveCustomers            int          `json:"active_customers"`
	InactiveCustomers          int          `json:"inactive_customers"`
	VerifiedEmails             int          `json:"verified_emails"`
	CustomersWithPassword      int          `json:"customers_with_password"`
	WalkInCustomers            int          `json:"walk_in_customers"`
	NewCustomersInPeriod       int          `json:"new_customers_in_period"`
	TotalAppointments          int          `json:"total_appointments" doc:"Of the period, in all states."`
	TotalRevenue               money.Number `json:"total_revenue" doc:"What customers paid for appointments, in the currency of the business; what is in another one is not counted."`
	TotalLoyaltyPoints         int64        `json:"total_loyalty_points"`
	AvgAppointmentsPerCustomer float64      `json:"avg_appointments_per_customer"`
	AvgSpentPerCustomer        money.Number `json:"avg_spent_per_customer" doc:"Of total_revenue."`
	RetentionRate              float64      `json:"retention_rate" doc:"Of the customers with a completed visit, how many have two, in percent."`
	TopByAppointments          []TopEntry   `json:"top_customers_by_appointments"`
	TopByRevenue               []TopEntry   `json:"top_customers_by_revenue"`
	Segments                   Segments     `json:"customer_segments"`
}

// TopEntry is one of the ten best customers.
type TopEntry struct {
	CustomerID        id.ID        `json:"customer_id"`
	FullName          string       `json:"full_name"`
	Email             *string      `json:"email"`
	TotalAppointments int          `json:"total_appointments"`
	TotalSpent        money.Number `json:"total_spent" doc:"In the currency of the business; what is in another one is not counted"`
}

// Segments part the customers: vip by tag or among the twentieth who spent most
// in twelve months, then new within 30 days, then at risk after 90 days without a
// visit and at least two before, and regular.
type Segments struct {
	VIP     int `json:"vip" db:"vip"`
	Regular int `json:"regular" db:"regular"`
	New     int `json:"new" db:"new"`
	AtRisk  int `json:"at_risk" db:"at_risk"`
}

type summaryRow struct {
	Currency  money.Currency `db:"currency"`
	Total     int            `db:"total"`
	Active    int            `db:"active"`
	Verified  int            `db:"verified"`
	Password  int            `db:"with_password"`
	New       int            `db:"new_in_period"`
	Points    int64          `db:"points"`
	Visits    int            `db:"visits"`
	Revenue   int64          `db:"revenue"`
	Once      int            `db:"once"`
	Twice     int            `db:"twice"`
	SegVIP    int            `db:"vip"`
	SegNew    int            `db:"new"`
	SegAtRisk int            `db:"at_risk"`
}

type topRow struct {
	ID     id.ID   `db:"id"`
	Name   string  `db:"full_name"`
	Email  *string `db:"email"`
	Visits int     `db:"visits"`
	Spent  int64   `db:"spent"`
}

// visitsSQL counts the appointments, in all states, of each customer of tenant $1 in the days $2 to $3;
// $4 is the present. What was offered to somebody who waits, and never accepted, is none.
const visitsSQL = `
	WITH visits AS (
		SELECT
			c.id, c.tags, c.created_at,
			count(a.id) FILTER (WHERE in_period.yes) AS visits,
			coalesce(sum(a.paid_amount) FILTER (WHERE in_period.yes AND a.currency = t.currency), 0)::bigint AS spent,
			count(a.id) FILTER (WHERE a.status = 'completed' AND in_period.yes) AS completed,
			count(a.id) FILTER (WHERE a.status = 'completed') AS completed_ever,
			max(a.starts_at) FILTER (WHERE a.status = 'completed') AS last_visit,
			coalesce(sum(a.paid_amount) FILTER (WHERE a.starts_at > $4::timestamptz - interval '12 months' AND a.currency = t.currency), 0)::bigint AS spent_year
		FROM customers c
		JOIN tenants t ON t.id = c.tenant_id
		LEFT JOIN appointments a ON a.tenant_id = c.tenant_id AND a.customer_id = c.id AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL)
		LEFT JOIN LATERAL (
			SELECT ($2::date IS NULL OR a.starts_at >= $2::date::timestamp AT TIME ZONE t.timezone)
			   AND ($3::date IS NULL OR a.starts_at < ($3::date + 1)::timestamp AT TIME ZONE t.timezone) AS yes) AS in_period ON true
		WHERE c.tenant_id = $1 AND c.deleted_at IS NULL
		GROUP BY c.id, c.tags, c.created_at)`

const summarySQL = visitsSQL + `,
	segmented AS (
		SELECT v.id, v.visits, v.spent, v.completed,
			CASE
				WHEN 'vip' = ANY (v.tags) OR (v.spent_year > 0 AND percent_rank() OVER (ORDER BY v.spent_year) >= 0.95) THEN 'vip'
				WHEN v.created_at > $4::timestamptz - interval '30 days' THEN 'new'
				WHEN v.completed_ever >= 2 AND v.last_visit < $4::timestamptz - interval '90 days' THEN 'at_risk'
				ELSE 'regular'
			END AS segment
		FROM visits v)
	SELECT
		t.currency,
		count(c.id) AS total,
		count(c.id) FILTER (WHERE c.is_active) AS active,
		count(c.id) FILTER (WHERE c.email_verified) AS verified,
		count(c.id) FILTER (WHERE c.password_hash IS NOT NULL) AS with_password,
		count(c.id) FILTER (WHERE ($2::date IS NULL OR c.created_at >= $2::date::timestamp AT TIME ZONE t.timezone)
			AND ($3::date IS NULL OR c.created_at < ($3::date + 1)::timestamp AT TIME ZONE t.timezone)) AS new_in_period,
		coalesce(sum(c.loyalty_points), 0)::bigint AS points,
		coalesce(sum(s.visits), 0)::bigint AS visits,
		coalesce(sum(s.spent), 0)::bigint AS revenue,
		count(c.id) FILTER (WHERE s.completed >= 1) AS once,
		count(c.id) FILTER (WHERE s.completed >= 2) AS twice,
		count(c.id) FILTER (WHERE s.segment = 'vip') AS vip,
		count(c.id) FILTER (WHERE s.segment = 'new') AS new,
		count(c.id) FILTER (WHERE s.segment = 'at_risk') AS at_risk
	FROM tenants t
	LEFT JOIN customers c ON c.tenant_id = t.id AND c.deleted_at IS NULL
	LEFT JOIN segmented s ON s.id = c.id
	WHERE t.id = $1
	GROUP BY t.id, t.currency`

const topSQL = visitsSQL + `
	SELECT v.id, trim(c.first_name || ' ' || c.last_name) AS full_name, c.email, v.visits, v.spent
	FROM visits v
	JOIN customers c ON c.tenant_id = $1 AND c.id = v.id
	WHERE CASE WHEN $5 THEN v.spent ELSE v.visits END > 0
	ORDER BY CASE WHEN $5 THEN v.spent ELSE v.visits END DESC, v.id
	LIMIT 10`

// Summary computes the statistics of the tenant's customers.
func (o *Operations) Summary(ctx context.Context, who access.Staff, p Period) (Summary, error) {
	var sum *db.Result[summaryRow]
	var byVisits, byRevenue *db.Results[topRow]
	var now time.Time
	from, to := p.FromDate.Ptr(), p.ToDate.Ptr()
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		now = tx.Now()
		sum = db.QueueOne[summaryRow](tx, summarySQL, tx.Tenant(), from, to, now)
		byVisits = db.QueueAll[topRow](tx, topSQL, tx.Tenant(), from, to, now, false)
		byRevenue = db.QueueAll[topRow](tx, topSQL, tx.Tenant(), from, to, now, true)
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	statistics := sum.Value.statistics()
	statistics.TopByAppointments = top(byVisits.Rows, sum.Value.Currency)
	statistics.TopByRevenue = top(byRevenue.Rows, sum.Value.Currency)
	return Summary{Statistics: statistics, Period: Days{From: from, To: to}, GeneratedAt: now}, nil
}

func (r summaryRow) statistics() Statistics {
	average := int64(0)
	if r.Total > 0 {
		average = int64(math.Round(float64(r.Revenue) / float64(r.Total)))
	}
	return Statistics{
		TotalCustomers: r.Total, ActiveCustomers: r.Active, InactiveCustomers: r.Total - r.Active, VerifiedEmails: r.Verified,
		CustomersWithPassword: r.Password, WalkInCustomers: r.Total - r.Password, NewCustomersInPeriod: r.New,
		TotalAppointments: r.Visits, TotalRevenue: money.Number{Minor: r.Revenue, Currency: r.Currency},
		TotalLoyaltyPoints: r.Points, AvgAppointmentsPerCustomer: share(r.Visits, r.Total, 1),
		AvgSpentPerCustomer: money.Number{Minor: average, Currency: r.Currency}, RetentionRate: share(r.Twice, r.Once, 100),
		Segments: Segments{VIP: r.SegVIP, New: r.SegNew, AtRisk: r.SegAtRisk, Regular: r.Total - r.SegVIP - r.SegNew - r.SegAtRisk},
	}
}

// share is part/whole in units of scale, with two digits after the point; 0 of none.
func share(part, whole int, scale float64) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(float64(part)/float64(whole)*scale*100) / 100
}

func top(rows []topRow, currency money.Currency) []TopEntry {
	out := make([]TopEntry, len(rows))
	for i, r := range rows {
		out[i] = TopEntry{
			CustomerID: r.ID, FullName: r.Name, Email: r.Email, TotalAppointments: r.Visits,
			TotalSpent: money.Number{Minor: r.Spent, Currency: currency},
		}
	}
	return out
}
