package tenants

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Stats are a business in numbers, counted when asked.
type Stats struct {
	Outlets      OutletStats       `json:"outlets"`
	Users        UserStats         `json:"users"`
	Customers    CustomerStats     `json:"customers"`
	Appointments AppointmentStats  `json:"appointments"`
	Subscription SubscriptionStats `json:"subscription"`
	GeneratedAt  time.Time         `json:"generated_at"`
	TenantInfo   Info              `json:"tenant_info"`
}

// OutletStats count the outlets that are not deleted.
type OutletStats struct {
	Total    int `json:"total" db:"outlets"`
	Active   int `json:"active" db:"outlets_active"`
	Inactive int `json:"inactive" db:"outlets_inactive" doc:"Inactive or temporarily closed."`
}

// UserStats count those who may sign in to the staff portal.
type UserStats struct {
	Total  int       `json:"total" db:"users"`
	Active int       `json:"active" db:"users_active"`
	ByRole RoleStats `json:"by_role" db:"-"`
}

// RoleStats count users by their role.
type RoleStats struct {
	TenantAdmin   int `json:"tenant_admin" db:"tenant_admins"`
	OutletManager int `json:"outlet_manager" db:"outlet_managers"`
	Staff         int `json:"staff" db:"staff_users"`
	Receptionist  int `json:"receptionist" db:"receptionists"`
}

// CustomerStats count customers who are not deleted.
type CustomerStats struct {
	Total         int `json:"total" db:"customers"`
	Active        int `json:"active" db:"customers_active"`
	RecentSignups int `json:"recent_signups" db:"customers_recent" doc:"Of the last 30 days."`
}

// AppointmentStats count appointments of this month.
type AppointmentStats struct {
	ThisMonth         int          `json:"this_month" db:"appointments" doc:"That begin in this calendar month, whatever becomes of them."`
	ThisMonthByStatus StatusCounts `json:"this_month_by_status" db:"-"`
}

// StatusCounts count appointments by their status. A hold that has lapsed counts as
// cancelled.
type StatusCounts struct {
	Pending    int `json:"pending" db:"pending"`
	Confirmed  int `json:"confirmed" db:"confirmed"`
	InProgress int `json:"in_progress" db:"in_progress"`
	Completed  int `json:"completed" db:"completed"`
	Cancelled  int `json:"cancelled" db:"cancelled"`
	NoShow     int `json:"no_show" db:"no_show"`
}

// StatusColumns are the columns of StatusCounts, over rows s that have a status.
const StatusColumns = `
			count(*) FILTER (WHERE s.status = 'pending') AS pending, count(*) FILTER (WHERE s.status = 'confirmed') AS confirmed,
			count(*) FILTER (WHERE s.status = 'in_progress') AS in_progress, count(*) FILTER (WHERE s.status = 'completed') AS completed,
			count(*) FILTER (WHERE s.status = 'cancelled') AS cancelled, count(*) FILTER (WHERE s.status = 'no_show') AS no_show`

// SubscriptionStats is what the statistics say of the plan.
type SubscriptionStats struct {
	Plan        string     `json:"plan" enum:"free,pro,enterprise"`
	Status      string     `json:"status" example:"active"`
	TrialEndsAt *time.Time `json:"trial_ends_at"`
}

// Info names the business.
type Info struct {
	ID        id.ID     `json:"id"`
	Name      string    `json:"name" example:"Bella Vista Spa"`
	Slug      string    `json:"slug" example:"bella-vista-spa"`
	CreatedAt time.Time `json:"created_at"`
}

// Stats counts what a business has: a super admin any, a tenant admin their own. It
// fails with ErrOther and ErrUnknown.
func (o *Operations) Stats(ctx context.Context, who access.Staff, tenant id.ID) (Stats, error) {
	if err := reach(who, tenant); err != nil {
		return Stats{}, err
	}
	var out Stats
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		places, users, customers := queueOutletStats(tx), queueUserStats(tx), queueCustomerStats(tx)
		found, err := Load(ctx, tx, tenant)
		if err != nil {
			return err
		}
		month := queueMonth(tx, found.Settings.Location())
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		out = Stats{
			Outlets: places.Value, Users: users.Value.UserStats, Customers: customers.Value, Appointments: month.Value.AppointmentStats,
			Subscription: SubscriptionStats{Plan: found.Subscription.Plan, Status: found.Subscription.Status},
			GeneratedAt:  tx.Now(),
			TenantInfo:   Info{ID: tenant, Name: found.Name, Slug: found.Slug, CreatedAt: found.CreatedAt},
		}
		out.Users.ByRole, out.Appointments.ThisMonthByStatus = users.Value.RoleStats, month.Value.StatusCounts
		return nil
	})
	return out, err
}

func queueOutletStats(tx *db.Tx) *db.Result[OutletStats] {
	return db.QueueOne[OutletStats](tx, `
		SELECT count(*) AS outlets, count(*) FILTER (WHERE status = 'active') AS outlets_active,
			count(*) FILTER (WHERE status <> 'active') AS outlets_inactive
		FROM outlets
		WHERE tenant_id = $1 AND deleted_at IS NULL`, tx.Tenant())
}

type userRow struct {
	UserStats
	RoleStats
}

func queueUserStats(tx *db.Tx) *db.Result[userRow] {
	return db.QueueOne[userRow](tx, `
		SELECT count(*) AS users, count(*) FILTER (WHERE m.is_active AND u.is_active) AS users_active,
			count(*) FILTER (WHERE m.role = 'tenant_admin') AS tenant_admins,
			count(*) FILTER (WHERE m.role = 'outlet_manager') AS outlet_managers,
			count(*) FILTER (WHERE m.role = 'staff') AS staff_users,
			count(*) FILTER (WHERE m.role = 'receptionist') AS receptionists
		FROM memberships m
		JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL
		WHERE m.tenant_id = $1`, tx.Tenant())
}

func queueCustomerStats(tx *db.Tx) *db.Result[CustomerStats] {
	return db.QueueOne[CustomerStats](tx, `
		SELECT count(*) AS customers, count(*) FILTER (WHERE is_active) AS customers_active,
			count(*) FILTER (WHERE created_at > $2) AS customers_recent
		FROM customers
		WHERE tenant_id = $1 AND deleted_at IS NULL`, tx.Tenant(), tx.Now().AddDate(0, 0, -30))
}

type monthRow struct {
	AppointmentStats
	StatusCounts
}

// queueMonth counts the appointments of the calendar month that it is now by the
// business's clock. What was offered to somebody who waits, and never accepted, is none.
func queueMonth(tx *db.Tx, loc *time.Location) *db.Result[monthRow] {
	today := civil.Of(tx.Now(), loc)
	first := today.AddDays(1 - today.Day)
	next := first.AddDays(31)
	return db.QueueOne[monthRow](tx, `
		SELECT count(*) AS appointments,`+StatusColumns+`
		FROM (
			SELECT CASE WHEN status = 'pending' AND hold_until <= $4 THEN 'cancelled' ELSE status END AS status
			FROM appointments
			WHERE tenant_id = $1 AND starts_at >= $2 AND starts_at < $3 AND (source <> 'waitlist' OR accepted_at IS NOT NULL)) AS s`,
		tx.Tenant(), first.Start(loc), next.AddDays(1-next.Day).Start(loc), tx.Now())
}
