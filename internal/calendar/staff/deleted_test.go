package staff_test

import (
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Managers find whom they can restore; nobody else is shown them.
func TestRemovedStaffAreFoundByManagers(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet := salon.Outlet()
	manager, elsewhere := salon.Member(access.OutletManager, outlet).Token, salon.Member(access.OutletManager, salon.Outlet()).Token
	desk := salon.Member(access.Receptionist, outlet).Token
	gone := salon.Staff(outlet, nil, object{"first_name": "Citra"})
	salon.Staff(outlet, nil, object{"first_name": "Dewi"})
	w.Do(manager, "DELETE", "/staff/"+string(gone.ID), nil, 204)
	list := func(name string, as testkit.Token, query, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "GET", Path: "/staff?sort_by=first_name" + query, Status: 200, Want: want}
	}
	testkit.Run(t, w,
		list("not by themselves", manager, "", `{"total":1,"items":[{"first_name":"Dewi","is_deleted":false}]}`),
		list("where asked for", manager, "&include_deleted=true", `{"total":2,"items":[{"first_name":"Citra","is_deleted":true,"is_active":false},{"first_name":"Dewi","is_deleted":false}]}`),
		list("not at the desk", desk, "&include_deleted=true", `{"total":1}`),
		list("not of others' outlets", elsewhere, "&include_deleted=true", `{"total":0}`),
		testkit.Scenario{Name: "restored", As: manager, Method: "POST", Path: "/staff/" + string(gone.ID) + "/restore", Status: 200, Want: `{"is_deleted":false,"is_active":true}`},
	)
}
