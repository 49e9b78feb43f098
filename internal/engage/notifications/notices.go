package notifications

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
	"reserva/internal/kit/outbox"
)

// Notices writes the mails.
type Notices struct {
	db *db.DB
}

// New returns Notices for a database.
func New(d *db.DB) *Notices { return &Notices{db: d} }

const subscriber = "notifications"

// Subscribe has notices written for the events of appointments.
func (n *Notices) Subscribe(r *jobs.Registry) {
	booked, confirmed, cancelled := kinds()
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.BookedEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, booked)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.ConfirmedEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, confirmed)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.CancelledEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, cancelled)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.RescheduledEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, rescheduled(e.At))
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.ReassignedEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, reassigned(e.Version))
	})
}

// notice is one kind of mail: what it says, and whether it still is true.
type notice struct {
	name    string
	subject string
	text    string
	holds   func(*visit) bool
}

func kinds() (booked, confirmed, cancelled notice) {
	booked = notice{
		name: "booked", subject: "We are holding your appointment at %s",
		text:  "we are holding this time for you until your booking is confirmed.",
		holds: func(v *visit) bool { return v.Status == "pending" && v.Source != "booki_guest" },
	}
	confirmed = notice{
		name: "confirmed", subject: "Your appointment at %s is confirmed",
		text:  "your appointment is confirmed. We look forward to seeing you.",
		holds: func(v *visit) bool { return v.Status == "confirmed" },
	}
	cancelled = notice{
		name: "cancelled", subject: "Your appointment at %s was cancelled",
		text: "this appointment was cancelled:",
		// A guest who never answered has not shown that the address is theirs.
		holds: func(v *visit) bool {
			return v.Status == "cancelled" && v.Reason != appointments.ReasonVerificationExpired
		},
	}
	return booked, confirmed, cancelled
}

// rescheduled tells of one move, unless the appointment was moved again since.
func rescheduled(at time.Time) notice {
	return notice{
		name: "rescheduled." + at.UTC().Format("20060102150405.000000"), subject: "Your appointment at %s was moved",
		text:  "your appointment was moved. This is when we see you now:",
		holds: func(v *visit) bool { return v.stands() && v.RescheduledAt != nil && v.RescheduledAt.Equal(at) },
	}
}

// reassigned tells who will serve now.
func reassigned(version int64) notice {
	return notice{
		name: fmt.Sprintf("reassigned.%d", version), subject: "A change to your appointment at %s",
		text:  "somebody else will take care of you. Everything else stays:",
		holds: (*visit).stands,
	}
}

// visit is what a notice tells.
type visit struct {
	Status   string    `db:"status"`
	Source   string    `db:"source"`
	StartsAt time.Time `db:"starts_at"`
	Timezone string    `db:"timezone"`
	Business string    `db:"business"`
	Outlet   string    `db:"outlet"`
	Street   string    `db:"street"`
	City     string    `db:"city"`
	Name     string    `db:"name"`
	Email    *string   `db:"email"`
	Total    int64     `db:"total_price"`
	Currency string    `db:"currency"`
	Reason   string    `db:"cancellation_reason"`
	Services []string  `db:"services"`
	Wishes   []byte    `db:"preferences"`

	RescheduledAt *time.Time `db:"rescheduled_at"`
}

// stands tells whether the visit is going to be, as far as its customer was told.
func (v *visit) stands() bool {
	return v.Status == "confirmed" || v.Status == "pending" && v.Source != "booki_guest"
}

func (n *Notices) tell(ctx context.Context, tenant, appointment id.ID, what notice) error {
	return n.db.Update(ctx, tenant, func(tx *db.Tx) error {
		v, err := findVisit(ctx, tx, appointment)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if v.Email == nil || !v.wantsMail() || !what.holds(&v) {
			return nil
		}
		outbox.Queue(tx, outbox.Message{
			Channel: outbox.Email, To: *v.Email, Subject: fmt.Sprintf(what.subject, v.Business),
			Text: v.text(what), HTML: v.html(what), Reference: "appointment:" + what.name + ":" + string(appointment),
		})
		return nil
	})
}

func findVisit(ctx context.Context, tx *db.Tx, appointment id.ID) (visit, error) {
	return db.One[visit](ctx, tx, `
		SELECT a.status, a.source, a.starts_at, o.timezone, t.name AS business, o.name AS outlet, o.street, o.city,
			coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name)) AS name, coalesce(a.guest ->> 'email', c.email) AS email,
			a.total_price, a.currency, a.cancellation_reason, c.preferences, a.rescheduled_at,
			ARRAY(SELECT l.service_name || CASE WHEN l.staff_name = '' THEN '' ELSE ' with ' || l.staff_name END
				FROM appointment_lines l
				WHERE l.tenant_id = $1 AND l.appointment_id = a.id ORDER BY l.position) AS services
		FROM appointments a
		JOIN tenants t ON t.id = a.tenant_id
		JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id
		JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id
		WHERE a.tenant_id = $1 AND a.id = $2`, tx.Tenant(), appointment)
}

// wantsMail respects a customer who switched e-mail off; unknown means yes.
func (v *visit) wantsMail() bool {
	var p struct {
		Email *bool `json:"email"`
	}
	return json.Unmarshal(v.Wishes, &p) != nil || p.Email == nil || *p.Email
}

// facts are the lines that every notice shows.
func (v *visit) facts() [][2]string {
	loc, err := civil.Zone(v.Timezone)
	if err != nil {
		loc = time.UTC
	}
	place := v.Outlet
	for _, part := range []string{v.Street, v.City} {
		if part != "" {
			place += ", " + part
		}
	}
	facts := [][2]string{
		{"When", v.StartsAt.In(loc).Format("Monday, 2 January 2006, 15:04") + " (" + v.Timezone + ")"},
		{"Where", place},
		{"What", strings.Join(v.Services, ", ")},
	}
	if v.Total > 0 {
		facts = append(facts, [2]string{"Price", money.Format(v.Total, money.Currency(v.Currency))})
	}
	return facts
}

func (v *visit) text(what notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Dear %s,\n\n%s\n\n", v.Name, what.text)
	for _, f := range v.facts() {
		fmt.Fprintf(&b, "%s: %s\n", f[0], f[1])
	}
	fmt.Fprintf(&b, "\n%s\n", v.Business)
	return b.String()
}

func (v *visit) html(what notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p>Dear %s,</p><p>%s</p><table>", html.EscapeString(v.Name), html.EscapeString(what.text))
	for _, f := range v.facts() {
		fmt.Fprintf(&b, `<tr><th align="left">%s</th><td>%s</td></tr>`, f[0], html.EscapeString(f[1]))
	}
	fmt.Fprintf(&b, "</table><p>%s</p>", html.EscapeString(v.Business))
	return b.String()
}
