package world_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/access"
	books "reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// shop is a salon with one of everything that an operation can name by id.
type shop struct {
	*testkit.Salon
	ids map[string]string // by the name of a parameter or member
}

func newShop(w *testkit.World) *shop { return furnish(w, w.Salon()) }

// furnish adds what a salon lacks to be a shop.
func furnish(w *testkit.World, salon *testkit.Salon) *shop {
	s := &shop{Salon: salon, ids: map[string]string{}}
	s.ids["tenant_id"] = string(s.ID)
	s.ids["outlet_id"] = string(s.Outlet.ID)
	s.ids["service_id"] = string(s.Service.ID)
	s.ids["staff_id"] = string(s.Staff.ID)
	s.ids["customer_id"] = string(s.Customer.ID)
	s.ids["appointment_id"] = string(s.Book(1, "10:00"))
	s.ids["user_id"] = string(s.User)
	for _, addition := range additions {
		addition(w, s)
	}
	for name, same := range sameAs {
		if s.ids[same] != "" {
			s.ids[name] = s.ids[same]
		}
	}
	return s
}

// sameAs are other names of the same things.
var sameAs = map[string]string{
	"preferred_outlet_id": "outlet_id",
	"customer_package_id": "service_id", // packages are not sold: every id is of nothing
	"preferred_staff_id":  "staff_id",
	"outlet_ids":          "outlet_id",
	"tenant_ids":          "tenant_id",
	"service_ids":         "service_id",
	"staff_ids":           "staff_id",
	"preferred_staff_ids": "staff_id",
	"preferred_services":  "service_id",
	"assigned_staff":      "staff_id",
	keyed:                 "outlet_id",
	"organizationId":      "tenant_id",
	"branchId":            "outlet_id",
	"packageId":           "service_id",
}

// additions make what is not part of a salon.
var additions = []func(w *testkit.World, s *shop){
	func(w *testkit.World, s *shop) {
		s.ids["resource_id"] = w.JSON(s.Admin, "POST", "/resources",
			testkit.Object{"outlet_id": s.ids["outlet_id"], "kind": "treatment_room", "name": "Rooms"}).Text("id")
	},
	func(w *testkit.World, s *shop) {
		entries := w.JSON(s.Admin, "GET", "/availability?staff_id="+s.ids["staff_id"], nil)
		s.ids["availability_id"] = entries.Text("items.0.id")
		s.ids["entry_id"] = s.ids["availability_id"]
	},
	func(w *testkit.World, s *shop) {
		paid, linked := s.Book(1, "12:00"), s.Book(1, "14:00")
		s.ids["payment_id"] = w.JSON(s.Admin, "POST", "/appointments/"+string(paid)+"/record-payment",
			testkit.Object{"amount": 150000, "payment_method": "cash"}).Text("payment.id")
		s.ids["invoice_id"] = w.JSON(s.Admin, "POST", "/appointments/"+string(linked)+"/create-payment-link", nil).Text("invoice.id")
	},
	func(w *testkit.World, s *shop) {
		s.ids["subscription_id"] = w.JSON(s.Admin, "GET", "/subscriptions/current", nil).Text("id")
	},
	func(w *testkit.World, s *shop) {
		paid := s.Book(1, "18:00")
		payment := w.JSON(s.Admin, "POST", "/appointments/"+string(paid)+"/record-payment",
			testkit.Object{"amount": 150000, "payment_method": "cash"}).Text("payment.id")
		s.ids["fee_id"] = string(id.New())
		w.Exec(`INSERT INTO visit_fees (tenant_id, id, appointment_id, customer_id, kind, amount, kept_amount, currency, created_at, updated_at)
			VALUES ($1, $2, $3, $4, 'no_show', 50000, 50000, 'IDR', $5, $5)`, s.ID, s.ids["fee_id"], s.Book(1, "19:00"), s.Customer.ID, w.Clock.Now())
		s.ids["refund_id"] = w.JSON(s.Customer.Token, "POST", "/customer/payments/"+payment+"/refund-request",
			testkit.Object{"reason": "I am ill"}).Text("refund_id")
	},
	func(w *testkit.World, s *shop) {
		s.ids["session_id"] = w.JSON(s.Customer.Token, "GET", "/customer/auth/sessions", nil).Text("items.0.id")
		s.ids["login_id"] = s.ids["session_id"]
	},
	func(w *testkit.World, s *shop) {
		booked := w.Send(testkit.Request{
			Method: "POST", Path: "/bookings/type/online", Header: testkit.Object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": s.Outlet.Slug},
			Body: testkit.Object{
				"packageId": s.Service.ID, "bookingDate": w.Day(1), "bookingTime": "16:00", "firstName": "John", "lastName": "Smith",
				"email": "john@" + s.Slug + ".com", "phone": "09161234567",
			},
		})
		s.ids["id"] = booked.Text("booking._id")
	},
	func(w *testkit.World, s *shop) {
		s.ids["wish_id"] = w.JSON(s.Customer.Token, "POST", "/customer/booking/waitlist",
			testkit.Object{"outlet_id": s.ids["outlet_id"], "service_id": s.ids["service_id"], "date_from": w.Day(29)}).Text("id")
	},
	func(w *testkit.World, s *shop) {
		url := w.JSON(s.Admin, "POST", "/outlets/"+s.ids["outlet_id"]+"/calendar-feed", nil).Text("url")
		s.ids["file"] = url[strings.LastIndex(url, "/")+1:]
		w.JSON(s.Admin, "POST", "/staff/"+s.ids["staff_id"]+"/calendar-feed", nil)
	},
	func(w *testkit.World, s *shop) {
		// What was begun is given up, so that it can be replayed.
		path := "/webhook-endpoints"
		s.ids["endpoint_id"] = w.JSON(s.Admin, "POST", path, testkit.Object{"url": "http://localhost:1/hooks", "event_types": []string{"*"}}).Text("id")
		path += "/" + s.ids["endpoint_id"]
		s.ids["delivery_id"] = w.JSON(s.Admin, "POST", path+"/test", nil).Text("id")
		for _, active := range []bool{false, true} {
			w.JSON(s.Admin, "PATCH", path, testkit.Object{"is_active": active})
		}
	},
	func(w *testkit.World, s *shop) {
		w.Do("", "POST", "/webhooks/paper-invoice/tenant/"+s.ids["tenant_id"],
			testkit.Object{"message": "paid", "data": testkit.Object{"invoice": testkit.Object{"id": string(id.Random()), "number": "none", "status": "paid"}}}, 200)
		var event string
		if err := w.DB.Pool().QueryRow(w.Context(), `SELECT id FROM webhook_events WHERE tenant_id = $1`, s.ids["tenant_id"]).Scan(&event); err != nil {
			w.Fatal(err)
		}
		s.ids["event_id"] = event
	},
	merchant,
	func(w *testkit.World, s *shop) {
		s.ids["log_id"] = w.JSON(s.Admin, "GET", "/audit-logs", nil).Text("items.0.id")
		s.ids["object_id"] = s.ids["outlet_id"]
	},
}

// merchant makes the tenant one with earnings, a bank account and a withdrawal that
// can still be cancelled; once, however often it is furnished.
func merchant(w *testkit.World, s *shop) {
	w.Exec(`INSERT INTO bank_accounts (tenant_id, id, bank_code, bank_name, holder, account_number, last_four, is_default, created_at, updated_at)
		VALUES ($1, $2, '014', 'Bank Central Asia', 'PT Salon', 'sealed', '7890', true, $3, $3)
		ON CONFLICT DO NOTHING`, s.ID, id.New(), w.Clock.Now())
	s.ids["bank_account_id"] = w.JSON(s.Admin, "GET", "/withdrawals/bank-accounts", nil).Text("items.0.id")
	w.Exec(`INSERT INTO withdrawals (tenant_id, id, reference_id, status, currency, amount, bank_account_id, requested_by, requested_at, updated_at)
		VALUES ($1, $2, 'WD-1', 'pending', 'IDR', 60000, $3, $4, $5, $5)
		ON CONFLICT DO NOTHING`, s.ID, id.New(), s.ids["bank_account_id"], s.User, w.Clock.Now())
	s.ids["withdrawal_id"] = w.JSON(s.Admin, "GET", "/withdrawals", nil).Text("items.0.id")
	err := w.DB.Update(w.Context(), s.ID, func(tx *db.Tx) error {
		return errors.Join(
			books.Post(tx, books.Movement{Kind: books.Adjustment, Reference: "earned", Entries: []books.Entry{
				{Account: books.Gateway, Currency: money.IDR, Amount: -1_060_000}, {Account: books.Merchant, Currency: money.IDR, Amount: 1_060_000},
			}}),
			books.Post(tx, books.Movement{Kind: books.Withdrawal, Reference: "hold:" + s.ids["withdrawal_id"], Entries: []books.Entry{
				{Account: books.Merchant, Currency: money.IDR, Amount: -60_000}, {Account: books.Withdrawals, Currency: money.IDR, Amount: 60_000},
			}}),
		)
	})
	if err != nil {
		w.Fatal(err)
	}
}

// absent has the ids of nothing.
func absent(ids map[string]string) map[string]string {
	out := maps.Clone(ids)
	for name := range out {
		out[name] = string(id.Random())
	}
	return out
}

// sweep is a server with its document and two tenants.
type sweep struct {
	*testkit.World
	*world.Document
	mine, theirs *shop
	roles        map[access.Role]testkit.Token
}

func newSweep(t *testing.T) *sweep {
	t.Helper()
	return sweepOf(t, world.New(t))
}

func sweepOf(t *testing.T, w *testkit.World) *sweep {
	t.Helper()
	document, err := world.Describe(w.Handler)
	if err != nil {
		t.Fatal(err)
	}
	if len(document.Operations) < 20 {
		t.Fatalf("the document has only %d operations", len(document.Operations))
	}
	s := &sweep{World: w, Document: document, mine: newShop(w), roles: map[access.Role]testkit.Token{}}
	for _, role := range access.Roles() {
		s.roles[role] = s.mine.Member(role, s.mine.Outlet).Token
	}
	return s
}

// token is one that the operation is open to.
func (s *sweep) token(o world.Operation) testkit.Token {
	switch o.Audience {
	case "customer":
		return s.mine.Customer.Token
	case "staff", "either":
		if len(o.Roles) > 0 && !contains(o.Roles, string(access.TenantAdmin)) {
			return s.roles[access.SuperAdmin]
		}
		return s.mine.Admin
	default:
		return ""
	}
}

// named are the headers by which a guest, who has no token, names tenant and outlet.
func (s *sweep) named(o world.Operation) testkit.Object {
	if o.Audience != "guest" {
		return nil
	}
	return testkit.Object{"X-Tenant-Slug": s.mine.Slug, "X-Branch-Slug": s.mine.Outlet.Slug}
}

func contains(list []string, wanted string) bool {
	for _, have := range list {
		if have == wanted {
			return true
		}
	}
	return false
}

// signedIn tells whether an operation needs a token.
func signedIn(o world.Operation) bool {
	return o.Audience == "staff" || o.Audience == "customer" || o.Audience == "either"
}

// path fills in the parameters; those that are no ids get their example, or a word.
func path(o world.Operation, ids map[string]string) string {
	filled := o.Path
	for _, parameter := range o.Spec.Parameters {
		p := parameter.Value
		if p.In != "path" {
			continue
		}
		value := ids[p.Name]
		if value == "" {
			value = example(p)
		}
		filled = strings.ReplaceAll(filled, "{"+p.Name+"}", value)
	}
	return filled
}

func example(p *openapi3.Parameter) string {
	for _, value := range []any{p.Example, p.Schema.Value.Example} {
		if text, ok := value.(string); ok && text != "" {
			return text
		}
	}
	return string(id.Random())
}

// sample is the documented example of the operation's body with the ids filled in,
// nil where there is no JSON body.
func sample(o world.Operation, ids map[string]string) testkit.Object {
	if o.Spec.RequestBody == nil {
		return nil
	}
	media := o.Spec.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return nil
	}
	body, _ := media.Example.(map[string]any)
	out := testkit.Object{}
	maps.Copy(out, body)
	fill(out, ids)
	return out
}

func fill(body testkit.Object, ids map[string]string) {
	for name, value := range body {
		switch value := value.(type) {
		case string:
			if ids[name] != "" {
				body[name] = ids[name]
			}
		case []any:
			list := make([]any, len(value))
			for i, item := range value {
				list[i] = item
				if inner, ok := item.(map[string]any); ok {
					inner = maps.Clone(inner)
					fill(inner, ids)
					list[i] = inner
				} else if ids[name] != "" {
					list[i] = ids[name]
				}
			}
			body[name] = list
		case map[string]any:
			if name == keyed && ids[name] != "" {
				body[name] = map[string]any{ids[name]: 120000}
				continue
			}
			inner := maps.Clone(value)
			fill(inner, ids)
			body[name] = inner
		}
	}
}

// aliased is an operation by the first of its paths where the desk has two.
func aliased(o world.Operation) string {
	return strings.Replace(o.String(), " /staff/appointments", " /appointments", 1)
}
