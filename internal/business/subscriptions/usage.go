package subscriptions

import (
	"fmt"
	"time"

	"reserva/internal/kit/id"
)

// Subscription is the documented object.
type Subscription struct {
	ID                 id.ID      `json:"id"`
	TenantID           id.ID      `json:"tenant_id"`
	Plan               string     `json:"plan" enum:"free,pro,enterprise"`
	PlanType           Plan       `json:"plan_type" enum:"FREE,PRO,ENTERPRISE"`
	BillingPeriod      string     `json:"billing_period" enum:"monthly,quarterly,yearly"`
	Status             string     `json:"status" enum:"active,trialing,past_due,cancelled,expired"`
	TrialEnd           *time.Time `json:"trial_end"`
	CurrentPeriodStart time.Time  `json:"current_period_start"`
	CurrentPeriodEnd   time.Time  `json:"current_period_end"`
	CancelledAt        *time.Time `json:"cancelled_at"`
	CancelAtPeriodEnd  bool       `json:"cancel_at_period_end"`
	Features           Features   `json:"features"`
	Usage              Counts     `json:"usage"`
	CreatedAt          time.Time  `json:"created_at"`
	UpdatedAt          time.Time  `json:"updated_at"`
}

// Counts are what a tenant has, counted when asked.
type Counts struct {
	CurrentOutlets        int       `json:"current_outlets"`
	CurrentStaff          int       `json:"current_staff"`
	CurrentCustomers      int       `json:"current_customers"`
	CurrentServices       int       `json:"current_services"`
	AppointmentsThisMonth int       `json:"appointments_this_month"`
	LastUpdated           time.Time `json:"last_updated"`
	Warnings              []string  `json:"warnings" doc:"What comes near its limit, in words."`
}

// Usage is how near a tenant is to the limits of its plan.
type Usage struct {
	SubscriptionID     id.ID     `json:"subscription_id"`
	TenantID           id.ID     `json:"tenant_id"`
	Plan               string    `json:"plan" enum:"free,pro,enterprise"`
	PlanType           Plan      `json:"plan_type" enum:"FREE,PRO,ENTERPRISE"`
	BillingPeriod      string    `json:"billing_period"`
	CurrentPeriodStart time.Time `json:"current_period_start"`
	CurrentPeriodEnd   time.Time `json:"current_period_end"`

	Summary            Summary     `json:"usage_summary"`
	StaffByOutlet      []OutletUse `json:"staff_by_outlet"`
	ApproachingLimits  []string    `json:"approaching_limits" doc:"Keys of usage_summary at 80 % of their limit or more."`
	UpgradeRecommended bool        `json:"upgrade_recommended" doc:"Something is at 90 % of its limit or more."`
}

// Summary is the use of each limited thing.
type Summary struct {
	Outlets      Gauge `json:"outlets"`
	Staff        Gauge `json:"staff" doc:"Of the outlet that has the most: the limit is each outlet's."`
	Services     Gauge `json:"services"`
	Customers    Gauge `json:"customers"`
	Appointments Gauge `json:"appointments" doc:"Created in this calendar month."`
}

// Gauge is one limit and its use. A limit of -1 is none, and 0 percent.
type Gauge struct {
	Used       int     `json:"used"`
	Limit      int     `json:"limit"`
	Percentage float64 `json:"percentage" example:"60"`
}

func gauge(used, limit int) Gauge {
	g := Gauge{Used: used, Limit: limit}
	if limit > 0 {
		g.Percentage = float64(used*10_000/limit) / 100
	}
	return g
}

// The shares of a limit, in percent, at which it is spoken of.
const (
	approaching = 80
	recommend   = 90
)

func (c Current) summary(u use) Summary {
	limits, fullest := c.Limits(), 0
	for _, outlet := range u.byOutlet.Rows {
		fullest = max(fullest, outlet.Used)
	}
	return Summary{
		Outlets:      gauge(u.outlets.Value, limits.Outlets),
		Staff:        gauge(fullest, limits.StaffPerOutlet),
		Services:     gauge(u.services.Value, limits.Services),
		Customers:    gauge(u.customers.Value, Unlimited),
		Appointments: gauge(u.appointments.Value, limits.AppointmentsPerMonth),
	}
}

// near lists what is at the percentage of its limit or beyond.
func (s Summary) near(percentage float64) []string {
	keys := []string{}
	for _, g := range []struct {
		key string
		Gauge
	}{
		{"outlets", s.Outlets}, {"staff", s.Staff}, {"services", s.Services}, {"customers", s.Customers},
		{"appointments", s.Appointments},
	} {
		if g.Limit != Unlimited && g.Percentage >= percentage {
			keys = append(keys, g.key)
		}
	}
	return keys
}

func (c Current) subscription(tenant id.ID, u use, now time.Time) Subscription {
	warnings := []string{}
	for _, key := range c.summary(u).near(approaching) {
		warnings = append(warnings, fmt.Sprintf("Approaching the limit of %s.", key))
	}
	return Subscription{
		ID: c.ID, TenantID: tenant, Plan: c.Plan.Lower(), PlanType: c.Plan, BillingPeriod: c.Period, Status: c.Status,
		CurrentPeriodStart: c.PeriodStart.UTC(), CurrentPeriodEnd: c.PeriodEnd.UTC(), Features: c.Plan.Features(),
		Usage: Counts{
			CurrentOutlets: u.outlets.Value, CurrentStaff: u.staff.Value, CurrentCustomers: u.customers.Value,
			CurrentServices: u.services.Value, AppointmentsThisMonth: u.appointments.Value, LastUpdated: now,
			Warnings: warnings,
		},
		CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(),
	}
}

func (c Current) usage(tenant id.ID, u use) Usage {
	summary := c.summary(u)
	for i := range u.byOutlet.Rows {
		u.byOutlet.Rows[i].Limit = c.Limits().StaffPerOutlet
	}
	return Usage{
		SubscriptionID: c.ID, TenantID: tenant, Plan: c.Plan.Lower(), PlanType: c.Plan, BillingPeriod: c.Period,
		CurrentPeriodStart: c.PeriodStart.UTC(), CurrentPeriodEnd: c.PeriodEnd.UTC(),
		Summary: summary, StaffByOutlet: u.byOutlet.Rows, ApproachingLimits: summary.near(approaching),
		UpgradeRecommended: len(summary.near(recommend)) > 0 && c.Plan.CanUpgrade(),
	}
}
