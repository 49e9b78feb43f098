package appointments_test

import (
	"fmt"
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// What cannot have happened yet is not written down: not by the verbs, and not by
// the update that does the same.
func TestVisitsAreNotBegunBeforeTheirTime(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	visit := "/appointments/" + string(salon.Book(1, "10:00"))
	w.JSON(salon.Admin, "POST", visit+"/record-payment", object{"amount": 150000, "payment_method": "cash"})
	tomorrow, ten := w.Day(0)+"T17:00:00Z", w.Day(1)+"T03:00:00Z" // midnight and ten o'clock in Jakarta
	refused := func(when string) {
		t.Helper()
		for verb, due := range map[string]string{"start": tomorrow, "complete": ten, "no-show": ten} {
			if verb == "start" && !w.Clock.Now().Before(at(t, tomorrow)) {
				continue
			}
			status := map[string]string{"start": "in_progress", "complete": "completed", "no-show": "no_show"}[verb]
			want := fmt.Sprintf(`{"code": "appointment.too_early", "possible_from": %q}`, due)
			testkit.Run(t, w,
				testkit.Scenario{Name: verb + ", " + when, As: salon.Admin, Method: "POST", Path: visit + "/" + verb, Status: 409, Want: want},
				testkit.Scenario{Name: status + ", " + when, As: salon.Admin, Method: "PUT", Path: visit, Body: object{"status": status}, Status: 409, Want: want},
				testkit.Scenario{Name: "stays, " + when, As: salon.Admin, Method: "GET", Path: visit, Status: 200, Want: `{"status": "confirmed"}`},
			)
		}
	}
	refused("the day before")
	w.Clock.Set(at(t, tomorrow).Add(-time.Second))
	salon.Admin = salon.SignIn(salon.Email)
	refused("at the end of the day before")
	w.Clock.Set(at(t, ten).Add(-time.Second))
	salon.Admin = salon.SignIn(salon.Email)
	refused("a second before")
}

func TestVisitsAreWrittenDownInTheirTimeAndAfter(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	free := salon.Tenant.Service(object{"assigned_staff": []any{salon.Staff.ID}, "pricing": object{"base_price": 0}})
	book := func(start string) string {
		return "/appointments/" + string(salon.Tenant.Book(salon.Outlet, free, salon.Customer, 1, start))
	}
	early, served, missed, corrected := book("10:00"), book("11:00"), book("12:00"), book("13:00")
	step := func(visit, verb, status string) {
		t.Helper()
		if a := w.JSON(salon.Admin, "POST", visit+"/"+verb, nil); a.Text("status") != status {
			t.Errorf("%s: %s", verb, a.Body)
		}
	}
	midnight := w.Day(0) + "T17:00:00Z"
	w.Clock.Set(at(t, midnight)) // the day of the visits begins in Jakarta
	salon.Admin = salon.SignIn(salon.Email)
	step(early, "start", "in_progress")
	step(early, "complete", "completed")
	w.Clock.Set(at(t, midnight).Add(11 * time.Hour))
	salon.Admin = salon.SignIn(salon.Email)
	step(served, "complete", "completed")
	w.Clock.Set(at(t, midnight).Add(12 * time.Hour))
	salon.Admin = salon.SignIn(salon.Email)
	step(missed, "no-show", "no_show")
	w.Advance(40 * 24 * time.Hour)
	salon.Admin = salon.SignIn(salon.Email)
	step(corrected, "start", "in_progress")
	step(corrected, "complete", "completed")
}

func at(t *testing.T, instant string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
