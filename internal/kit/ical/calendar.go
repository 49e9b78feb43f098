package ical

import (
	"strconv"
	"strings"
	"time"
)

// Method is what a calendar in an e-mail asks its reader to do (RFC 5546).
type Method string

// The methods. A calendar that is subscribed to has none.
const (
	Request Method = "REQUEST" // keep this event, or bring the one that you have up to date
	Cancel  Method = "CANCEL"  // the event that you have does not take place
)

// Status is how certain an event is.
type Status string

// The states of events.
const (
	Tentative Status = "TENTATIVE"
	Confirmed Status = "CONFIRMED"
	Cancelled Status = "CANCELLED"
)

// Calendar is one file.
type Calendar struct {
	Method Method
	// Name and Refresh tell subscribers what to call the calendar, and how often to
	// read it again; both are optional.
	Name    string
	Refresh time.Duration
	// Zone is described where there are no events: a calendar may not be empty.
	Zone   *time.Location
	Events []Event
}

// Event is one entry of a calendar.
type Event struct {
	// UID names the event for ever, in every calendar that it is in.
	UID string
	// Sequence is higher whenever the event was changed.
	Sequence int64
	// Stamp is when this text was made or, in a calendar that is subscribed to, when
	// the event was last changed.
	Stamp time.Time
	// Start and End are shown in Zone; nil is UTC.
	Start, End time.Time
	Zone       *time.Location

	Summary     string
	Description string // optional
	Location    string // optional
	Status      Status
	Private     bool // others who see the reader's calendar see no more than that there is something

	// Organizer and Attendee are left out where they have no e-mail address.
	Organizer, Attendee Person
}

// Person is somebody with a mailbox.
type Person struct {
	Name    string
	Address string // as kit/mail normalises it
}

// product is who wrote the file.
const product = "-//Reserva//Reserva//EN"

// Text is the file, in lines of at most 75 bytes that end in CR LF.
func (c Calendar) Text() string {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", product)
	w.line("CALSCALE", "GREGORIAN")
	if c.Method != "" {
		w.line("METHOD", string(c.Method))
	}
	if c.Name != "" {
		w.text("NAME", c.Name)
		w.text("X-WR-CALNAME", c.Name)
	}
	if c.Refresh > 0 {
		every := "PT" + strconv.Itoa(int(c.Refresh.Minutes())) + "M"
		w.line("REFRESH-INTERVAL;VALUE=DURATION", every)
		w.line("X-PUBLISHED-TTL", every)
	}
	for _, z := range c.zones() {
		z.write(&w)
	}
	for i := range c.Events {
		c.Events[i].write(&w)
	}
	w.line("END", "VCALENDAR")
	return w.String()
}

func (e *Event) write(w *writer) {
	w.line("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP", utc(e.Stamp))
	w.line("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
	e.time(w, "DTSTART", e.Start)
	e.time(w, "DTEND", e.End)
	w.text("SUMMARY", e.Summary)
	if e.Description != "" {
		w.text("DESCRIPTION", e.Description)
	}
	if e.Location != "" {
		w.text("LOCATION", e.Location)
	}
	w.line("STATUS", string(e.Status))
	if e.Private {
		w.line("CLASS", "PRIVATE")
	}
	w.person("ORGANIZER", "", e.Organizer)
	// Whoever booked has said yes, and nobody waits for an answer.
	w.person("ATTENDEE", ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE", e.Attendee)
	w.line("END", "VEVENT")
}

func (e *Event) time(w *writer, name string, t time.Time) {
	if !e.local() {
		w.line(name, utc(t))
		return
	}
	w.line(name+";TZID="+parameter(e.Zone.String()), t.In(e.Zone).Format(wallLayout))
}

// local tells whether the event's times are written as the wall shows them.
func (e *Event) local() bool {
	return e.Zone != nil && !strings.HasSuffix(e.Zone.String(), "UTC") && !repeated(e.Start, e.Zone) && !repeated(e.End, e.Zone)
}

const (
	wallLayout = "20060102T150405"
	utcLayout  = wallLayout + "Z"
)

func utc(t time.Time) string { return t.UTC().Format(utcLayout) }
