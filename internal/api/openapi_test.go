package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// View is the answer here and, under the same Go name, in other packages.
type View struct {
	ID     string       `json:"id"`
	Price  money.Number `json:"price"`
	Text   money.Text   `json:"text"`
	Rate   money.Rate   `json:"rate"`
	Slug   string       `json:"slug" maxLength:"4"`
	Next   *View        `json:"next,omitempty"`
	Nick   *string      `json:"nick"`
	Inline struct {
		A int `json:"a"`
	} `json:"inline"`
}

type change struct {
	Body struct {
		Nick  opt.Field[string] `json:"nick,omitzero" maxLength:"30"`
		Price money.Decimal     `json:"price,omitzero"`
		Home  opt.Field[home]   `json:"home,omitzero"`
		Moods []string          `json:"moods,omitempty" enum:"good,bad"`
	}
}

// full registers one endpoint of every sort.
func full(t *testing.T) *api.API {
	t.Helper()
	a := newAPI(t, func(c *api.Config) { c.Version, c.PublicURL = "1.2.3", "https://book.example.com" })
	registerWho(a)
	registerBook(a)
	registerGuest(a)
	registerList(a)
	registerUpload(a)
	failing(a, errNotFound)
	api.Staff(a, api.Op{
		Method: http.MethodPatch, Path: "/views/{view_id}", ID: "change-view", Tag: "Views", Summary: "Change a view",
		Aliases: []string{"/old-views/{view_id}"}, Idempotent: true,
		Errors: []*fault.Error{errNotFound, errSlotTaken, errSlotTaken.With("Another text."), errPlan.WithoutDetail()},
	}, access.ServicesWrite, func(context.Context, access.Staff, *struct {
		ID string `path:"view_id"`
		change
	}) (*View, error) {
		return nil, nil
	})
	api.Staff(a, api.Op{Method: http.MethodGet, Path: "/views", ID: "list-views", Tag: "Views", Summary: "List"},
		access.Any, func(context.Context, access.Staff, *struct{ api.Page }) (*api.List[View], error) { return nil, nil })
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/file", ID: "file", Tag: "Views", Summary: "A file", ContentType: "application/pdf",
	}, func(context.Context, access.Customer, *struct{}) (*api.Raw, error) { return nil, nil })
	api.Webhook(a, api.Op{Method: http.MethodPost, Path: "/webhooks/x", ID: "hook", Tag: "Hooks", Summary: "Notice"},
		func(context.Context, access.Visitor, *struct{ RawBody []byte }) (*api.Message, error) {
			return nil, nil
		})
	return a
}

func loadDocument(t *testing.T, a *api.API) *openapi3.T {
	t.Helper()
	got := call{method: "GET", path: "/openapi-3.0.json"}.to(t, a)
	got.want(t, 200, "")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(got.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDocumentIsValidWithItsExamples(t *testing.T) {
	doc := loadDocument(t, full(t))
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()); err != nil {
		t.Error(err)
	}
	if doc.OpenAPI != "3.0.3" || doc.Info.Version != "1.2.3" || doc.Servers[0].URL != "https://book.example.com" {
		t.Errorf("%s %s", doc.OpenAPI, doc.Info.Version)
	}
}

func TestEveryOperationIsDocumented(t *testing.T) {
	doc := loadDocument(t, full(t))
	seen := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			seen++
			name := method + " " + path
			if !strings.HasPrefix(path, "/api/v1/") || op.Summary == "" || op.Extensions["x-audience"] == nil || len(op.Tags) != 1 {
				t.Errorf("%s: incomplete", name)
			}
			if op.RequestBody != nil && path != "/api/v1/logo" {
				if media := op.RequestBody.Value.Content.Get("application/json"); media == nil || media.Example == nil {
					t.Errorf("%s: no example of a request", name)
				}
			}
			for status, r := range op.Responses.Map() {
				media := r.Value.Content.Get("application/json")
				if status == "204" || path == "/api/v1/file" && status == "200" {
					continue
				}
				if media == nil || media.Example == nil && len(media.Examples) == 0 {
					t.Errorf("%s: no example of %s", name, status)
				}
			}
			for _, status := range []string{"429", "500", "503"} {
				if op.Responses.Value(status) == nil {
					t.Errorf("%s: %s is not documented", name, status)
				}
			}
			if op.Responses.Value("default") != nil {
				t.Errorf("%s: has a default response", name)
			}
		}
	}
	if seen != 16 {
		t.Errorf("%d operations", seen)
	}
}

func TestDocumentedErrorsAreTheRealOnes(t *testing.T) {
	a := full(t)
	op := loadDocument(t, a).Paths.Value("/api/v1/views/{view_id}").Patch
	got := map[string][]string{}
	for status, r := range op.Responses.Map() {
		if status != "200" {
			for code := range r.Value.Content["application/json"].Examples {
				got[status] = append(got[status], code)
			}
			slices.Sort(got[status])
		}
	}
	want := map[string][]string{
		"400": {"request.malformed"}, "401": {"auth.unauthenticated"}, "402": {"package.limit"},
		"403": {"auth.forbidden", "auth.must_change_password", "auth.wrong_audience"}, "404": {"booking.not_found"},
		"409": {"appointment.slot_taken", "idempotency.in_progress"}, "413": {"request.too_large"},
		"415": {"request.content_type"}, "422": {"idempotency.key", "idempotency.reused", "request.invalid"},
		"429": {"request.rate_limited"}, "500": {"internal"}, "503": {"request.timeout"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	// The example is what is answered, but for the request id.
	example, err := json.Marshal(op.Responses.Value("401").Value.Content["application/json"].Examples["auth.unauthenticated"].Value.Value)
	if err != nil {
		t.Fatal(err)
	}
	answer := call{method: "PATCH", path: "/api/v1/views/x"}.to(t, a)
	var documented map[string]any
	if err := json.Unmarshal(example, &documented); err != nil {
		t.Fatal(err)
	}
	delete(documented, "request_id")
	text, _ := json.Marshal(documented)
	answer.want(t, 401, string(text))
}

func TestSecurityAndPermissions(t *testing.T) {
	doc := loadDocument(t, full(t))
	type facts struct {
		Audience, Permission any
		Schemes              []string
	}
	for path, want := range map[string]facts{
		"/api/v1/who/staff":    {"staff", "tenant.write", []string{"staffBearer"}},
		"/api/v1/who/customer": {"customer", nil, []string{"customerBearer"}},
		"/api/v1/who/either":   {"either", "tenant.write", []string{"staffBearer", "customerBearer"}},
		"/api/v1/who/public":   {"public", nil, nil},
	} {
		op := doc.Paths.Value(path).Get
		got := facts{op.Extensions["x-audience"], op.Extensions["x-permission"], nil}
		for _, s := range *op.Security {
			for name := range s {
				got.Schemes = append(got.Schemes, name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestSchemas(t *testing.T) {
	doc := loadDocument(t, full(t))
	var names []string
	for name := range doc.Components.Schemas {
		names = append(names, name)
	}
	for _, want := range []string{"ApiTestView", "ListApiTestView", "Error", "GuestError"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s in %v", want, names)
		}
	}
	body := doc.Paths.Value("/api/v1/views/{view_id}").Patch.RequestBody.Value.Content["application/json"].Schema.Value
	if nick := body.Properties["nick"].Value; !nick.Nullable || !nick.Type.Is("string") || *nick.MaxLength != 30 {
		t.Errorf("nick: %+v", nick)
	}
	if home := body.Properties["home"].Value; !home.Nullable || !home.Type.Is("object") || home.Properties["city"] == nil {
		t.Errorf("home: %+v", home)
	}
	if price := body.Properties["price"].Value; len(price.AnyOf) != 2 {
		t.Errorf("price: %+v", price)
	}
	if allowed := body.AdditionalProperties.Has; allowed == nil || *allowed {
		t.Error("unknown fields must be documented as refused")
	}
	guest := doc.Paths.Value("/api/v1/bookings/type/{type}").Post.RequestBody.Value
	if allowed := guest.Content["application/json"].Schema.Value.AdditionalProperties.Has; allowed == nil || !*allowed || len(guest.Content) != 1 {
		t.Error("unknown fields must be documented as ignored on the guest API")
	}
	if doc.Paths.Value("/api/v1/bookings/{id}/verify").Put.RequestBody.Value.Required || !guest.Required {
		t.Error("only the body of verify is optional")
	}
}

func TestAliasesAreDeprecated(t *testing.T) {
	doc := loadDocument(t, full(t))
	op, alias := doc.Paths.Value("/api/v1/views/{view_id}").Patch, doc.Paths.Value("/api/v1/old-views/{view_id}").Patch
	if op.Deprecated || !alias.Deprecated || alias.OperationID != "change-view-alias-1" {
		t.Errorf("%v %v %s", op.Deprecated, alias.Deprecated, alias.OperationID)
	}
}

func TestDocumentIsServedOnce(t *testing.T) {
	a := full(t)
	for _, path := range []string{"/openapi.json", "/openapi-3.0.json"} {
		first := call{method: "GET", path: path}.to(t, a)
		etag := first.header.Get("ETag")
		if first.status != 200 || etag == "" || first.header.Get("Content-Type") != "application/json" {
			t.Errorf("%d %v", first.status, first.header)
		}
		again := call{method: "GET", path: path, header: map[string]string{"If-None-Match": etag}}.to(t, a)
		if again.status != 304 || again.body != "" {
			t.Errorf("%d %d bytes", again.status, len(again.body))
		}
	}
	yaml, err := a.OpenAPI()
	if err != nil || !strings.Contains(string(yaml), "openapi: \"3.1.0\"") && !strings.Contains(string(yaml), "openapi: 3.1.0") {
		t.Errorf("%v\n%.200s", err, yaml)
	}
	same, err := full(t).OpenAPI()
	if err != nil || string(same) != string(yaml) {
		t.Error("the document differs from one run to the next")
	}
}

func TestTables(t *testing.T) {
	a := full(t)
	i := slices.IndexFunc(a.Faults(), func(r api.FaultRow) bool { return r.Code == "booking.not_found" })
	want := api.FaultRow{Code: "booking.not_found", Status: 404, Message: "Booking not found", Operations: []string{"change-view", "guest-book"}}
	if diff := cmp.Diff(want, a.Faults()[i]); diff != "" {
		t.Error(diff)
	}
	rows := a.Permissions()
	for _, path := range []string{"/api/v1/views/{view_id}", "/api/v1/old-views/{view_id}"} {
		i = slices.IndexFunc(rows, func(r api.PermissionRow) bool { return r.ID == "change-view" && r.Path == path })
		if i < 0 {
			t.Errorf("the permission table lacks %s", path)
			continue
		}
		wantRow := api.PermissionRow{
			Method: "PATCH", Path: path, ID: "change-view", Tag: "Views", Audience: api.ForStaff,
			Requirement: access.ServicesWrite, Roles: access.ServicesWrite.Roles(),
		}
		if diff := cmp.Diff(wantRow, rows[i]); diff != "" {
			t.Error(diff)
		}
	}
}
