package staff_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

func input(outlet *testkit.Outlet, changes object) object {
	body := object{
		"outlet_id": outlet.ID, "first_name": " Ayu ", "last_name": "Lestari", "email": string(id.Random()) + "@Bella.com",
		"phone": "+628123456789",
	}
	for key, value := range changes {
		if value == nil {
			delete(body, key)
			continue
		}
		body[key] = value
	}
	return body
}

func TestCreateAndRead(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant()
	outlet, service := salon.Outlet(), salon.Service()
	body := input(outlet, object{
		"tenant_id": salon.ID, "email": "Ayu@Bella.com", "position": "Senior Stylist", "employment_type": "part_time",
		"employee_id": "EMP-7", "hire_date": "2024-02-01", "birth_date": "1994-08-21", "hourly_rate": 75000, "salary": "5000000",
		"commission":  object{"base_commission_rate": 0.15, "performance_tiers": []object{{"min_revenue": 1000000, "rate": 0.2}}},
		"is_bookable": true, "accepts_online_booking": false, "max_advance_booking_days": 30, "bio": "<b>Hair</b>\nand more",
		"profile_image_url": "https://bella.com/ayu.jpg", "instagram_handle": "@ayu.hair",
		"skills": object{"service_ids": []any{service.ID, service.ID}, "specialties": []string{"balayage", "balayage", " "}, "years_experience": 7},
	})
	made := testkit.Scenario{
		As: salon.Admin, Method: "POST", Path: "/staff", Body: body, Status: 201,
		Want: fmt.Sprintf(`{"first_name":"Ayu","last_name":"Lestari","display_name":"Ayu Lestari","email":"ayu@bella.com",
			"outlet_id":%q,"outlet_ids":[%q],"hourly_rate":75000,"salary":5000000,"employment_type":"part_time",
			"hire_date":"2024-02-01","commission":{"base_commission_rate":0.15,"service_rates":{},"performance_tiers":[{"min_revenue":1000000,"rate":0.2}]},
			"accepts_online_booking":false,"instagram_handle":"ayu.hair","bio":"<b>Hair</b>\nand more","status":"active","is_active":true,
			"skills":{"service_ids":[%q],"specialties":["balayage"],"certifications":[],"years_experience":7},
			"total_bookings":0,"rating_count":0}`, outlet.ID, outlet.ID, service.ID),
	}.Run(t, w)
	if made.Text("id") != made.Text("_id") {
		t.Error("id and _id differ")
	}

	path := "/staff/" + made.Text("id")
	testkit.Run(t, w,
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"position":"Senior Stylist","salary":5000000}`},
		testkit.Scenario{
			Name: "pay is hidden from staff", As: salon.Member(access.StaffRole, outlet).Token, Method: "GET", Path: path, Status: 200,
			Check: func(t *testing.T, a testkit.Answer) {
				for _, key := range []string{"salary", "hourly_rate", "commission"} {
					if strings.Contains(string(a.Body), `"`+key+`"`) {
						t.Errorf("%s is shown to staff", key)
					}
				}
			},
		},
		testkit.Scenario{
			Name: "an unset salary is null for managers", As: salon.Admin, Method: "POST", Path: "/staff", Body: input(outlet, nil),
			Status: 201, Want: `{"salary":null,"hourly_rate":null,"max_advance_booking_days":null,"employment_type":"full_time","is_bookable":true}`,
		},
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: "/staff/" + string(id.New()), Status: 404, Want: `{"code":"staff.not_found"}`},
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: "/staff/nonsense", Status: 404},
		testkit.Scenario{As: w.Tenant().Admin, Method: "GET", Path: path, Status: 404},
	)
}

func TestCreateIsRefused(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, second, other := salon.Outlet(), salon.Outlet(), w.Tenant()
	foreign := other.Outlet()
	manager := salon.Member(access.OutletManager, outlet)
	w.Do(salon.Admin, "POST", "/staff", input(outlet, object{"email": "taken@bella.com", "user_id": manager.ID}), 201)

	for name, c := range map[string]struct {
		as     testkit.Token
		body   object
		status int
		want   string
	}{
		"another tenant":    {salon.Admin, input(outlet, object{"tenant_id": other.ID}), 403, "tenant.other"},
		"no such outlet":    {salon.Admin, input(outlet, object{"outlet_id": id.New()}), 404, "outlet.not_found"},
		"foreign outlet":    {salon.Admin, input(foreign, nil), 404, "outlet.not_found"},
		"out of scope":      {manager.Token, input(second, nil), 403, "outlet.out_of_scope"},
		"second outlet":     {manager.Token, input(outlet, object{"outlet_ids": []id.ID{second.ID}}), 403, "outlet.out_of_scope"},
		"no such service":   {salon.Admin, input(outlet, object{"skills": object{"service_ids": []id.ID{id.New()}}}), 400, "staff.unknown_service"},
		"foreign service":   {salon.Admin, input(outlet, object{"skills": object{"service_ids": []id.ID{other.Service().ID}}}), 400, "staff.unknown_service"},
		"no such user":      {salon.Admin, input(outlet, object{"user_id": other.User}), 400, "staff.unknown_user"},
		"linked user":       {salon.Admin, input(outlet, object{"user_id": manager.ID}), 409, "staff.user_taken"},
		"taken e-mail":      {salon.Admin, input(outlet, object{"email": "TAKEN@bella.com"}), 409, "staff.email_taken"},
		"role staff":        {salon.Member(access.StaffRole, outlet).Token, input(outlet, nil), 403, "auth.forbidden"},
		"receptionist":      {salon.Member(access.Receptionist, outlet).Token, input(outlet, nil), 403, "auth.forbidden"},
		"no e-mail":         {salon.Admin, input(outlet, object{"email": nil}), 422, "email"},
		"bad e-mail":        {salon.Admin, input(outlet, object{"email": "ayu"}), 422, "email"},
		"short phone":       {salon.Admin, input(outlet, object{"phone": "081234567"}), 422, "phone"},
		"no phone":          {salon.Admin, input(outlet, object{"phone": nil}), 422, "phone"},
		"blank name":        {salon.Admin, input(outlet, object{"first_name": "  "}), 422, "first_name"},
		"line break":        {salon.Admin, input(outlet, object{"last_name": "a\nb"}), 422, "last_name"},
		"employment":        {salon.Admin, input(outlet, object{"employment_type": "slave"}), 422, "employment_type"},
		"rate above one":    {salon.Admin, input(outlet, object{"commission": object{"base_commission_rate": 15}}), 422, "commission"},
		"negative salary":   {salon.Admin, input(outlet, object{"salary": -1}), 422, "salary"},
		"script as picture": {salon.Admin, input(outlet, object{"profile_image_url": "javascript:alert(1)"}), 422, "profile_image_url"},
		"status and active": {salon.Admin, input(outlet, object{"status": "terminated", "is_active": true}), 422, "is_active"},
		"future birthday":   {salon.Admin, input(outlet, object{"birth_date": "2030-01-01"}), 422, "birth_date"},
		"unknown field":     {salon.Admin, input(outlet, object{"wage": 1}), 422, "wage"},
	} {
		testkit.Scenario{Name: name, As: c.as, Method: "POST", Path: "/staff", Body: c.body, Status: c.status, Want: c.want}.Run(t, w)
	}
}

func TestPlanLimitIsPerOutletAndCountsActiveOnes(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant()
	outlet := salon.Outlet()
	var last testkit.Answer
	for range 5 {
		last = w.Do(salon.Admin, "POST", "/staff", input(outlet, nil), 201)
	}
	path := "/staff/" + last.Text("id")
	refused := w.Do(salon.Admin, "POST", "/staff", input(outlet, nil), 402)
	if detail := strings.ToLower(refused.Text("detail")); !strings.Contains(detail, "staff limit reached") || !strings.Contains(detail, "5") {
		t.Errorf("the limit is refused with %q", detail)
	}
	w.Do(salon.Admin, "POST", "/staff", input(outlet, object{"status": "terminated"}), 201)
	w.Do(salon.Admin, "PUT", path, object{"status": "terminated"}, 200)
	spare := w.Do(salon.Admin, "POST", "/staff", input(outlet, nil), 201)
	w.Do(salon.Admin, "PUT", path, object{"is_active": true}, 402)
	w.Do(salon.Admin, "DELETE", "/staff/"+spare.Text("id"), nil, 204)
	w.Do(salon.Admin, "PUT", path, object{"is_active": true}, 200)
	w.Do(salon.Admin, "POST", "/staff/"+spare.Text("id")+"/restore", nil, 402)

	// With room at a second outlet the first stays full.
	salon.Plan("PRO")
	second := salon.Outlet()
	salon.Plan("FREE")
	elsewhere := w.Do(salon.Admin, "POST", "/staff", input(second, nil), 201)
	w.Do(salon.Admin, "PUT", "/staff/"+elsewhere.Text("id")+"/outlets", object{"outlet_ids": []id.ID{outlet.ID}}, 402)
	w.Do(salon.Admin, "PUT", "/staff/"+elsewhere.Text("id"), object{"outlet_id": outlet.ID}, 402)
	w.Do(salon.Admin, "PUT", "/staff/"+elsewhere.Text("id"), object{"bio": "Still here"}, 200)
}

func TestPlanLimitHoldsInARace(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant()
	outlet := salon.Outlet()
	var wg sync.WaitGroup
	statuses := make(chan int, 12)
	for range 12 {
		wg.Go(func() {
			statuses <- w.Send(testkit.Request{As: salon.Admin, Method: "POST", Path: "/staff", Body: input(outlet, nil)}).Status
		})
	}
	wg.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[201] != 5 || count[402] != 7 {
		t.Errorf("answers %v, want five staff members and seven refusals", count)
	}
}
