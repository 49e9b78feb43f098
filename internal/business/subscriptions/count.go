package subscriptions

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Current is a tenant's subscription as it is stored, with the zone that its
// months are counted in.
type Current struct {
	ID          id.ID     `db:"id"`
	Plan        Plan      `db:"plan"`
	Period      string    `db:"billing_period"`
	Status      string    `db:"status"`
	PeriodStart time.Time `db:"current_period_start"`
	PeriodEnd   time.Time `db:"current_period_end"`
	CreatedAt   time.Time `db:"created_at"`
	UpdatedAt   time.Time `db:"updated_at"`
	Timezone    string    `db:"timezone"`
	Fee         FeeBasis  `db:"fee"`
}

const currentSQL = `
	SELECT s.id, s.plan, s.billing_period, s.status, s.current_period_start, s.current_period_end,
		s.created_at, s.updated_at, t.timezone, ` + feeOf + ` AS fee
	FROM subscriptions s
	JOIN tenants t ON t.id = s.tenant_id
	LEFT JOIN plan_fees f ON f.plan = s.plan
	WHERE s.tenant_id = $1`

// Queue reads the subscription of the transaction's tenant with the next batch.
func Queue(tx *db.Tx) *db.Result[Current] {
	return db.QueueOne[Current](tx, currentSQL, tx.Tenant())
}

// QueueLocked is Queue for those who count what the plan limits and then add to
// it: until the transaction ends, another of the same tenant waits here.
func QueueLocked(tx *db.Tx) *db.Result[Current] {
	return db.QueueOne[Current](tx, currentSQL+` FOR UPDATE OF s`, tx.Tenant())
}

// Limits returns what the plan allows.
func (c Current) Limits() Limits { return c.Plan.Limits() }

// Month is the first day of the month that an appointment created at now counts
// in.
func (c Current) Month(now time.Time) civil.Date { return monthOf(now, c.location()) }

func (c Current) location() *time.Location {
	loc, err := civil.Zone(c.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

func monthOf(now time.Time, loc *time.Location) civil.Date {
	d := civil.Of(now, loc)
	return d.AddDays(1 - d.Day)
}

// AppointmentGuard is what a booking beyond the plan's limit conflicts with; the
// caller answers Plan.AppointmentLimit.
const AppointmentGuard = "plan_appointments"

// CountAppointment queues the count of one appointment created in the month, or
// a conflict with AppointmentGuard where that would be more than limit. It is the
// last thing that a booking queues. Without a limit nothing is counted.
func CountAppointment(tx *db.Tx, month civil.Date, limit int) {
	if limit == Unlimited {
		return
	}
	tx.Expect(1, AppointmentGuard, `
		INSERT INTO plan_usage AS u (tenant_id, month, appointments)
		SELECT $1::text, $2::date, 1
		WHERE $3::bigint > 0
		ON CONFLICT (tenant_id, month) DO UPDATE
		SET appointments = u.appointments + 1
		WHERE u.appointments < $3::bigint
		RETURNING u.month`,
		tx.Tenant(), month, limit)
}

// queueCounted reads how many appointments count in the month, from the counter
// where the plan has a limit, else from the appointments themselves.
func queueCounted(tx *db.Tx, c Current, now time.Time) *db.Result[int] {
	from, to := monthBounds(now, c.location())
	if c.Limits().AppointmentsPerMonth != Unlimited {
		return db.QueueOne[int](tx, `
			SELECT appointments
			FROM plan_usage
			WHERE tenant_id = $1 AND month = $2`, tx.Tenant(), c.Month(now))
	}
	return db.QueueOne[int](tx, `
		SELECT count(*)
		FROM appointments
		WHERE tenant_id = $1 AND created_at >= $2 AND created_at < $3 AND (source <> 'waitlist' OR accepted_at IS NOT NULL)`, tx.Tenant(), from, to)
}

func monthBounds(now time.Time, loc *time.Location) (from, to time.Time) {
	first := monthOf(now, loc)
	next := first.AddDays(31)
	return first.Start(loc), next.AddDays(1 - next.Day).Start(loc)
}
