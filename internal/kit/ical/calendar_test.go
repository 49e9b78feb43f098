package ical

import (
	"strings"
	"testing"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := civil.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestAnInvitation(t *testing.T) {
	invitation := Calendar{Method: Request, Events: []Event{{
		UID: "6b01.appointment@reserva", Sequence: 3, Stamp: at(t, "2026-03-02T01:00:00Z"),
		Start: at(t, "2026-03-03T03:00:00Z"), End: at(t, "2026-03-03T04:00:00Z"), Zone: zone(t, "Asia/Jakarta"),
		Summary: "Cut, wash; dry at Glow", Description: "Cut\nwith Ayu \\ Citra", Location: "Jl. Kemang 1, Jakarta",
		Status:    Confirmed,
		Organizer: Person{`Glow "Kemang"; Ltd`, "hello@glow.example"}, Attendee: Person{"Zoë O'Neil", "zoe+a%b@example.com"},
	}}}
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Reserva//Reserva//EN", "CALSCALE:GREGORIAN", "METHOD:REQUEST",
		"BEGIN:VTIMEZONE", "TZID:Asia/Jakarta", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0700", "TZOFFSETTO:+0700",
		"TZNAME:WIB", "END:STANDARD", "END:VTIMEZONE",
		"BEGIN:VEVENT", "UID:6b01.appointment@reserva", "DTSTAMP:20260302T010000Z", "SEQUENCE:3",
		"DTSTART;TZID=Asia/Jakarta:20260303T100000", "DTEND;TZID=Asia/Jakarta:20260303T110000",
		`SUMMARY:Cut\, wash\; dry at Glow`, `DESCRIPTION:Cut\nwith Ayu \\ Citra`, `LOCATION:Jl. Kemang 1\, Jakarta`, "STATUS:CONFIRMED",
		`ORGANIZER;CN="Glow 'Kemang'; Ltd":mailto:hello@glow.example`,
		`ATTENDEE;CN="Zoë O'Neil";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=A`, ` CCEPTED;RSVP=FALSE:mailto:zoe+a%25b@example.com`,
		"END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n")
	if diff := cmp.Diff(want, invitation.Text()); diff != "" {
		t.Error(diff)
	}
}

// Nobody is invited who has no mailbox, and a broken one makes no line.
func TestPeopleWithoutAMailbox(t *testing.T) {
	for _, address := range []string{"", "nobody", "a@b.example\r\nX:1", "a b@c.example"} {
		text := Calendar{Events: []Event{{Attendee: Person{"Ana", address}, Organizer: Person{"Ana", address}}}}.Text()
		if strings.Contains(text, "ATTENDEE") || strings.Contains(text, "ORGANIZER") || strings.Contains(text, "X:1") {
			t.Errorf("%q: %s", address, text)
		}
	}
}

func TestACalendarIsNeverEmpty(t *testing.T) {
	text := Calendar{Name: "Glow", Refresh: time.Hour, Zone: zone(t, "Asia/Kolkata")}.Text()
	for _, line := range []string{"NAME:Glow", "X-WR-CALNAME:Glow", "REFRESH-INTERVAL;VALUE=DURATION:PT60M", "TZID:Asia/Kolkata", "TZOFFSETTO:+0530"} {
		if !strings.Contains(text, "\r\n"+line+"\r\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
}

// What another program reads is what was written, whatever people call themselves.
func TestAnotherReaderReadsTheSame(t *testing.T) {
	hostile := rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[,;:\\"'^\n\r\t a-cn\x{2028}\x{85}é漢😀]{0,200}`),
		rapid.SampledFrom([]string{"x\r\nEND:VEVENT\r\nBEGIN:VEVENT", "\\", "\\n", "\\\\n;", strings.Repeat("é", 200), strings.Repeat(" ", 100), "\n\n", "a\x00b", "\xff\xfe"}),
	)
	zones := rapid.SampledFrom([]string{"Asia/Jakarta", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "UTC"})
	rapid.Check(t, func(t *rapid.T) {
		loc, err := civil.Zone(zones.Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Unix(rapid.Int64Range(1_600_000_000, 2_100_000_000).Draw(t, "start"), 0).UTC()
		e := Event{
			UID: "1@reserva", Sequence: rapid.Int64Range(0, 1<<31).Draw(t, "sequence"), Stamp: start, Start: start, End: start.Add(time.Hour), Zone: loc,
			Summary: hostile.Draw(t, "summary"), Description: hostile.Draw(t, "description"), Location: hostile.Draw(t, "place"), Status: Tentative,
			Organizer: Person{hostile.Draw(t, "organizer"), "o@example.com"}, Attendee: Person{hostile.Draw(t, "attendee"), "a@example.com"},
		}
		text := Calendar{Method: Request, Name: hostile.Draw(t, "name"), Events: []Event{e}}.Text()
		checkLines(t, text)
		read, err := ics.ParseCalendar(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if len(read.Events()) != 1 {
			t.Fatalf("%d events in\n%s", len(read.Events()), text)
		}
		got := read.Events()[0]
		for property, want := range map[ics.ComponentProperty]string{
			ics.ComponentPropertySummary: e.Summary, ics.ComponentPropertyDescription: e.Description, ics.ComponentPropertyLocation: e.Location,
		} {
			value := ""
			if p := got.GetProperty(property); p != nil {
				value = p.Value
			}
			if value != readable(want) {
				t.Fatalf("%s: read %q, written %q", property, value, want)
			}
		}
		if p := got.GetProperty(ics.ComponentPropertyAttendee); p == nil || p.Value != "mailto:a@example.com" {
			t.Fatalf("the attendee: %v\n%s", p, text)
		}
		from, to := interval(t, got)
		if !from.Equal(start) || !to.Equal(e.End) {
			t.Fatalf("from %v to %v, want %v\n%s", from, to, start, text)
		}
	})
}

// interval reads the times of an event.
func interval(t rapid.TB, e *ics.VEvent) (from, to time.Time) {
	t.Helper()
	from, err := e.GetStartAt()
	if err != nil {
		t.Fatal(err)
	}
	to, err = e.GetEndAt()
	if err != nil {
		t.Fatal(err)
	}
	return from, to
}

// readable is what is left of text that no line can hold.
func readable(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, text)
}

// checkLines holds the text against the grammar of lines.
func checkLines(t rapid.TB, text string) {
	t.Helper()
	body, ok := strings.CutSuffix(text, "\r\n")
	if !ok {
		t.Fatalf("no end of line at the end of %q", text)
	}
	for line := range strings.SplitSeq(body, "\r\n") {
		if len(line) > 75 || len(line) == 0 {
			t.Fatalf("a line of %d bytes: %q", len(line), line)
		}
		if strings.ToValidUTF8(line, "") != line {
			t.Fatalf("a character is folded: %q", line)
		}
		if strings.ContainsFunc(line, unicode.IsControl) {
			t.Fatalf("a control character: %q", line)
		}
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n ", ""), "\r\n") {
		name, _, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.Trim(name[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Fatalf("not a property: %q", line)
		}
	}
}
