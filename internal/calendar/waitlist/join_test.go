package waitlist_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/testkit"
)

func TestJoining(t *testing.T) {
	s, other := newSalon(t), &salon{}
	other = openSalon(s.World)
	s.booked(1)
	s.booked(2)
	unqualified := s.Tenant.Staff(s.outlet, nil)
	c := s.Tenant.Customer()
	join := func(name string, changes object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: c.Token, Method: "POST", Path: own, Body: s.wish(1, changes), Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		join("free", object{"date_to": s.Day(4)}, 409, fmt.Sprintf(
			`{"code":"waitlist.slot_free","next_available":[{"date":%q,"start_time":"10:00"},{"date":%q,"start_time":"10:00"}]}`, s.Day(3), s.Day(4))),
		join("yesterday", object{"date_from": s.Day(-1)}, 400, `{"code":"waitlist.in_the_past"}`),
		join("long ago", object{"date_from": "2020-01-01"}, 400, `{"code":"waitlist.in_the_past"}`),
		join("this morning", object{"date_from": s.Day(0), "time_to": "08:00"}, 400, `{"code":"waitlist.in_the_past"}`),
		join("too far ahead", object{"date_from": s.Day(20), "date_to": s.Day(31)}, 400, `{"code":"waitlist.outside_window"}`),
		join("years ahead", object{"date_from": "2099-01-01"}, 400, `{"code":"waitlist.outside_window"}`),
		join("reversed dates", object{"date_to": s.Day(0)}, 422, `"loc":["body","date_to"]`),
		join("too long", object{"date_to": s.Day(32)}, 422, `"loc":["body","date_to"]`),
		join("reversed times", object{"time_from": "12:00", "time_to": "11:00"}, 422, `"loc":["body","time_to"]`),
		join("no time", object{"time_from": "12:00", "time_to": "12:00"}, 422, `"loc":["body","time_to"]`),
		join("too short", object{"time_from": "12:00", "time_to": "12:55"}, 422, `{"code":"waitlist.too_short"}`),
		join("foreign outlet", object{"outlet_id": other.outlet.ID}, 404, `{"code":"outlet.not_found"}`),
		join("foreign service", object{"service_id": other.service.ID}, 404, `{"code":"service.not_found"}`),
		join("foreign staff", object{"staff_id": other.staff.ID}, 404, `{"code":"staff.not_found"}`),
		join("no such staff", object{"staff_id": nobody}, 404, `{"code":"staff.not_found"}`),
		join("unqualified", object{"staff_id": unqualified.ID}, 400, `{"code":"staff.not_qualified"}`),
		join("foreign tenant", object{"tenant_id": other.Tenant.ID}, 403, `{"code":"tenant.foreign"}`),
		join("bad id", object{"service_id": "x"}, 422, `"loc":["body","service_id"]`),
		join("unknown member", object{"party": 2}, 422, `"party"`),
		join("joined", object{"date_to": s.Day(2), "tenant_id": s.Tenant.ID, "time_from": "09:00", "time_to": "18:00", "staff_id": s.staff.ID}, 201, fmt.Sprintf(
			`{"status":"waiting","source":"customer","date_from":%q,"date_to":%q,"time_from":"09:00","time_to":"18:00","timezone":"Asia/Jakarta","staff_name":"Ayu Lestari","offer":null,"appointment_id":null}`,
			s.Day(1), s.Day(2))),
		join("twice", object{"date_from": s.Day(2)}, 409, `{"code":"waitlist.already_waiting"}`),
	)
	path := own + "/" + s.JSON(c.Token, "GET", own, nil).Text("items.0.id")
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "one's own", As: c.Token, Method: "GET", Path: path, Status: 200, Want: `{"status":"waiting","offers":[]}`},
		testkit.Scenario{Name: "another's", As: s.Tenant.Customer().Token, Method: "GET", Path: path, Status: 404, Want: `{"code":"waitlist.not_found"}`},
		testkit.Scenario{Name: "nothing to accept", As: c.Token, Method: "POST", Path: path + "/accept", Status: 409, Want: `{"code":"waitlist.no_offer"}`},
		testkit.Scenario{Name: "nothing to decline", As: c.Token, Method: "POST", Path: path + "/decline", Status: 409, Want: `{"code":"waitlist.no_offer"}`},
		testkit.Scenario{Name: "leave", As: c.Token, Method: "DELETE", Path: path, Status: 204},
		testkit.Scenario{Name: "leave again", As: c.Token, Method: "DELETE", Path: path, Status: 204},
		testkit.Scenario{Name: "it has ended", As: c.Token, Method: "GET", Path: path, Status: 200, Want: `{"status":"left","ended_at":"*"}`},
		testkit.Scenario{Name: "removing what has ended", As: s.Admin, Method: "DELETE", Path: "/waitlist/" + path[len(own)+1:], Status: 409, Want: `{"code":"waitlist.ended"}`},
		join("once more", nil, 201, `{"status":"waiting"}`),
	)
}

func TestTheDeskKeepsTheList(t *testing.T) {
	s := newSalon(t)
	other := openSalon(s.World)
	second := s.Tenant.Outlet()
	s.Tenant.Staff(second, []*testkit.Service{s.service})
	desk := s.Member(access.Receptionist, s.outlet).Token
	provider := s.Member(access.StaffRole, s.outlet).Token
	taken := s.booked(1)
	add := func(name string, as testkit.Token, changes object, status int, want string) testkit.Scenario {
		body := s.wish(1, changes)
		if _, ok := body["customer_id"]; !ok {
			body["customer_id"] = s.guest.ID
		}
		return testkit.Scenario{Name: name, As: as, Method: "POST", Path: "/waitlist", Body: body, Status: status, Want: want}
	}
	walkIn := s.Tenant.WalkIn()
	testkit.Run(t, s.World,
		add("staff members do not", provider, nil, 403, `{"code":"auth.forbidden"}`),
		add("foreign customer", desk, object{"customer_id": other.guest.ID}, 404, `{"code":"customer.not_found"}`),
		add("another outlet", desk, object{"outlet_id": second.ID}, 404, `{"code":"outlet.not_found"}`),
		add("foreign outlet", s.Admin, object{"outlet_id": other.outlet.ID}, 404, `{"code":"outlet.not_found"}`),
		add("two years ahead", desk, object{"date_from": s.Day(400)}, 400, `{"code":"waitlist.outside_window"}`),
		add("beyond the customers' horizon", desk, object{"date_from": s.Day(300)}, 201, `{"status":"waiting","source":"staff"}`),
		add("at the other outlet", s.Admin, object{"outlet_id": second.ID}, 201, `{"status":"waiting"}`),
	)
	wish := add("a walk-in", desk, object{"customer_id": walkIn.ID}, 201, `{"customer_name":"Siti Rahma"}`).Run(t, s.World).Text("id")
	s.cancel(taken)
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "the receptionist's list", As: desk, Method: "GET", Path: "/waitlist?customer_id=" + string(s.guest.ID), Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "the whole list", As: s.Admin, Method: "GET", Path: "/waitlist?service_id=" + string(s.service.ID), Status: 200, Want: `{"total":3}`},
		testkit.Scenario{Name: "by window", As: s.Admin, Method: "GET", Path: "/waitlist?date_from=" + s.Day(200), Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "by staff", As: s.Admin, Method: "GET", Path: "/waitlist?staff_id=" + string(s.staff.ID), Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "offered", As: desk, Method: "GET", Path: "/waitlist?status=offered&outlet_id=" + string(s.outlet.ID), Status: 200,
			Want: fmt.Sprintf(`{"total":1,"items":[{"id":%q,"offer":{"start_time":"10:00"}}]}`, wish)},
		testkit.Scenario{Name: "for the walk-in", As: desk, Method: "POST", Path: "/waitlist/" + wish + "/accept", Status: 200, Want: `{"status":"confirmed","appointment_type":"scheduled"}`},
		testkit.Scenario{Name: "foreign wish", As: other.Admin, Method: "GET", Path: "/waitlist/" + wish, Status: 404, Want: `{"code":"waitlist.not_found"}`},
		testkit.Scenario{Name: "too late to decline", As: desk, Method: "POST", Path: "/waitlist/" + wish + "/decline", Status: 409, Want: `{"code":"waitlist.no_offer"}`},
		testkit.Scenario{Name: "too late to remove", As: desk, Method: "DELETE", Path: "/waitlist/" + wish, Status: 409, Want: `{"code":"waitlist.ended"}`},
	)
}

// Nobody has more than five open wishes, also when all are made at once.
func TestHowMuchOneMayWaitFor(t *testing.T) {
	s := newSalon(t)
	c := s.Tenant.Customer()
	var wg sync.WaitGroup
	status := make([]int, 12)
	for i := range status {
		wg.Go(func() {
			day := s.Day(10 + i)
			status[i] = s.Send(testkit.Request{As: c.Token, Method: "POST", Path: own, Body: s.wish(1, object{"date_from": day})}).Status
		})
	}
	wg.Wait()
	if n := s.one(`SELECT count(*) FROM waitlist_wishes WHERE customer_id = $1`, c.ID); n != 5 {
		t.Errorf("%d wishes of one customer: %v", n, status)
	}
	testkit.Scenario{As: c.Token, Method: "POST", Path: own, Body: s.wish(1, object{"date_from": s.Day(25)}), Status: 409, Want: `{"code":"waitlist.too_many"}`}.Run(t, s.World)
}

func TestAWishEndsWithItsWindow(t *testing.T) {
	s := newSalon(t)
	s.booked(1)
	w := s.waits(1, nil)
	s.later(40 * time.Hour) // midnight of the day after
	w.is("expired")
	s.Every("waitlist.tidy")
	if a := w.is("expired"); !a.Has("ended_at") {
		t.Errorf("not written down: %s", a.Body)
	}
}
