package outbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
	"reserva/internal/testkit"
)

// A calendar entry is sent and shown as it was queued, and forgotten when it has gone.
func TestACalendarEntryTravelsWithItsMessage(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	entry := mail.Entry{Method: "REQUEST", Text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Text: "Come", Entry: &entry})

	var box letterbox
	o := outbox.New(d, outbox.Options{Mail: &box})
	message := list(t, o, to)[0].ID
	shown := get(t, o, outbox.Path+"/"+string(message)+"/invite.ics", "text/calendar")
	if kind := shown.Header().Get("Content-Type"); shown.Code != http.StatusOK || shown.Body.String() != entry.Text || kind != "text/calendar; charset=utf-8; method=REQUEST" {
		t.Errorf("shown as %d %s %q", shown.Code, kind, shown.Body)
	}
	if page := get(t, o, outbox.Path+"?to="+to, "text/html"); !strings.Contains(page.Body.String(), string(message)+"/invite.ics") {
		t.Error("the page does not lead to the entry")
	}
	if err := o.Deliver(t.Context(), tenant, message); err != nil {
		t.Fatal(err)
	}
	if len(box.mails) != 1 || box.mails[0].Entry == nil || *box.mails[0].Entry != entry {
		t.Errorf("sent %+v", box.mails)
	}
	if gone := get(t, o, outbox.Path+"/"+string(message)+"/invite.ics", "text/calendar"); gone.Code != http.StatusNotFound {
		t.Errorf("after it was sent: %d %q", gone.Code, gone.Body)
	}
}

func TestEntriesThatAreNotThere(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Text: "No entry"})
	o := outbox.New(d, outbox.Options{})
	for _, message := range []string{"nonsense", string(id.Random()), string(list(t, o, to)[0].ID)} {
		if w := get(t, o, outbox.Path+"/"+message+"/invite.ics", "text/calendar"); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", message, w.Code)
		}
	}
}

// What has become pointless is not sent any more, and is not tried again.
func TestAMessageIsNotSentPastItsTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 3, 0, 0, 0, time.UTC)
	d := testkit.DB(t, testkit.WithClock(func() time.Time { return now }))
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	queue(t, d, tenant,
		outbox.Message{Channel: outbox.Email, To: to, Text: "late", Until: now.Add(time.Hour)},
		outbox.Message{Channel: outbox.Email, To: to, Text: "in time", Until: now.Add(time.Hour + time.Second)})
	var box letterbox
	o := outbox.New(d, outbox.Options{Mail: &box})
	messages := list(t, o, to)
	now = now.Add(time.Hour)
	for range 2 {
		for _, m := range messages {
			if err := o.Deliver(t.Context(), tenant, m.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(box.mails) != 1 || box.mails[0].Text != "in time" {
		t.Errorf("sent %+v", box.mails)
	}
}
