package waitlist_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/testkit"
)

// mailed is the newest offer that was sent to an address.
func (s *salon) mailed(to string) string {
	s.Helper()
	for _, m := range s.Outbox(to) {
		if strings.HasPrefix(m.Subject, "A time is free") {
			return m.Text
		}
	}
	s.Fatalf("no offer was sent to %s", to)
	return ""
}

// link is the address in the newest offer, below the public URL.
func (s *salon) link(to string) string {
	s.Helper()
	_, after, found := strings.Cut(s.mailed(to), "Accept or decline: http")
	_, path, there := strings.Cut(after, "/offers/")
	path, _, _ = strings.Cut(path, "\n")
	if !found || !there {
		s.Fatalf("no link in %q", s.mailed(to))
	}
	return "/offers/" + path
}

// page asks for the page of a link, or presses one of its buttons.
func (s *salon) page(link, answer string) testkit.Answer {
	s.Helper()
	r := testkit.Request{Method: "GET", Path: "/" + link}
	if answer != "" {
		r.Method, r.Body = "POST", "answer="+answer
		r.Header = object{"Content-Type": "application/x-www-form-urlencoded"}
	}
	return s.Send(r)
}

func (s *salon) shows(link, answer string, status int, part string) {
	s.Helper()
	if a := s.page(link, answer); a.Status != status || !strings.Contains(string(a.Body), part) {
		s.Errorf("%q: %d %s, want %d %q", answer, a.Status, a.Body, status, part)
	}
}

// Whoever got the mail answers by its link, with an account or without, and by telephone.
func TestAnOfferIsAnsweredByTheLinkInItsMail(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	walkIn := s.Tenant.WalkIn()
	without := s.JSON(s.Admin, "POST", "/waitlist", s.wish(1, object{"customer_id": walkIn.ID})).Text("id")
	s.Advance(time.Second)
	second := s.waits(1, nil)
	s.cancel(taken)
	link := s.link(walkIn.Email)
	if text := s.mailed(walkIn.Email); !strings.Contains(text, "By telephone: +") || !strings.Contains(text, "number of your wish: "+without) {
		t.Errorf("by telephone: %s", text)
	}
	for range 2 { // programs that look through mail open links as well
		s.shows(link, "", 200, "Take this time</button>")
	}
	opened := s.page(link, "")
	for _, part := range []string{"Haircut", "Tuesday, 3 March 2026, 10:00", "until 08:30 on Monday, 2 March"} {
		if !strings.Contains(string(opened.Body), part) {
			t.Errorf("not shown: %q in %s", part, opened.Body)
		}
	}
	if policy := opened.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") ||
		opened.Header.Get("Cache-Control") != "no-store" || opened.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", opened.Header)
	}
	s.shows(link, "perhaps", 200, "Take this time</button>")
	s.shows(link, "decline", 200, "You let it go")
	s.RunJobs()
	s.shows(link, "accept", 200, "You let it go")
	second.is("offered")

	theirs := s.link(second.Email)
	s.shows(theirs, "accept", 200, "This time is yours")
	s.shows(theirs, "accept", 200, "This time is yours")
	s.shows(theirs, "decline", 200, "This time is yours")
	booked := second.is("accepted").Text("appointment_id")
	if got := s.JSON(s.Admin, "GET", "/appointments/"+booked, nil); got.Text("status") != "confirmed" {
		t.Errorf("accepted: %s", got.Body)
	}

	for _, wrong := range []string{"/offers/x", "/offers/" + nobody + link[len("/offers/")+24:], link[:len(link)-1] + "_", "/offers/" + string(s.ID) + "."} {
		s.shows(wrong, "", 404, "nothing here")
		s.shows(wrong, "accept", 404, "nothing here")
	}
}

// The link of one offer is no answer to another, and none to what has ended.
func TestTheLinkOfAnOfferThatEnded(t *testing.T) {
	s := newSalon(t)
	taken, other := s.booked(1), s.booked(2)
	w := s.waits(1, object{"date_to": s.Day(2)})
	s.cancel(taken)
	old := s.link(w.Email)
	s.JSON(w.Token, "POST", w.path()+"/decline", nil)
	s.RunJobs()
	s.Advance(time.Second)
	s.cancel(other)
	w.is("offered")
	s.shows(old, "accept", 200, "You let it go")
	w.is("offered")

	newest := s.link(w.Email)
	if newest == old {
		t.Fatal("two offers have one link")
	}
	s.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, s.ID)
	s.shows(newest, "accept", 404, "nothing here")
	s.Exec(`UPDATE tenants SET is_active = true WHERE id = $1`, s.ID)
	s.later(31 * time.Minute)
	s.shows(newest, "", 200, "This time is gone")
	s.shows(newest, "accept", 200, "This time is gone")
	w.is("lapsed")
}

// Of both buttons at once, pressed many times, one counts.
func TestManyPressTheButtons(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	w := s.waits(1, nil)
	s.cancel(taken)
	link := s.link(w.Email)
	var presses sync.WaitGroup
	for i := range 12 {
		presses.Go(func() {
			if a := s.page(link, []string{"accept", "decline"}[i%2]); a.Status != 200 {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	presses.Wait()
	status := w.look().Text("status")
	booked := s.one(`SELECT count(*) FROM appointments WHERE customer_id = $1 AND status = 'confirmed'`, w.Customer.ID)
	if !(status == "accepted" && booked == 1) && !(status == "waiting" && booked == 0) {
		t.Errorf("the wish is %s, and %d appointments are booked", status, booked)
	}
}
