package availability_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

type object = testkit.Object

// shop is a business with somebody who has nothing to do yet.
type shop struct {
	*testkit.World
	*testkit.Tenant
	outlet  *testkit.Outlet
	service *testkit.Service
	ayu     *testkit.StaffMember
}

func newShop(t *testing.T) *shop {
	w := world.New(t)
	s := &shop{World: w, Tenant: w.Tenant().Plan("ENTERPRISE")}
	s.outlet = s.Tenant.Outlet()
	s.service = s.Tenant.Service()
	s.ayu = s.Tenant.Staff(s.outlet, []*testkit.Service{s.service})
	return s
}

// fields are an entry without its staff member.
func fields(kind, date, from, to string, changes ...object) object {
	body := object{"date": date, "start_time": from, "end_time": to, "availability_type": kind, "recurrence_type": "none"}
	for _, change := range changes {
		for key, value := range change {
			if value == nil {
				delete(body, key)
				continue
			}
			body[key] = value
		}
	}
	return body
}

// entry is a whole one of ayu's.
func (s *shop) entry(kind, date, from, to string, changes ...object) object {
	return fields(kind, date, from, to, append([]object{{"staff_id": s.ayu.ID}}, changes...)...)
}

// add writes an entry that has to be taken, and returns its path.
func (s *shop) add(kind, date, from, to string, changes ...object) string {
	s.Helper()
	return "/availability/" + s.JSON(s.Admin, "POST", "/availability", s.entry(kind, date, from, to, changes...)).Text("id")
}

func TestOneEntry(t *testing.T) {
	s := newShop(t)
	made := testkit.Scenario{
		As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
		Body: s.entry("working_hours", "2026-03-03", "09:00", "17:30", object{
			"tenant_id": s.ID, "is_available": true, "notes": " at the <b>window</b> ", "service_ids": []any{s.service.ID},
			"capacity": 6, "is_group_service": true,
		}),
		Want: fmt.Sprintf(`{"tenant_id":%q,"staff_id":%q,"outlet_id":%q,"date":"2026-03-03","start_time":"09:00:00","end_time":"17:30:00",
			"availability_type":"working_hours","is_available":true,"recurrence_type":"none","recurrence_end_date":null,
			"recurrence_days":[],"recurrence_group_id":null,"notes":"at the <b>window</b>","service_ids":[%q],"capacity":6,
			"is_group_service":true,"current_bookings":0,"created_at":"*","updated_at":"*"}`, s.ID, s.ayu.ID, s.outlet.ID, s.service.ID),
	}.Run(t, s.World)
	path := "/availability/" + made.Text("id")
	testkit.Run(t, s.World,
		testkit.Scenario{As: s.Admin, Method: "GET", Path: path, Status: 200, Want: `{"start_time":"09:00:00","capacity":6}`},
		testkit.Scenario{
			Name: "a break and a vacation are laid over it", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("break", "2026-03-03", "12:00", "13:00"),
			Want: `{"availability_type":"break","is_available":false,"service_ids":null,"capacity":1}`,
		},
		testkit.Scenario{
			Name: "a whole day", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("vacation", "2026-03-03", "00:00", "23:59"), Want: `{"start_time":"00:00:00","end_time":"23:59:00"}`,
		},
		testkit.Scenario{
			Name: "24:00", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("blocked", "2026-03-04", "22:00", "24:00"), Want: `{"end_time":"24:00:00"}`,
		},
		testkit.Scenario{
			Name: "a break without hours is warned of", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("break", "2026-03-05", "12:00", "13:00"), Want: "lies outside working hours",
		},
		testkit.Scenario{
			Name: "a conflict names date, range and type", As: s.Admin, Method: "POST", Path: "/availability", Status: 409,
			Body: s.entry("working_hours", "2026-03-03", "17:00", "19:00"),
			Want: fmt.Sprintf(`{"code":"availability.conflict","conflicts":[{"id":%q,"start_time":"09:00:00"}],
				"detail":"Time conflict on 2026-03-03: working_hours 17:00 - 19:00 overlaps working_hours 09:00 - 17:30 that is there already."}`, made.Text("id")),
		},
		testkit.Scenario{As: s.Admin, Method: "GET", Path: "/availability/" + string(id.New()), Status: 404, Want: `{"code":"availability.not_found"}`},
		testkit.Scenario{As: s.Admin, Method: "GET", Path: "/availability/nonsense", Status: 404},
		testkit.Scenario{As: s.World.Tenant().Admin, Method: "GET", Path: path, Status: 404},
	)
}

func TestRecurringEntries(t *testing.T) {
	s := newShop(t)
	weekly := object{"recurrence_type": "weekly", "recurrence_end_date": "2026-03-31", "recurrence_days": []int{0, 2, 4}}
	made := testkit.Scenario{
		As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
		Body: s.entry("working_hours", "2026-03-02", "09:00", "17:00", weekly),
		Want: fmt.Sprintf(`{"message":"Created 13 availability entries.","summary":{"total_entries_created":13,
			"date_range":{"start":"2026-03-02","end":"2026-03-30"},
			"recurrence_pattern":{"type":"weekly","days":["Monday","Wednesday","Friday"]},
			"staff_id":%q,"availability_type":"working_hours","time_range":"09:00 - 17:00","recurrence_group_id":"*"},
			"sample_entry":{"id":"*","date":"2026-03-02","start_time":"09:00:00","end_time":"17:00:00"}}`, s.ayu.ID),
	}.Run(t, s.World)
	testkit.Run(t, s.World,
		testkit.Scenario{
			As: s.Admin, Method: "GET", Path: "/availability/" + made.Text("sample_entry.id"), Status: 200,
			Want: fmt.Sprintf(`{"recurrence_type":"weekly","recurrence_end_date":"2026-03-31","recurrence_days":[0,2,4],"recurrence_group_id":%q}`,
				made.Text("summary.recurrence_group_id")),
		},
		testkit.Scenario{
			Name: "one clash refuses all", As: s.Admin, Method: "POST", Path: "/availability", Status: 409,
			Body: s.entry("working_hours", "2026-03-03", "16:00", "18:00", object{"recurrence_type": "daily", "recurrence_end_date": "2026-03-05"}),
			Want: "2026-03-04",
		},
		testkit.Scenario{As: s.Admin, Method: "GET", Path: "/availability?start_date=2026-03-01&end_date=2026-03-31", Status: 200, Want: `{"total":13}`},
		testkit.Scenario{
			Name: "monthly", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("blocked", "2026-03-31", "09:00", "10:00", object{"recurrence_type": "monthly", "recurrence_end_date": "2026-12-31"}),
			Want: `{"summary":{"total_entries_created":6,"recurrence_pattern":{"type":"monthly","days":[]}}}`,
		},
		testkit.Scenario{
			Name: "a year", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("break", "2027-01-01", "12:00", "13:00", object{"recurrence_type": "daily", "recurrence_end_date": "2027-12-31"}),
			Want: `{"summary":{"total_entries_created":365}}`,
		},
	)
}

func TestEntriesAreRefused(t *testing.T) {
	s := newShop(t)
	other := s.World.Tenant()
	second := s.Tenant.Outlet()
	const date = "2026-03-03"
	for name, c := range map[string]struct {
		body   object
		status int
		want   string
	}{
		"no such staff":         {s.entry("break", date, "09:00", "10:00", object{"staff_id": id.New()}), 404, "staff.not_found"},
		"foreign staff":         {s.entry("break", date, "09:00", "10:00", object{"staff_id": other.Staff(other.Outlet(), nil).ID}), 404, "staff.not_found"},
		"another tenant":        {s.entry("break", date, "09:00", "10:00", object{"tenant_id": other.ID}), 403, "tenant.other"},
		"another outlet":        {s.entry("break", date, "09:00", "10:00", object{"outlet_id": second.ID}), 400, "availability.other_outlet"},
		"no such service":       {s.entry("working_hours", date, "09:00", "10:00", object{"service_ids": []id.ID{id.New()}}), 400, "availability.unknown_service"},
		"off the raster":        {s.entry("break", date, "09:02", "10:00"), 422, "start_time"},
		"end off the raster":    {s.entry("break", date, "09:00", "10:01"), 422, "end_time"},
		"begins at 23:59":       {s.entry("break", date, "23:59", "24:00"), 422, "start_time"},
		"ends before it begins": {s.entry("break", date, "10:00", "09:00"), 422, "end_time"},
		"empty":                 {s.entry("break", date, "10:00", "10:00"), 422, "end_time"},
		"no time":               {s.entry("break", date, "25:00", "26:00"), 422, "start_time"},
		"no date":               {s.entry("break", "2026-02-30", "09:00", "10:00"), 422, "date"},
		"unknown type":          {s.entry("party", date, "09:00", "10:00"), 422, "availability_type"},
		"no recurrence":         {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": nil}), 422, "recurrence_type"},
		"no end of recurrence":  {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "daily"}), 422, "recurrence_end_date"},
		"end before start":      {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "daily", "recurrence_end_date": "2026-03-01"}), 422, "recurrence_end_date"},
		"too many dates":        {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "daily", "recurrence_end_date": "2027-03-03"}), 422, "recurrence_end_date"},
		"no dates":              {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "weekly", "recurrence_end_date": date, "recurrence_days": []int{0}}), 422, "recurrence_end_date"},
		"an eighth weekday":     {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "weekly", "recurrence_end_date": "2026-04-01", "recurrence_days": []int{7}}), 422, "recurrence_days"},
		"weekly on no day":      {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "weekly", "recurrence_end_date": "2026-04-01", "recurrence_days": []int{}}), 422, "recurrence_days"},
		"days of a daily":       {s.entry("break", date, "09:00", "10:00", object{"recurrence_type": "daily", "recurrence_end_date": "2026-03-05", "recurrence_days": []int{1}}), 422, "recurrence_days"},
		"available break":       {s.entry("break", date, "09:00", "10:00", object{"is_available": true}), 422, "is_available"},
		"unavailable hours":     {s.entry("working_hours", date, "09:00", "10:00", object{"is_available": false}), 422, "is_available"},
		"long notes":            {s.entry("break", date, "09:00", "10:00", object{"notes": strings.Repeat("x", 501)}), 422, "notes"},
		"capacity":              {s.entry("working_hours", date, "09:00", "10:00", object{"capacity": 0}), 422, "capacity"},
		"unknown field":         {s.entry("break", date, "09:00", "10:00", object{"colour": "red"}), 422, "colour"},
	} {
		testkit.Scenario{Name: name, As: s.Admin, Method: "POST", Path: "/availability", Body: c.body, Status: c.status, Want: c.want}.Run(t, s.World)
	}
	testkit.Scenario{As: s.Admin, Method: "GET", Path: "/availability", Status: 200, Want: `{"total":0}`}.Run(t, s.World)
}

func TestBulk(t *testing.T) {
	s := newShop(t)
	repeated := func(from, start string) object {
		e := fields("working_hours", from, start, start[:2]+":30")
		e["recurrence_type"], e["recurrence_end_date"] = "daily", "2027-12-31"
		return e
	}
	bulk := func(entries ...object) object { return object{"staff_id": s.ayu.ID, "availability_entries": entries} }
	testkit.Run(t, s.World,
		testkit.Scenario{
			As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 201,
			Body: bulk(
				fields("working_hours", "2026-03-04", "09:00", "17:00"),
				fields("break", "2026-03-03", "12:00", "13:00"),
				fields("working_hours", "2026-03-03", "09:00", "17:00", object{"staff_id": s.ayu.ID}),
				fields("blocked", "2026-03-09", "09:00", "10:00", object{"recurrence_type": "weekly", "recurrence_end_date": "2026-03-31", "recurrence_days": []int{0}}),
			),
			Want: fmt.Sprintf(`{"message":"*","summary":{"total_entries_created":7,"date_range":{"start":"2026-03-03","end":"2026-03-30"},
				"staff_id":%q,"entry_types":["blocked","break","working_hours"],"unique_dates":6},
				"sample_entry":{"date":"2026-03-03","start_time":"09:00:00"}}`, s.ayu.ID),
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Has("warnings") {
					t.Errorf("a break within hours of the same request is warned of: %s", a.Body)
				}
			},
		},
		testkit.Scenario{
			Name: "all or nothing", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 409,
			Body: bulk(fields("working_hours", "2026-03-05", "09:00", "17:00"), fields("break", "2026-03-03", "12:30", "13:30")),
			Want: "break 12:00 - 13:00",
		},
		testkit.Scenario{
			Name: "conflicts among themselves", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 409,
			Body: bulk(fields("vacation", "2026-03-06", "00:00", "23:59"), fields("blocked", "2026-03-06", "12:00", "13:00")),
			Want: "of this request",
		},
		testkit.Scenario{
			Name: "too many in all", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 422,
			Body: bulk(repeated("2027-01-01", "09:00"), repeated("2027-01-01", "11:00"), repeated("2027-01-01", "13:00")),
			Want: `{"code":"request.invalid","detail":[{"loc":["body","availability_entries",2,"date"]}]}`,
		},
		testkit.Scenario{
			Name: "the path of a mistake", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 422,
			Body: bulk(fields("break", "2026-03-05", "12:00", "13:00"), fields("break", "2026-03-05", "14:00", "13:00")),
			Want: `{"detail":[{"loc":["body","availability_entries",1,"end_time"]}]}`,
		},
		testkit.Scenario{
			Name: "another's entry", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 422,
			Body: bulk(fields("break", "2026-03-05", "12:00", "13:00", object{"staff_id": id.New()})), Want: "staff_id",
		},
		testkit.Scenario{Name: "none", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 422, Body: bulk([]object{}...)},
		testkit.Scenario{
			Name: "51", As: s.Admin, Method: "POST", Path: "/availability/bulk", Status: 422, Want: "availability_entries",
			Body: bulk(make51()...),
		},
		testkit.Scenario{Name: "nothing of it", As: s.Admin, Method: "GET", Path: "/availability?start_date=2026-03-05&end_date=2026-03-06", Status: 200, Want: `{"total":0}`},
	)
}

func make51() []object {
	all := make([]object, 51)
	for i := range all {
		all[i] = fields("break", "2026-06-01", "00:00", "00:05")
	}
	return all
}

// Of two entries that exclude each other one is taken, whoever sends them when.
func TestRivalEntries(t *testing.T) {
	s := newShop(t)
	for round := range 5 {
		date := s.Day(round + 1)
		var wg sync.WaitGroup
		statuses := make(chan int, 8)
		for i := range 8 {
			wg.Go(func() {
				body := s.entry("blocked", date, fmt.Sprintf("%02d:00", 8+i), "17:00")
				if i%2 == 0 {
					body["availability_type"] = "vacation"
				}
				statuses <- s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/availability", Body: body}).Status
			})
		}
		wg.Wait()
		close(statuses)
		count := map[int]int{}
		for status := range statuses {
			count[status]++
		}
		if count[201] != 1 || count[409] != 7 {
			t.Errorf("round %d: answers %v, want one entry and seven conflicts", round, count)
		}
	}
}

// Schedules are what the wall shows: also hours that a clock change leaves out are
// worked hours, of which nothing can be booked.
func TestHoursInAGap(t *testing.T) {
	s := newShop(t)
	berlin := s.Tenant.Outlet(object{"settings": object{"timezone": "Europe/Berlin", "auto_confirm_bookings": true}})
	s.ayu = s.Tenant.Staff(berlin, []*testkit.Service{s.service})
	s.add("working_hours", "2026-03-29", "02:00", "03:00")
	testkit.Run(t, s.World,
		testkit.Scenario{
			Name: "removing them affects nobody", As: s.Admin, Method: "DELETE", Path: s.add("working_hours", "2026-03-29", "00:00", "02:00"),
			Status: 200, Want: `{"affected_appointments":[]}`,
		},
		testkit.Scenario{
			Name: "they cannot be asked for", As: s.Admin, Method: "GET", Status: 422, Want: `{"code":"time.in_gap","detail":[{"loc":["query","start_time"]}]}`,
			Path: "/availability/check?staff_id=" + string(s.ayu.ID) + "&date=2026-03-29&start_time=02:00&end_time=03:00",
		},
		testkit.Scenario{
			Name: "why they are not booked", As: s.Admin, Method: "GET", Status: 200,
			Path: "/availability/explain?outlet_id=" + string(berlin.ID) + "&service_id=" + string(s.service.ID) + "&date=2026-03-29&start_time=02:30",
			Want: `{"bookable":false,"start_time":"02:30","end_time":"02:30","reasons":[{"code":"time_in_gap","until":null}],"staff":[],"next_available":[]}`,
		},
		testkit.Scenario{
			Name: "by nobody there is", As: s.Admin, Method: "GET", Status: 404, Want: `{"code":"staff.not_found"}`,
			Path: "/availability/explain?outlet_id=" + string(berlin.ID) + "&service_id=" + string(s.service.ID) + "&date=2026-03-29&start_time=02:30&staff_id=" + string(id.New()),
		},
		testkit.Scenario{
			Name: "work that goes on after the gap", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("working_hours", "2026-03-29", "03:00", "12:00"),
		},
		testkit.Scenario{
			Name: "when they are booked next", As: s.Admin, Method: "GET", Status: 200,
			Path: "/availability/explain?outlet_id=" + string(berlin.ID) + "&service_id=" + string(s.service.ID) + "&date=2026-03-29&start_time=02:30",
			Want: `{"bookable":false,"reasons":[{"code":"time_in_gap"}],"next_available":["08:00","08:05","08:10"]}`,
		},
	)
}
