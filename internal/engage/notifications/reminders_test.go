package notifications_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// reminded lists the reminders to an address as "day" and "hour" of an hour of the
// wall, sorted.
func reminded(w *testkit.World, to string) []string {
	out := []string{}
	for _, m := range w.Outbox(to) {
		kind := ""
		switch {
		case strings.HasPrefix(m.Subject, "Reminder: "):
			kind = "day"
		case strings.HasSuffix(m.Subject, " begins soon"):
			kind = "hour"
		default:
			continue
		}
		_, when, _ := strings.Cut(m.Text, "2026, ")
		out = append(out, kind+" "+when[:5])
		if m.Method != "REQUEST" {
			w.Errorf("%s: calendar entry %q", m.Subject, m.Method)
		}
	}
	slices.Sort(out)
	return out
}

// live moves the clock in steps, and lets every server do its work in each, twice.
func live(servers []*testkit.World, d, step time.Duration) {
	servers[0].Helper()
	for ; d > 0; d -= step {
		servers[0].Advance(min(d, step))
		for _, w := range servers {
			w.Every("reminders.send")
			w.Every("reminders.send")
			w.RunJobs()
		}
	}
}

// diary books at 12:00 in three days, on Monday morning at 8.
func diary(t *testing.T) (servers []*testkit.World, salon *testkit.Salon, appointment id.ID) {
	t.Helper()
	one, other := world.Two(t)
	salon = one.Salon()
	appointment = salon.Book(3, "12:00")
	one.RunJobs()
	return []*testkit.World{one, other}, salon, appointment
}

func wantReminders(t *testing.T, w *testkit.World, to string, want ...string) {
	t.Helper()
	if got := reminded(w, to); !slices.Equal(got, append([]string{}, want...)) {
		t.Errorf("reminders %q, want %q", got, want)
	}
}

func TestRemindersADayAndAnHourBefore(t *testing.T) {
	servers, salon, _ := diary(t)
	w, to := servers[0], salon.Customer.Email
	live(servers, 51*time.Hour, 3*time.Hour) // Wednesday, 11:00
	wantReminders(t, w, to)
	live(servers, 59*time.Minute, 30*time.Minute)
	wantReminders(t, w, to)
	live(servers, time.Minute, time.Minute)
	wantReminders(t, w, to, "day 12:00")
	live(servers, 23*time.Hour-time.Minute, 3*time.Hour)
	wantReminders(t, w, to, "day 12:00")
	live(servers, time.Minute, time.Minute)
	wantReminders(t, w, to, "day 12:00", "hour 12:00")
	live(servers, 30*time.Hour, time.Hour)
	w.Every("reminders.tidy")
	live(servers, time.Hour, time.Hour)
	wantReminders(t, w, to, "day 12:00", "hour 12:00")
}

// A server that was away tells what is still worth telling.
func TestRemindersAfterAPause(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pause time.Duration
		want  []string
	}{
		{"the day is told late", 60 * time.Hour, []string{"day 12:00"}},
		{"the hour is enough", 75*time.Hour + 30*time.Minute, []string{"hour 12:00"}},
		{"it has begun", 76 * time.Hour, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			servers, salon, _ := diary(t)
			live(servers, tt.pause, tt.pause)
			wantReminders(t, servers[0], salon.Customer.Email, tt.want...)
		})
	}
}

func TestNoReminderOfWhatIsCancelled(t *testing.T) {
	servers, salon, appointment := diary(t)
	w := servers[0]
	live(servers, 52*time.Hour, 52*time.Hour)
	salon.Admin = salon.SignIn(salon.Email)
	w.JSON(salon.Admin, "POST", "/appointments/"+string(appointment)+"/cancel", testkit.Object{"cancellation_reason": "ill"})
	live(servers, 30*time.Hour, time.Hour)
	wantReminders(t, w, salon.Customer.Email, "day 12:00")
}

func TestWhatIsMovedIsRemindedOfAnew(t *testing.T) {
	servers, salon, appointment := diary(t)
	w, to := servers[0], salon.Customer.Email
	live(servers, 60*time.Hour, 30*time.Minute)
	wantReminders(t, w, to, "day 12:00")
	salon.Admin = salon.SignIn(salon.Email)
	w.JSON(salon.Admin, "POST", "/appointments/"+string(appointment)+"/reschedule", testkit.Object{"new_date": w.Day(3), "new_time": "15:00"})
	live(servers, 100*time.Hour, time.Hour)
	wantReminders(t, w, to, "day 12:00", "day 15:00", "hour 15:00")
}

// Who booked, confirmed or moved a moment ago knows.
func TestNoReminderWithinItsTime(t *testing.T) {
	servers, salon, appointment := diary(t)
	w, to := servers[0], salon.Customer.Email
	live(servers, 46*time.Hour, 46*time.Hour) // Wednesday, 6:00
	salon.Admin = salon.SignIn(salon.Email)
	w.JSON(salon.Admin, "POST", "/appointments/"+string(appointment)+"/reschedule", testkit.Object{"new_date": w.Day(0), "new_time": "16:00"})
	salon.Book(0, "12:00")
	salon.Book(1, "06:00", testkit.Object{"start_time": "09:00"})
	live(servers, 4*time.Hour, time.Hour) // 10:00
	wantReminders(t, w, to, "day 09:00")
	salon.Admin = salon.SignIn(salon.Email)
	salon.Book(0, "10:30")
	live(servers, 6*time.Hour, 15*time.Minute)
	wantReminders(t, w, to, "day 09:00", "hour 12:00", "hour 16:00")
}

func TestNoReminderOfWhatDoesNotStand(t *testing.T) {
	servers, salon, _ := diary(t)
	w := servers[0]
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), testkit.Object{"settings": testkit.Object{"auto_confirm_bookings": false}})
	someone := salon.Tenant.Customer()
	made := w.JSON(someone.Token, "POST", "/customer/booking/appointments", testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "15:00",
		"services": []any{testkit.Object{"service_id": salon.Service.ID}},
	})
	live(servers, 8*time.Hour, time.Hour) // 16:00, 23 hours before
	salon.Admin = salon.SignIn(salon.Email)
	w.JSON(salon.Admin, "POST", "/appointments/"+made.Text("id")+"/confirm", nil)
	live(servers, 20*time.Hour, time.Hour)
	wantReminders(t, w, someone.Email)
	live(servers, 2*time.Hour+30*time.Minute, 10*time.Minute)
	wantReminders(t, w, someone.Email, "hour 15:00")
}

func TestNoReminderForWhoWantsNone(t *testing.T) {
	servers, salon, _ := diary(t)
	w := servers[0]
	w.JSON(salon.Customer.Token, "PUT", "/customers/profile/preferences", testkit.Object{
		"communication_preferences": testkit.Object{"email": false},
	})
	live(servers, 60*time.Hour, time.Hour)
	// Whoever wants them again gets the next one.
	again := w.JSON("", "POST", "/customer/auth/login", testkit.Object{
		"email": salon.Customer.Email, "password": testkit.Password, "tenant_slug": salon.Slug,
	})
	w.JSON(testkit.Token(again.Text("access_token")), "PUT", "/customers/profile/preferences", testkit.Object{
		"communication_preferences": testkit.Object{"email": true},
	})
	live(servers, 20*time.Hour, time.Hour)
	wantReminders(t, w, salon.Customer.Email, "hour 12:00")
}

// Several servers at once, while the desk moves and cancels: one reminder for each time
// that an appointment really has when its reminder is written.
func TestRemindersUnderManyHands(t *testing.T) {
	one, other := world.Two(t)
	salon := one.Salon()
	const visits = 12
	customers, appointments := make([]testkit.Customer, visits), make([]id.ID, visits)
	staff := []id.ID{salon.Staff.ID}
	for range 3 {
		staff = append(staff, salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorksDaily(7).ID)
	}
	for i := range visits {
		customers[i] = salon.Tenant.Customer()
		appointments[i] = salon.Tenant.Book(salon.Outlet, salon.Service, customers[i], 2, []string{"09:00", "10:30", "14:00"}[i%3], testkit.Object{
			"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": staff[i/3]}},
		})
	}
	one.RunJobs()
	one.Advance(31 * time.Hour) // Tuesday, 15:00: all of Wednesday until then is due

	salon.Admin = salon.SignIn(salon.Email)

	var hands sync.WaitGroup
	for _, w := range []*testkit.World{one, other, one, other} {
		hands.Go(func() {
			for range 3 {
				if err := w.Jobs.RunPeriodic(t.Context(), "reminders.send"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	moved, cancelled := make([]bool, visits), make([]bool, visits)
	hands.Go(func() {
		for i := range visits {
			switch path := "/appointments/" + string(appointments[i]); i % 4 {
			case 0:
				moved[i] = other.Send(testkit.Request{As: salon.Admin, Method: "POST", Path: path + "/reschedule",
					Body: testkit.Object{"new_date": one.Day(2), "new_time": "12:00"}}).Status == 200
			case 1:
				cancelled[i] = other.Send(testkit.Request{As: salon.Admin, Method: "POST", Path: path + "/cancel",
					Body: testkit.Object{"cancellation_reason": "ill"}}).Status == 200
			}
		}
	})
	hands.Wait()
	one.RunJobs()
	for i, c := range customers {
		got := reminded(one, c.Email)
		start := "day " + []string{"09:00", "10:30", "14:00"}[i%3]
		switch {
		case len(got) > 1, len(got) == 1 && got[0] != start:
			t.Errorf("appointment %d: reminders %q", i, got)
		case !moved[i] && !cancelled[i] && len(got) != 1:
			t.Errorf("appointment %d stands and was not reminded of", i)
		}
	}
	live([]*testkit.World{one, other}, 46*time.Hour, time.Hour)
	for i, c := range customers {
		got := reminded(one, c.Email)
		soon := slices.ContainsFunc(got, func(r string) bool { return strings.HasPrefix(r, "hour ") })
		again := slices.Contains(got, "day 12:00")
		if soon == cancelled[i] || again != moved[i] {
			t.Errorf("appointment %d, moved %v, cancelled %v: reminders %q", i, moved[i], cancelled[i], got)
		}
	}
}
