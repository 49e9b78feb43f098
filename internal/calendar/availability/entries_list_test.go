package availability_test

import (
	"fmt"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// dates lists the days and hours in an array of an answer.
func dates(a testkit.Answer, path string) string {
	var all []string
	prefix := strings.TrimPrefix(path+".", ".")
	for i := range a.Len(path) {
		at := fmt.Sprintf("%s%d.", prefix, i)
		all = append(all, a.Text(at + "date")[5:]+"/"+a.Text(at + "start_time")[:2])
	}
	return strings.Join(all, " ")
}

func TestListEntries(t *testing.T) {
	s := newShop(t)
	bima := s.Tenant.Staff(s.Tenant.Outlet(), nil)
	user := s.Member(access.StaffRole, s.outlet)
	s.JSON(s.Admin, "PUT", "/staff/"+string(bima.ID), object{"user_id": user.ID})
	s.add("working_hours", "2026-03-31", "09:00", "17:00")
	s.add("break", "2026-03-03", "12:00", "13:00")
	s.add("working_hours", "2026-03-03", "09:00", "17:00")
	s.add("vacation", "2026-04-01", "00:00", "23:59")
	s.add("blocked", "2026-02-28", "10:00", "11:00")
	s.add("break", "2026-03-03", "08:00", "08:30", object{"staff_id": bima.ID})
	for query, want := range map[string]string{
		"":                                 "03-03/08 03-03/09 03-03/12 03-31/09",
		"start_date=2026-04-01":            "04-01/00",
		"end_date=2026-02-28":              "02-28/10",
		"start_date=2026-03-04":            "03-31/09",
		"end_date=2026-03-03":              "03-03/08 03-03/09 03-03/12",
		"availability_type=break":          "03-03/08 03-03/12",
		"staff_id=" + string(bima.ID):      "03-03/08",
		"outlet_id=" + string(s.outlet.ID): "03-03/09 03-03/12 03-31/09",
		"staff_id=" + string(id.New()):     "",
		"start_date=2026-02-01&end_date=2026-12-31&size=2&page=2": "03-03/09 03-03/12",
	} {
		if got := dates(s.Do(s.Admin, "GET", "/availability?"+query, nil, 200), "items"); got != want {
			t.Errorf("%s lists %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"start_date=2026-04-01&end_date=2026-03-31", "start_date=tomorrow", "availability_type=party", "size=0"} {
		s.Do(s.Admin, "GET", "/availability?"+query, nil, 422)
	}
	for who, c := range map[string]struct {
		as   testkit.Token
		want string
	}{
		"staff see their own":           {user.Token, "03-03/08"},
		"managers see their own":        {s.Member(access.OutletManager, s.outlet).Token, ""},
		"receptionists see the outlet":  {s.Member(access.Receptionist, s.outlet).Token, "03-03/09 03-03/12 03-31/09"},
		"another business sees nothing": {s.World.Tenant().Admin, ""},
	} {
		if got := dates(s.Do(c.as, "GET", "/availability", nil, 200), "items"); got != c.want {
			t.Errorf("%s: %s, want %s", who, got, c.want)
		}
	}
	s.Settings(object{"managers_can_schedule": true})
	if got := dates(s.Do(s.Member(access.OutletManager, s.outlet).Token, "GET", "/availability", nil, 200), "items"); got != "03-03/09 03-03/12 03-31/09" {
		t.Errorf("managers who keep schedules see %s", got)
	}
}

func TestSchedule(t *testing.T) {
	s := newShop(t)
	s.add("break", "2026-03-03", "12:00", "13:00")
	s.add("working_hours", "2026-03-03", "09:00", "17:00")
	s.add("working_hours", "2026-03-05", "09:00", "17:00")
	for _, path := range []string{"/availability/staff/" + string(s.ayu.ID), "/staff/" + string(s.ayu.ID) + "/schedule"} {
		for query, want := range map[string]string{
			"start_date=2026-03-01&end_date=2026-03-31":                      "03-03/09 03-03/12 03-05/09",
			"start_date=2026-03-03&end_date=2026-03-03&include_breaks=true":  "03-03/09 03-03/12",
			"start_date=2026-03-03&end_date=2026-03-05&include_breaks=false": "03-03/09 03-05/09",
			"start_date=2026-03-04&end_date=2026-03-04":                      "",
		} {
			if got := dates(s.Do(s.Admin, "GET", path+"?"+query, nil, 200), ""); got != want {
				t.Errorf("%s lists %s, want %s", query, got, want)
			}
		}
	}
	path := "/availability/staff/" + string(s.ayu.ID)
	for _, query := range []string{"", "?start_date=2026-03-01", "?start_date=2026-03-02&end_date=2026-03-01", "?start_date=2026-03-01&end_date=2027-03-02"} {
		s.Do(s.Admin, "GET", path+query, nil, 422)
	}
	s.Do(s.Admin, "GET", "/availability/staff/"+string(id.New())+"?start_date=2026-03-01&end_date=2026-03-31", nil, 404)
	s.Do(s.World.Tenant().Admin, "GET", path+"?start_date=2026-03-01&end_date=2026-03-31", nil, 404)
}

func TestCheck(t *testing.T) {
	s := newShop(t)
	s.add("working_hours", "2026-03-03", "09:00", "13:00")
	s.add("working_hours", "2026-03-03", "14:00", "20:00")
	lunch := s.add("break", "2026-03-03", "12:00", "12:30", object{"notes": "Lunch"})
	s.add("blocked", "2026-03-03", "17:00", "17:30")
	s.add("vacation", "2026-03-03", "18:00", "19:00")
	s.add("blocked", "2026-03-03", "14:30", "15:00")
	s.add("working_hours", "2026-03-04", "09:00", "17:00", object{"service_ids": []id.ID{s.service.ID}})
	other := s.Tenant.Service()
	booked := s.Book(s.outlet, s.service, s.WalkIn(), 1, "10:00")
	path := func(query string) string { return "/availability/check?staff_id=" + string(s.ayu.ID) + "&" + query }
	hours := `"working_hours":{"start_time":"09:00:00","end_time":"20:00:00","breaks":[{"start":"13:00:00","end":"14:00:00"},{"start":"12:00:00","end":"12:30:00"}]}`
	for query, want := range map[string]string{
		"date=2026-03-03&start_time=09:00&end_time=10:00": `{"available":true,"reason":null,"conflicts":[],` + hours + `}`,
		"date=2026-03-03&start_time=11:00&end_time=12:00": `{"available":true}`,
		"date=2026-03-03&start_time=11:30&end_time=12:30": fmt.Sprintf(`{"available":false,"reason":"on_break","message":"*",`+
			`"conflicts":[{"id":%q,"type":"break","start_time":"12:00:00","end_time":"12:30:00","notes":"Lunch"}],`+hours+`}`, lunch[len("/availability/"):]),
		"date=2026-03-03&start_time=10:30&end_time=11:00": fmt.Sprintf(`{"available":false,"reason":"booking_conflict",`+
			`"conflicts":[{"id":%q,"type":"appointment","start_time":"10:00:00","end_time":"11:00:00"}]}`, booked),
		"date=2026-03-03&start_time=10:30&end_time=12:30": `{"available":false,"reason":"booking_conflict","conflicts":["*","*"]}`,
		"date=2026-03-03&start_time=17:15&end_time=17:45": `{"available":false,"reason":"blocked"}`,
		"date=2026-03-03&start_time=18:30&end_time=18:45": `{"available":false,"reason":"on_vacation"}`,
		"date=2026-03-03&start_time=17:15&end_time=18:15": `{"available":false,"reason":"booking_conflict"}`,
		"date=2026-03-03&start_time=12:45&end_time=13:15": `{"available":false,"reason":"staff_not_working","conflicts":[]}`,
		"date=2026-03-03&start_time=12:45&end_time=14:45": `{"available":false,"reason":"staff_not_working"}`,
		"date=2026-03-05&start_time=10:00&end_time=11:00": `{"available":false,"reason":"staff_not_working","working_hours":null}`,
		"date=2026-03-03&start_time=19:30&end_time=20:30": `{"available":false,"reason":"outside_business_hours"}`,
		"date=2026-03-01&start_time=10:00&end_time=11:00": `{"available":false,"reason":"past"}`,
		// An hour's service, a slot of another length, and one that is not given then, or by her.
		"date=2026-03-04&start_time=10:00&end_time=11:00&service_id=" + string(s.service.ID): `{"available":true}`,
		"date=2026-03-04&start_time=10:00&end_time=12:00&service_id=" + string(s.service.ID): `{"available":true}`,
		"date=2026-03-04&start_time=16:30&end_time=17:30&service_id=" + string(s.service.ID): `{"available":false,"reason":"staff_not_working"}`,
		"date=2026-03-03&start_time=10:00&end_time=11:00&service_id=" + string(s.service.ID): `{"available":false,"reason":"booking_conflict"}`,
		"date=2026-03-04&start_time=10:00&end_time=11:00&service_id=" + string(other.ID):     `{"available":false,"reason":"service_not_offered"}`,
	} {
		testkit.Scenario{Name: query, As: s.Admin, Method: "GET", Path: path(query), Status: 200, Want: want}.Run(t, s.World)
	}
	s.JSON(s.Admin, "PUT", "/staff/"+string(s.ayu.ID)+"/skills", object{"service_ids": []id.ID{s.service.ID, other.ID}})
	testkit.Run(t, s.World,
		testkit.Scenario{
			Name: "not in these hours", As: s.Admin, Method: "GET", Status: 200, Want: `{"available":false,"reason":"service_not_offered"}`,
			Path: path("date=2026-03-04&start_time=10:00&end_time=11:00&service_id=" + string(other.ID)),
		},
		testkit.Scenario{
			Name: "without a service any hours will do", As: s.Admin, Method: "GET", Status: 200, Want: `{"available":true}`,
			Path: path("date=2026-03-04&start_time=10:00&end_time=11:00"),
		},
		testkit.Scenario{
			Name: "unknown service", As: s.Admin, Method: "GET", Status: 404, Want: `{"code":"service.not_found"}`,
			Path: path("date=2026-03-04&start_time=10:00&end_time=11:00&service_id=" + string(id.New())),
		},
		testkit.Scenario{
			Name: "unknown staff member", As: s.Admin, Method: "GET", Status: 404, Want: `{"code":"staff.not_found"}`,
			Path: "/availability/check?date=2026-03-04&start_time=10:00&end_time=11:00&staff_id=" + string(id.New()),
		},
		testkit.Scenario{Name: "off the raster", As: s.Admin, Method: "GET", Status: 422, Path: path("date=2026-03-04&start_time=10:01&end_time=11:00"), Want: "start_time"},
		testkit.Scenario{Name: "the wrong way round", As: s.Admin, Method: "GET", Status: 422, Path: path("date=2026-03-04&start_time=11:00&end_time=10:00"), Want: `"query","end_time"`},
		testkit.Scenario{Name: "no date", As: s.Admin, Method: "GET", Status: 422, Path: path("start_time=10:00&end_time=11:00"), Want: "date"},
	)
	s.JSON(s.Admin, "PUT", "/staff/"+string(s.ayu.ID), object{"status": "on_leave"})
	testkit.Scenario{
		Name: "on leave", As: s.Admin, Method: "GET", Status: 200, Want: `{"available":false,"reason":"staff_not_working"}`,
		Path: path("date=2026-03-04&start_time=10:00&end_time=11:00"),
	}.Run(t, s.World)
}

// Whoever is free by the check can be booked.
func TestCheckIsWhatIsBooked(t *testing.T) {
	s := newShop(t)
	s.add("working_hours", "2026-03-03", "08:00", "13:00")
	s.add("break", "2026-03-03", "11:00", "11:30")
	walkIn := s.WalkIn()
	for minutes := 8 * 60; minutes < 13*60; minutes += 35 {
		start, end := fmt.Sprintf("%02d:%02d", minutes/60, minutes%60), fmt.Sprintf("%02d:%02d", minutes/60+1, minutes%60)
		free := s.JSON(s.Admin, "GET", fmt.Sprintf("/availability/check?staff_id=%s&date=2026-03-03&start_time=%s&end_time=%s&service_id=%s",
			s.ayu.ID, start, end, s.service.ID), nil).Text("available") == "true"
		status := s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/appointments", Body: object{
			"customer_id": walkIn.ID, "outlet_id": s.outlet.ID, "appointment_date": "2026-03-03", "start_time": start,
			"services": []object{{"service_id": s.service.ID, "staff_id": s.ayu.ID}},
		}}).Status
		if (status == 201) != free {
			t.Errorf("%s: free is %v, and booking answers %d", start, free, status)
		}
	}
}
