package staff_test

import (
	"fmt"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestUpdate(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, second, service := salon.Outlet(), salon.Outlet(), salon.Service()
	member := salon.Staff(outlet, []*testkit.Service{service}, object{"salary": 100, "user_id": salon.User})
	path := "/staff/" + string(member.ID)
	put := func(body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{
			Name: fmt.Sprint(body), As: salon.Admin, Method: "PUT", Path: path, Body: body, Status: status, Want: want,
		}
	}
	testkit.Run(t, w,
		put(object{"position": "Owner", "salary": nil, "display_name": "Ayu L."}, 200,
			`{"position":"Owner","salary":null,"display_name":"Ayu L.","first_name":"Ayu"}`),
		put(object{"display_name": nil, "hire_date": "2025-01-01"}, 200, `{"display_name":"Ayu Lestari","hire_date":"2025-01-01"}`),
		put(object{"skills": object{"years_experience": 3}}, 200,
			fmt.Sprintf(`{"skills":{"service_ids":[%q],"years_experience":3}}`, service.ID)),
		put(object{"status": "on_leave"}, 200, `{"status":"on_leave","is_active":true}`),
		put(object{"is_active": false}, 200, `{"status":"inactive","is_active":false}`),
		put(object{"is_active": true}, 200, `{"status":"active","is_active":true}`),
		put(object{"status": "terminated"}, 200, `{"is_active":false}`),
		put(object{"status": "active", "is_active": false}, 422, "is_active"),
		put(object{"status": "active"}, 200, `{"is_active":true}`),
		put(object{"user_id": nil}, 200, `{"user_id":null}`),
		put(object{"tenant_id": w.Tenant().ID}, 403, "tenant.other"),
		put(object{"email": nil}, 422, "email"),
		put(object{"outlet_id": nil}, 422, "outlet_id"),
		put(object{"outlet_id": second.ID}, 200, fmt.Sprintf(`{"outlet_id":%q,"outlet_ids":[%q]}`, second.ID, second.ID)),
		put(object{"outlet_ids": []id.ID{outlet.ID}}, 200, fmt.Sprintf(`{"outlet_id":%q,"outlet_ids":[%q,%q]}`, second.ID, second.ID, outlet.ID)),
		put(object{"outlet_ids": []id.ID{id.New()}}, 404, "outlet.not_found"),
		put(object{"skills": object{"service_ids": []id.ID{id.New()}}}, 400, "staff.unknown_service"),
		put(object{"unheard": 1}, 422, "unheard"),
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: "/staff/" + string(id.New()), Body: object{}, Status: 404},
	)
}

func TestWhoMayUpdate(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, second := salon.Outlet(), salon.Outlet()
	user := salon.Member(access.StaffRole, outlet)
	manager := salon.Member(access.OutletManager, second)
	member := salon.Staff(outlet, nil, object{"user_id": user.ID})
	guest := salon.Staff(outlet, nil, object{"outlet_ids": []id.ID{second.ID}})
	path := "/staff/" + string(member.ID)
	testkit.Run(t, w,
		testkit.Scenario{
			Name: "own profile", As: user.Token, Method: "PUT", Path: path, Status: 200,
			Body: object{"bio": "I cut", "profile_image_url": "https://x.com/a.png", "instagram_handle": "ayu"}, Want: `{"bio":"I cut","instagram_handle":"ayu"}`,
		},
		testkit.Scenario{
			Name: "own salary", As: user.Token, Method: "PUT", Path: path, Status: 403,
			Body: object{"bio": "I cut", "salary": 1}, Want: `{"code":"staff.own_profile"}`,
		},
		testkit.Scenario{
			Name: "somebody else's profile", As: user.Token, Method: "PUT", Path: "/staff/" + string(guest.ID), Status: 403,
			Body: object{"bio": "no"}, Want: `{"code":"staff.managers_only"}`,
		},
		testkit.Scenario{
			Name: "out of scope", As: manager.Token, Method: "PUT", Path: path, Status: 403,
			Body: object{"bio": "no"}, Want: `{"code":"outlet.out_of_scope"}`,
		},
		testkit.Scenario{Name: "reading out of scope", As: manager.Token, Method: "GET", Path: path, Status: 403},
		testkit.Scenario{Name: "reading a guest", As: manager.Token, Method: "GET", Path: "/staff/" + string(guest.ID), Status: 200},
		testkit.Scenario{
			Name: "a guest's manager", As: manager.Token, Method: "PUT", Path: "/staff/" + string(guest.ID), Status: 403,
			Body: object{"salary": 1}, Want: `{"code":"staff.managers_only"}`,
		},
		testkit.Scenario{Name: "a guest's removal", As: manager.Token, Method: "DELETE", Path: "/staff/" + string(guest.ID), Status: 403},
		testkit.Scenario{
			Name: "a guest's skills", As: manager.Token, Method: "PUT", Path: "/staff/" + string(guest.ID) + "/skills", Status: 403,
			Body: object{"service_ids": []id.ID{}},
		},
		testkit.Scenario{
			Name: "taking away from an outlet that is not one's own", As: salon.Member(access.OutletManager, outlet).Token, Method: "PUT",
			Path: "/staff/" + string(guest.ID) + "/outlets", Status: 403, Body: object{"outlet_ids": []id.ID{}}, Want: "outlet.out_of_scope",
		},
		testkit.Scenario{Name: "receptionist", As: salon.Member(access.Receptionist, outlet).Token, Method: "PUT", Path: path, Body: object{}, Status: 403},
	)
}

func TestAssign(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, second := salon.Outlet(), salon.Outlet()
	cut, colour := salon.Service(), salon.Service()
	idle := salon.Service(object{"is_active": false})
	path := "/staff/" + string(salon.Staff(outlet, []*testkit.Service{cut}).ID)
	testkit.Run(t, w,
		testkit.Scenario{
			As: salon.Admin, Method: "PUT", Path: path + "/skills", Status: 200,
			Body: object{"service_ids": []id.ID{colour.ID}, "specialties": []string{"balayage"}},
			Want: fmt.Sprintf(`{"skills":{"service_ids":[%q],"specialties":["balayage"],"certifications":[],"years_experience":0}}`, colour.ID),
		},
		testkit.Scenario{
			Name: "inactive service", As: salon.Admin, Method: "PUT", Path: path + "/skills", Status: 400,
			Body: object{"service_ids": []id.ID{colour.ID, idle.ID}}, Want: `{"code":"staff.unknown_service"}`,
		},
		testkit.Scenario{
			As: salon.Admin, Method: "PUT", Path: path + "/outlets", Status: 200, Body: object{"outlet_ids": []id.ID{second.ID}},
			Want: fmt.Sprintf(`{"outlet_id":%q,"outlet_ids":[%q,%q]}`, outlet.ID, outlet.ID, second.ID),
		},
		testkit.Scenario{
			Name: "unknown outlet", As: salon.Admin, Method: "PUT", Path: path + "/outlets", Status: 404,
			Body: object{"outlet_ids": []id.ID{w.Tenant().Outlet().ID}},
		},
		testkit.Scenario{
			As: salon.Admin, Method: "PUT", Path: path + "/commission", Status: 200,
			Body: object{"base_commission_rate": 0.1, "service_rates": object{string(cut.ID): 0.25}},
			Want: fmt.Sprintf(`{"commission":{"base_commission_rate":0.1,"service_rates":{%q:0.25},"performance_tiers":[]}}`, cut.ID),
		},
		testkit.Scenario{
			Name: "rates by name", As: salon.Admin, Method: "PUT", Path: path + "/commission", Status: 422,
			Body: object{"service_rates": object{"haircut": 0.25}},
		},
	)

	// A service that is written with its staff makes the same link.
	w.JSON(salon.Admin, "PUT", "/services/"+string(cut.ID), object{"assigned_staff": []string{path[len("/staff/"):]}})
	if n := w.JSON(salon.Admin, "GET", path, nil).Len("skills.service_ids"); n != 2 {
		t.Errorf("%d services after the service was assigned, want 2", n)
	}
	w.Do(salon.Admin, "PUT", "/services/"+string(cut.ID), object{"assigned_staff": []id.ID{id.New()}}, 422)
}

func TestRemoveAndRestore(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	path := "/staff/" + string(salon.Staff.ID)
	appointment := salon.Book(1, "10:00")
	refused := testkit.Scenario{
		Name: "booked", As: salon.Admin, Method: "DELETE", Path: path, Status: 409, Want: `{"code":"staff.has_appointments"}`,
	}.Run(t, w)
	if detail := refused.Text("detail"); detail == "" {
		t.Error("no reason is given")
	}
	w.JSON(salon.Admin, "POST", "/appointments/"+string(appointment)+"/cancel", object{"cancellation_reason": "ill"})
	testkit.Run(t, w,
		testkit.Scenario{Name: "not removed yet", As: salon.Admin, Method: "POST", Path: path + "/restore", Status: 409},
		testkit.Scenario{Name: "remove", As: salon.Admin, Method: "DELETE", Path: path, Status: 204},
		testkit.Scenario{Name: "again", As: salon.Admin, Method: "DELETE", Path: path, Status: 404},
		testkit.Scenario{Name: "hidden", As: salon.Admin, Method: "GET", Path: path, Status: 404},
		testkit.Scenario{Name: "not listed", As: salon.Admin, Method: "GET", Path: "/staff", Status: 200, Want: `{"items":[],"total":0}`},
		testkit.Scenario{Name: "not public", Method: "GET", Path: "/public/outlets/" + string(salon.Outlet.ID) + "/staff", Status: 200, Want: `{"items":[]}`},
		testkit.Scenario{Name: "restore", As: salon.Admin, Method: "POST", Path: path + "/restore", Status: 200, Want: `{"status":"active","is_active":true}`},
		testkit.Scenario{Name: "remove again", As: salon.Admin, Method: "DELETE", Path: path, Status: 204},
		testkit.Scenario{
			Name: "the address is free", As: salon.Admin, Method: "POST", Path: "/staff", Body: input(salon.Outlet, object{"email": salon.Staff.Email}), Status: 201,
		},
		testkit.Scenario{Name: "and then taken", As: salon.Admin, Method: "POST", Path: path + "/restore", Status: 409, Want: `{"code":"staff.email_taken"}`},
	)
}

func TestLeavingAnOutletWithAppointments(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Outlet()
	path := "/staff/" + string(salon.Staff.ID)
	appointment := salon.Book(1, "10:00")
	w.Do(salon.Admin, "PUT", path+"/outlets", object{"outlet_ids": []id.ID{second.ID}}, 200)
	if code := w.Do(salon.Admin, "PUT", path, object{"outlet_id": second.ID, "outlet_ids": []id.ID{}}, 409).Text("code"); code != "staff.has_appointments" {
		t.Errorf("code %s", code)
	}
	w.Do(salon.Admin, "PUT", path+"/outlets", object{"outlet_ids": []id.ID{}}, 200)
	w.Clock.Advance(48 * time.Hour)
	admin := salon.SignIn(salon.Email)
	w.Do(admin, "PUT", path, object{"outlet_id": second.ID}, 200)
	w.Do(admin, "DELETE", path, nil, 204)
	if status := w.JSON(admin, "GET", "/appointments/"+string(appointment), nil).Text("status"); status == "cancelled" {
		t.Error("a removal cancelled an appointment of the past")
	}
}
