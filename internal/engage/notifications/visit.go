package notifications

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// visit is what a notice tells.
type visit struct {
	ID       id.ID     `db:"id"`
	Version  int64     `db:"version"`
	Status   string    `db:"status"`
	Source   string    `db:"source"`
	StartsAt time.Time `db:"starts_at"`
	EndsAt   time.Time `db:"ends_at"`
	Timezone string    `db:"timezone"`
	Business string    `db:"business"`
	Mailbox  string    `db:"mailbox"` // of the outlet, or of the business
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

	HoldUntil     *time.Time `db:"hold_until"`
	AcceptedAt    *time.Time `db:"accepted_at"`
	ConfirmedAt   *time.Time `db:"confirmed_at"`
	RescheduledAt *time.Time `db:"rescheduled_at"`

	more           [][2]string // lines of this mail alone
	link, linkText string      // of this mail alone
}

// stands tells whether the visit is going to be, as far as its customer was told.
func (v *visit) stands() bool {
	return v.Status == "confirmed" || v.Status == "pending" && v.Source != "booki_guest"
}

func findVisit(ctx context.Context, tx *db.Tx, appointment id.ID) (visit, error) {
	return db.One[visit](ctx, tx, `
		SELECT a.id, a.version, a.status, a.source, a.starts_at, a.ends_at, o.timezone, t.name AS business,
			coalesce(nullif(o.email, ''), t.email) AS mailbox, o.name AS outlet, o.street, o.city,
			coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name)) AS name, coalesce(a.guest ->> 'email', c.email) AS email,
			a.total_price, a.currency, a.cancellation_reason, c.preferences, a.hold_until, a.accepted_at, a.confirmed_at, a.rescheduled_at,
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

func (v *visit) zone() *time.Location {
	loc, err := civil.Zone(v.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

func (v *visit) place() string {
	place := v.Outlet
	for _, part := range []string{v.Street, v.City} {
		if part != "" {
			place += ", " + part
		}
	}
	return place
}

// moment is an instant on the wall clock of the outlet.
func (v *visit) moment(t time.Time) string {
	return t.In(v.zone()).Format("Monday, 2 January 2006, 15:04") + " (" + v.Timezone + ")"
}

// facts are the lines that every notice shows.
func (v *visit) facts() [][2]string {
	facts := [][2]string{
		{"When", v.moment(v.StartsAt)},
		{"Where", v.place()},
		{"What", strings.Join(v.Services, ", ")},
	}
	if v.Total > 0 {
		facts = append(facts, [2]string{"Price", money.Format(v.Total, money.Currency(v.Currency))})
	}
	return append(facts, v.more...)
}

func (v *visit) text(what notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Dear %s,\n\n%s\n\n", v.Name, what.text)
	for _, f := range v.facts() {
		fmt.Fprintf(&b, "%s: %s\n", f[0], f[1])
	}
	if v.link != "" {
		fmt.Fprintf(&b, "\n%s: %s\n", v.linkText, v.link)
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
	b.WriteString("</table>")
	if v.link != "" {
		fmt.Fprintf(&b, `<p><a href="%s">%s</a></p>`, html.EscapeString(v.link), v.linkText)
	}
	fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(v.Business))
	return b.String()
}
