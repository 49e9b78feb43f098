package appointments_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestHistorySaysWhatBecameOfAnAppointment(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	booked := string(salon.Book(1, "10:00"))
	w.JSON(salon.Admin, "POST", "/appointments/"+booked+"/reschedule", moveTo(w, 1, "12:00"))
	w.JSON(salon.Admin, "POST", "/appointments/"+booked+"/cancel", object{"cancellation_reason": "ill"})
	history := w.JSON(salon.Admin, "GET", "/appointments/"+booked+"/history", nil)
	var page struct {
		Items []struct {
			Action, ActorKind string
			Changes           []struct {
				Field    string
				Old, New *string
			}
		}
		Total int
	}
	history.Into(&page)
	var actions []string
	for _, item := range page.Items {
		actions = append(actions, item.Action)
	}
	if got := strings.Join(actions, " "); got != "appointment.booked appointment.rescheduled appointment.cancelled" || page.Total != 3 {
		t.Fatalf("%s: %s", got, history.Body)
	}
	moved := map[string]string{}
	for _, c := range page.Items[1].Changes {
		moved[c.Field] = *c.Old + " " + *c.New
	}
	if len(moved) != 2 || moved["starts_at"] != w.Day(1)+"T03:00:00Z "+w.Day(1)+"T05:00:00Z" {
		t.Errorf("changes of the move: %v", moved)
	}
	if strings.Contains(string(history.Body), "Amelia") {
		t.Error("the history names the customer")
	}
	w.Do(salon.Admin, "GET", "/appointments/"+string(id.New())+"/history", nil, 404)
	w.Do(w.Salon().Admin, "GET", "/appointments/"+booked+"/history", nil, 404)
}

func TestCalendar(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	other := salon.Tenant.Outlet(object{"name": "Other"})
	second := salon.Tenant.Staff(other, []*testkit.Service{salon.Service}).WorksDaily(3)
	first := salon.Book(1, "10:00")
	salon.Tenant.Book(other, salon.Service, salon.Tenant.WalkIn(), 2, "11:00")
	cancelled := salon.Book(1, "14:00")
	w.JSON(salon.Admin, "POST", "/appointments/"+string(cancelled)+"/cancel", object{"cancellation_reason": "ill"})
	day := "/appointments/calendar?view=day&date=" + w.Day(1)
	receptionist, member := salon.Member(access.Receptionist, other), salon.Member(access.StaffRole, other)
	w.JSON(salon.Admin, "PUT", "/staff/"+string(second.ID), object{"user_id": member.ID})

	whole := w.JSON(salon.Admin, "GET", day, nil)
	if whole.Text("days."+w.Day(1)+".0.id") != string(first) || whole.Len("days."+w.Day(1)) != 1 ||
		whole.Text("days."+w.Day(1)+".0.services.0.start_time") != "10:00" {
		t.Errorf("day: %s", whole.Body)
	}
	if whole.Len("availability."+w.Day(1)) != 2 || whole.Len("outlets") != 2 || whole.Len("staff") != 2 {
		t.Errorf("who works: %s", whole.Body)
	}
	if all := w.JSON(salon.Admin, "GET", day+"&include_cancelled=true", nil); all.Len("days."+w.Day(1)) != 2 {
		t.Errorf("with cancelled ones: %s", all.Body)
	}
	week := w.JSON(salon.Admin, "GET", "/appointments/calendar?date="+w.Day(1), nil)
	if week.Text("start_date") != w.Day(0) || week.Text("end_date") != w.Day(6) || week.Len("days."+w.Day(2)) != 1 {
		t.Errorf("week: %s", week.Body)
	}
	month := w.JSON(salon.Admin, "GET", "/appointments/calendar?view=month&date="+w.Day(1)+"&staff_id="+string(salon.Staff.ID), nil)
	if month.Text("start_date") != "2026-03-01" || month.Text("end_date") != "2026-03-31" || month.Len("days."+w.Day(2)) != 0 || month.Len("staff") != 1 {
		t.Errorf("month: %s", month.Body)
	}
	for _, token := range []testkit.Token{receptionist.Token, member.Token} {
		mine := w.JSON(token, "GET", "/appointments/calendar?date="+w.Day(1), nil)
		if mine.Len("days."+w.Day(1)) != 0 || mine.Len("days."+w.Day(2)) != 1 || mine.Len("staff") != 1 || mine.Len("outlets") != 1 {
			t.Errorf("of one outlet: %s", mine.Body)
		}
	}
	w.Do(receptionist.Token, "GET", day+"&outlet_id="+string(salon.Outlet.ID), nil, 404)
	w.Do(salon.Admin, "GET", day+"&staff_id="+string(id.New()), nil, 404)
	w.Do(salon.Admin, "GET", "/appointments/calendar?view=year&date="+w.Day(1), nil, 422)
}

func TestUpcomingAndToday(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	for _, at := range []struct {
		day   int
		clock string
	}{{0, "19:00"}, {0, "09:00"}, {1, "08:00"}} {
		salon.Book(at.day, at.clock)
	}
	w.Clock.Advance(90 * time.Minute) // half past nine
	salon.Admin = salon.SignIn(salon.Email)
	if today := w.JSON(salon.Admin, "GET", "/appointments/today", nil); today.Len("items") != 2 || today.Text("items.0.start_time") != "09:00" {
		t.Errorf("today: %s", today.Body)
	}
	upcoming := w.JSON(salon.Admin, "GET", "/appointments/upcoming?staff_id="+string(salon.Staff.ID), nil)
	if upcoming.Len("items") != 2 || upcoming.Text("items.0.start_time") != "19:00" {
		t.Errorf("upcoming: %s", upcoming.Body)
	}
	if none := w.JSON(salon.Admin, "GET", "/appointments/upcoming?status=cancelled", nil); none.Len("items") != 0 {
		t.Errorf("cancelled ones to come: %s", none.Body)
	}
}

func TestAnalytics(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	for _, clock := range []string{"08:00", "09:00", "10:00"} {
		salon.Book(1, clock)
	}
	done := "/appointments/" + string(salon.Book(2, "10:00"))
	w.JSON(salon.Admin, "POST", done+"/record-payment", object{"amount": 150000, "payment_method": "cash"})
	missed := "/appointments/" + string(salon.Book(2, "12:00"))
	w.Advance(53 * time.Hour) // the day after tomorrow, one o'clock
	salon.Admin = salon.SignIn(salon.Email)
	w.JSON(salon.Admin, "POST", done+"/complete", nil)
	w.JSON(salon.Admin, "POST", missed+"/no-show", nil)
	path := "/appointments/analytics/summary?date_from=" + w.Day(-2) + "&date_to=" + w.Day(4)
	testkit.Run(t, w,
		testkit.Scenario{Name: "all", As: salon.Admin, Method: "GET", Path: path, Status: 200,
			Want: `{"total_appointments": 5, "by_status": {"confirmed": 3, "completed": 1, "no_show": 1, "pending": 0}, "no_show_rate": 0.5, "cancellation_rate": 0,
				"revenue": [{"currency": "IDR", "revenue": 150000, "expected": 450000, "average_value": 150000}],
				"by_service": [{"service_id": "` + string(salon.Service.ID) + `", "booked": 4}],
				"by_staff": [{"staff_id": "` + string(salon.Staff.ID) + `", "booked": 4, "booked_minutes": 240}],
				"peak_hours": [{"hour": 10, "appointments": 2}, {"hour": 8, "appointments": 1}, {"hour": 9, "appointments": 1}]}`},
		testkit.Scenario{Name: "nothing", As: salon.Admin, Method: "GET", Path: path + "&staff_id=" + string(id.New()), Status: 200,
			Want: `{"total_appointments": 0, "no_show_rate": null, "revenue": [], "by_service": [], "peak_hours": []}`},
		testkit.Scenario{Name: "reversed", As: salon.Admin, Method: "GET", Path: "/appointments/analytics/summary?date_from=" + w.Day(6) + "&date_to=" + w.Day(0), Status: 422},
		testkit.Scenario{Name: "not for the desk", As: salon.Member(access.Receptionist, salon.Outlet).Token, Method: "GET", Path: path, Status: 403},
		testkit.Scenario{Name: "another's outlet", As: salon.Member(access.OutletManager, salon.Outlet).Token, Method: "GET",
			Path: path + "&outlet_id=" + string(id.New()), Status: 404},
	)
}

func TestGroupSessionsAndTheirAttendees(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	yoga := salon.Tenant.Service(object{"allow_parallel_bookings": true, "max_parallel_bookings": 3})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{yoga}).WorksDaily(7)
	for range 2 {
		salon.Tenant.Book(salon.Outlet, yoga, salon.Tenant.WalkIn(), 1, "09:00")
	}
	gone := salon.Tenant.Book(salon.Outlet, yoga, salon.Customer, 1, "09:00")
	salon.Book(1, "09:00")
	path := "/appointments/group-sessions?date=" + w.Day(1) + "&service_id=" + string(yoga.ID)
	if full := w.JSON(salon.Admin, "GET", path, nil); full.Text("items.0.available_capacity") != "0" {
		t.Errorf("full: %s", full.Body)
	}
	w.JSON(salon.Admin, "POST", "/appointments/"+string(gone)+"/reschedule", moveTo(w, 1, "11:00"))
	testkit.Run(t, w,
		testkit.Scenario{Name: "one left for another", As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"total": 2, "items": [
			{"start_time": "09:00", "end_time": "10:00", "max_capacity": 3, "current_bookings": 2, "available_capacity": 1, "attendees": [{"customer_name": "Siti Rahma", "seat": 1}, {"seat": 2}]},
			{"start_time": "11:00", "current_bookings": 1, "attendees": [{"appointment_id": "` + string(gone) + `", "status": "confirmed"}]}]}`},
		testkit.Scenario{Name: "another day", As: salon.Admin, Method: "GET", Path: "/appointments/group-sessions?date=" + w.Day(2), Status: 200, Want: `{"total": 0, "items": []}`},
	)
}
