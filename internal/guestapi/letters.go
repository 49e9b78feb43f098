package guestapi

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/outbox"
)

// The messages hold nothing that a guest typed, but the slot: anybody can have one
// sent to anybody.

// askToVerify queues the message with the link.
func (g *guestBooking) askToVerify(tx *db.Tx, made *appointments.Appointment) {
	l := letter{business: g.Name, facts: g.facts(made)}
	l.before = "please confirm this booking:"
	l.link, l.linkText = g.link(), "Confirm the booking"
	if made.HoldUntil != nil {
		until := made.HoldUntil.In(g.location).Format("15:04 on Monday, 2 January")
		l.after = "We hold the time for you until " + until + " (" + g.outlet.Timezone + "). "
	}
	l.after += "If you did not book this, you need not do anything."
	l.queue(tx, g.email, "Please confirm your booking at "+g.Name, "guest-verify:"+string(made.ID))
}

// noticeOwner queues a word to the owner of an account in whose name a guest booked.
func (g *guestBooking) noticeOwner(tx *db.Tx, made *appointments.Appointment) {
	l := letter{business: g.Name, facts: g.facts(made)}
	l.before = "somebody booked as a guest with the e-mail address of your account:"
	l.after = "The booking is shown in your account, which was neither opened nor changed. " +
		"If it was not you, do not confirm it; if you want it gone at once, cancel it in your account or tell us."
	l.queue(tx, g.email, "A guest booking with your address at "+g.Name, "guest-notice:"+string(made.ID))
}

// link is where the guest verifies.
func (g *guestBooking) link() string {
	return strings.NewReplacer(
		"{tenant}", url.PathEscape(g.Slug), "{branch}", url.PathEscape(g.outlet.Slug), "{handle}", g.secrets.handle,
	).Replace(g.config.Link)
}

func (g *guestBooking) facts(made *appointments.Appointment) [][2]string {
	facts := [][2]string{
		{"When", made.StartsAt.In(g.location).Format("Monday, 2 January 2006, 15:04") + " (" + g.outlet.Timezone + ")"},
		{"Where", g.Name + ", " + g.outlet.Name},
	}
	for _, line := range made.Services {
		facts = append(facts, [2]string{"What", line.ServiceName})
	}
	return facts
}

// letter is one message, written as text and as HTML.
type letter struct {
	business       string
	before, after  string
	facts          [][2]string
	link, linkText string
}

func (l letter) queue(tx *db.Tx, to, subject, reference string) {
	outbox.Queue(tx, outbox.Message{
		Channel: outbox.Email, To: to, Subject: subject, Text: l.text(), HTML: l.html(), Reference: reference,
	})
}

func (l letter) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Hello,\n\n%s\n\n", l.before)
	for _, f := range l.facts {
		fmt.Fprintf(&b, "%s: %s\n", f[0], f[1])
	}
	if l.link != "" {
		fmt.Fprintf(&b, "\n%s: %s\n", l.linkText, l.link)
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n", l.after, l.business)
	return b.String()
}

func (l letter) html() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p>Hello,</p><p>%s</p><table>", html.EscapeString(l.before))
	for _, f := range l.facts {
		fmt.Fprintf(&b, `<tr><th align="left">%s</th><td>%s</td></tr>`, f[0], html.EscapeString(f[1]))
	}
	b.WriteString("</table>")
	if l.link != "" {
		fmt.Fprintf(&b, `<p><a href="%s">%s</a></p>`, html.EscapeString(l.link), l.linkText)
	}
	fmt.Fprintf(&b, "<p>%s</p><p>%s</p>", html.EscapeString(l.after), html.EscapeString(l.business))
	return b.String()
}
