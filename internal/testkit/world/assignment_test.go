package world_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// serverOwned are members that the server alone sets, in one body or another.
var serverOwned = []string{
	"id", "_id", "tenant_id", "user_id", "role", "roles", "is_active", "is_admin", "is_super_admin", "permissions", "created_at", "updated_at",
	"deleted_at", "version", "price", "total", "total_price", "subtotal", "fee_amount", "platform_fee", "payment_status", "status",
	"password_hash", "pending_password", "email_verified", "phone_verified", "must_change_password", "last_login", "is_guest", "loyalty_points",
	"hold_until", "capacity", "seat", "plan", "subscription", "client_partner_id", "__proto__", "constructor",
}

// clientsOwn are those of them that a client does set, as documented: each is checked by
// its operation, or (tenant_id, price of an appointment) accepted for agreement and never stored.
var clientsOwn = map[string][]string{
	"tenant_id": nil, // the sweep over tenants tries another's everywhere
	"price":     {"POST /staff", "PUT /staff/{staff_id}", "PUT /staff/{staff_id}/skills", "POST /appointments", "POST /customer/appointments", "POST /customer/booking/appointments"},
	"version": {
		"PUT /appointments/{appointment_id}", "PUT /appointments/{appointment_id}/staff", "POST /appointments/{appointment_id}/reschedule",
		"POST /customer/booking/appointments/{appointment_id}/reschedule", "POST /customer/appointments/{appointment_id}/reschedule",
	},
	"capacity": {"POST /availability", "POST /availability/bulk", "PUT /availability/{availability_id}"},
	"user_id":  {"POST /staff", "PUT /staff/{staff_id}"},
	"role":     {"POST /users", "PUT /users/{user_id}"},
	"plan":     {"POST /tenants", "PUT /platform-fees/config"},
	// Known there, to be refused with the reason.
	"subscription": {"PUT /tenants/{tenant_id}"},
	"status": {
		"PUT /appointments/{appointment_id}", "POST /outlets", "PUT /outlets/{outlet_id}", "POST /services", "PUT /services/{service_id}",
		"POST /staff", "PUT /staff/{staff_id}", "POST /tenants/{tenant_id}/withdrawals/{withdrawal_id}/resolve",
	},
	"is_active": {
		"PUT /customers/{customer_id}", "POST /services", "PUT /services/{service_id}", "POST /staff", "PUT /staff/{staff_id}",
		"PUT /users/{user_id}", "POST /resources", "PUT /resources/{resource_id}", "PATCH /webhook-endpoints/{endpoint_id}",
	},
}

// What the server owns is refused by name in every object of every body.
func TestServerOwnedFieldsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	ledger := newLedger(s.World)
	before := ledger.read()
	tried := 0
	for _, o := range s.Operations {
		body := sample(o, s.mine.ids)
		if body == nil || o.Audience == "webhook" || o.Audience == "guest" {
			continue
		}
		schema := o.Spec.RequestBody.Value.Content.Get("application/json").Schema.Value
		for _, at := range objects(schema, nil) {
			inner := at.schema
			var refused []string
			for _, name := range serverOwned {
				operations, documented := clientsOwn[name]
				switch {
				case inner.Properties[name] == nil:
					refused = append(refused, name)
				case !documented || operations != nil && !slices.Contains(operations, aliased(o)):
					t.Errorf("%s lets clients set %s, which the server owns elsewhere: name it in clientsOwn (assignment_test.go) "+
						"if that is meant, and test in its package who may", o, strings.Join(append(at.at, name), "."))
				}
			}
			object := testkit.Object{}
			if has, ok := reach(body, at.at).(map[string]any); ok {
				object = maps.Clone(has)
			}
			for _, name := range refused {
				object[name] = true
			}
			tried += len(refused)
			a := s.Send(testkit.Request{As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Body: with(body, schema, at.at, object)})
			if a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s with fields of the server in %q: status %d: %s", o, at.at, a.Status, a.Body)
				continue
			}
			for _, name := range refused {
				if !strings.Contains(string(a.Body), `"`+name+`"`) {
					t.Errorf("%s takes %s in %q: %s", o, name, at.at, a.Body)
				}
			}
		}
	}
	for _, table := range ledger.read().changed(before) {
		t.Errorf("a refused body has changed %s", table)
	}
	t.Logf("%d members were tried", tried)
	if tried < 2000 {
		t.Errorf("only %d members were tried", tried)
	}
}

// object is one object of a body, with the names that lead to it.
type object struct {
	at     []string
	schema *openapi3.Schema
}

// objects are all of a body's that take members by name, and no others.
func objects(schema *openapi3.Schema, at []string) []object {
	if schema == nil || len(at) > 6 {
		return nil
	}
	var found []object
	if len(schema.Properties) > 0 && schema.AdditionalProperties.Schema == nil {
		found = append(found, object{at, schema})
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		found = append(found, objects(schema.Properties[name].Value, append(slices.Clone(at), name))...)
	}
	if schema.Items != nil {
		found = append(found, objects(schema.Items.Value, append(slices.Clone(at), "0"))...)
	}
	return found
}

// reach follows names into a body.
func reach(body any, at []string) any {
	for _, name := range at {
		switch value := body.(type) {
		case map[string]any:
			body = value[name]
		case []any:
			if len(value) == 0 {
				return nil
			}
			body = value[0]
		default:
			return nil
		}
	}
	return body
}

// What is accepted for agreement is not stored: prices come from the service, and guests,
// whose unknown members are ignored, set nothing either.
func TestServerOwnedFieldsAreNotStored(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	booked := w.JSON(salon.Customer.Token, "POST", "/customer/appointments", testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "10:00",
		"services": []testkit.Object{{"service_id": salon.Service.ID, "price": 1}},
	})
	if got := booked.Text("total_price"); got != "150000" {
		t.Errorf("a customer's own price makes a total of %s", got)
	}
	owned := testkit.Object{}
	for _, name := range serverOwned {
		owned[name] = "1"
	}
	maps.Copy(owned, testkit.Object{
		"packageId": salon.Service.ID, "bookingDate": w.Day(1), "bookingTime": "14:00", "firstName": "John", "lastName": "Smith",
		"email": "john@example.com", "phone": "09161234567", "status": "completed", "price": 1, "paymentStatus": "paid",
		"organizationId": "0123456789abcdef01234567", "customerId": salon.Customer.ID, "verified": true,
	})
	guest := w.Send(testkit.Request{
		Method: "POST", Path: "/bookings/type/online", Body: owned,
		Header: testkit.Object{"X-Tenant-Slug": salon.Slug, "X-Branch-Slug": salon.Outlet.Slug},
	})
	if guest.Status != http.StatusCreated || guest.Text("booking.status") != "pending" || guest.Text("booking.organizationId") != string(salon.ID) ||
		guest.Text("booking.customerId") == string(salon.Customer.ID) {
		t.Fatalf("a guest who sets what the server owns: %d %s", guest.Status, guest.Body)
	}
	w.Do("", "GET", "/public/tenants/"+salon.Slug, nil, http.StatusOK)
	testkit.Scenario{
		As: salon.Admin, Method: "GET", Path: "/appointments/" + guest.Text("booking._id"), Status: 200,
		Want: `{"status":"pending","total_price":150000,"payment_status":"pending"}`,
	}.Run(t, w)
}
