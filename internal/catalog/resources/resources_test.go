package resources_test

import (
	"fmt"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

func TestResources(t *testing.T) {
	w := world.New(t)
	salon, other := w.Salon(), w.Salon()
	second := salon.Tenant.Outlet()
	manager, desk := salon.Member(access.OutletManager, salon.Outlet).Token, salon.Member(access.Receptionist, salon.Outlet).Token
	body := func(outlet id.ID, changes object) object {
		b := object{"outlet_id": outlet, "kind": "room", "name": " Garden rooms ", "quantity": 2}
		for key, value := range changes {
			b[key] = value
		}
		return b
	}
	post := func(name string, as testkit.Token, b object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "POST", Path: "/resources", Body: b, Status: status, Want: want}
	}
	made := post("made", manager, body(salon.Outlet.ID, object{"tenant_id": salon.ID}), 201,
		fmt.Sprintf(`{"kind":"room","name":"Garden rooms","quantity":2,"is_active":true,"outlet_id":%q,"tenant_id":%q}`, salon.Outlet.ID, salon.ID)).Run(t, w)
	path := "/resources/" + made.Text("id")
	elsewhere := "/resources/" + w.JSON(salon.Admin, "POST", "/resources", body(second.ID, object{"kind": "laser", "quantity": nil})).Text("id")
	call := func(name string, as testkit.Token, method, path string, b any, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: method, Path: path, Body: b, Status: status, Want: want}
	}
	testkit.Run(t, w,
		post("kind", manager, body(salon.Outlet.ID, object{"kind": "Big Room"}), 422, `"loc":["body","kind"]`),
		post("name", manager, body(salon.Outlet.ID, object{"name": "  "}), 422, `"loc":["body","name"]`),
		post("lines", manager, body(salon.Outlet.ID, object{"name": "a\nb"}), 422, `"loc":["body","name"]`),
		post("none", manager, body(salon.Outlet.ID, object{"quantity": 0}), 422, `"quantity"`),
		post("many", manager, body(salon.Outlet.ID, object{"quantity": 101}), 422, `"quantity"`),
		post("elsewhere", manager, body(second.ID, nil), 403, `{"code":"outlet.out_of_scope"}`),
		post("foreign outlet", salon.Admin, body(other.Outlet.ID, nil), 404, `{"code":"outlet.not_found"}`),
		post("foreign tenant", salon.Admin, body(salon.Outlet.ID, object{"tenant_id": other.ID}), 403, `{"code":"tenant.other"}`),
		post("receptionist", desk, body(salon.Outlet.ID, nil), 403, `{"code":"auth.forbidden"}`),

		call("read", desk, "GET", path, nil, 200, `{"quantity":2}`),
		call("read elsewhere", manager, "GET", elsewhere, nil, 404, `{"code":"resource.not_found"}`),
		call("change elsewhere", manager, "PUT", elsewhere, object{"name": "X"}, 404, `{"code":"resource.not_found"}`),
		call("read foreign", other.Admin, "GET", path, nil, 404, `{"code":"resource.not_found"}`),
		call("list", salon.Admin, "GET", "/resources", nil, 200, `{"total":2,"items":[{"kind":"laser","quantity":1},{"kind":"room"}]}`),
		call("list of the manager's", manager, "GET", "/resources", nil, 200, `{"total":1,"items":[{"kind":"room"}]}`),
		call("list of an outlet", salon.Admin, "GET", "/resources?kind=laser&outlet_id="+string(second.ID), nil, 200, `{"total":1}`),
		call("list of nothing", salon.Admin, "GET", "/resources?is_active=false", nil, 200, `{"total":0}`),

		call("grow", manager, "PUT", path, object{"quantity": 4, "name": "Rooms"}, 200, `{"quantity":4,"name":"Rooms","kind":"room"}`),
		call("shrink", manager, "PUT", path, object{"quantity": 1}, 200, `{"quantity":1}`),
		call("grow again", manager, "PUT", path, object{"quantity": 5}, 200, `{"quantity":5}`),
		call("read again", manager, "GET", path, nil, 200, `{"quantity":5}`),
		call("the kind stays", manager, "PUT", path, object{"kind": "hall"}, 422, ``),
		call("off", manager, "PUT", path, object{"is_active": false}, 200, `{"is_active":false,"quantity":5}`),
		call("foreign change", other.Admin, "PUT", path, object{"quantity": 1}, 404, `{"code":"resource.not_found"}`),
		call("foreign removal", other.Admin, "DELETE", path, nil, 404, `{"code":"resource.not_found"}`),
		call("receptionist removes", desk, "DELETE", path, nil, 403, ``),
		call("remove", manager, "DELETE", path, nil, 204, ``),
		call("gone", manager, "GET", path, nil, 404, `{"code":"resource.not_found"}`),
		call("gone again", manager, "DELETE", path, nil, 404, ``),
	)
}

func TestServicesNameKinds(t *testing.T) {
	w := world.New(t)
	salon, other := w.Salon(), w.Salon()
	w.JSON(salon.Admin, "POST", "/resources", object{"outlet_id": salon.Outlet.ID, "kind": "room", "name": "Rooms"})
	w.JSON(other.Admin, "POST", "/resources", object{"outlet_id": other.Outlet.ID, "kind": "laser", "name": "Laser"})
	put := func(name string, needs any, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: "/services/" + string(salon.Service.ID),
			Body: object{"required_resources": needs}, Status: status, Want: want}
	}
	testkit.Run(t, w,
		put("set", []object{{"kind": "room", "quantity": 2}}, 200, `{"required_resources":[{"kind":"room","quantity":2}]}`),
		put("unknown", []object{{"kind": "chair", "quantity": 1}}, 422, `"loc":["body","required_resources"]`),
		put("another business's", []object{{"kind": "laser", "quantity": 1}}, 422, `"loc":["body","required_resources"]`),
		put("twice", []object{{"kind": "room", "quantity": 1}, {"kind": "room", "quantity": 1}}, 422, `"loc":["body","required_resources"]`),
		put("none of it", []object{{"kind": "room", "quantity": 0}}, 422, `"required_resources"`),
		testkit.Scenario{Name: "absent stays", As: salon.Admin, Method: "PUT", Path: "/services/" + string(salon.Service.ID), Body: object{"name": "Massage"}, Status: 200,
			Want: `{"required_resources":[{"kind":"room","quantity":2}]}`},
		put("null", nil, 200, `{"required_resources":[]}`),
	)
}
