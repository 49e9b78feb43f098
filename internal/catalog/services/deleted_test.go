package services_test

import (
	"testing"

	"reserva/internal/business/subscriptions"
	"reserva/internal/testkit"
)

// Managers find what they can restore; nobody else is shown it.
func TestRemovedServicesAreFoundByManagers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Pro)
	cut := string(w.service(s.admin, "Cut", nil))
	w.service(s.admin, "Dye", nil)
	w.Do(s.admin, "DELETE", "/services/"+cut, nil, 200)
	list := func(name string, as testkit.Token, query, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "GET", Path: "/services?sort_by=name" + query, Status: 200, Want: want}
	}
	testkit.Run(t, w.World,
		list("not by themselves", s.manager, "", `{"total":1,"items":[{"name":"Dye","is_deleted":false}]}`),
		list("where asked for", s.manager, "&include_deleted=true", `{"total":2,"items":[{"id":"`+cut+`","slug":"cut","is_deleted":true,"is_active":false},{"name":"Dye"}]}`),
		list("not for staff", s.staff, "&include_deleted=true", `{"total":1}`),
		testkit.Scenario{Name: "not for customers", As: s.customers, Method: "GET", Path: "/customer/services", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "restored", As: s.manager, Method: "POST", Path: "/services/" + cut + "/restore", Status: 200, Want: `{"slug":"cut","is_deleted":false}`},
	)
}
