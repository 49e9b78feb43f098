package api_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func TestWhatOperationsHaveInCommonIsSaidOnce(t *testing.T) {
	doc := loadDocument(t, full(t))
	change := doc.Paths.Value("/api/v1/views/{view_id}").Patch
	refs := map[string]string{}
	for status, r := range change.Responses.Map() {
		refs[status] = r.Ref
	}
	const responses = "#/components/responses/"
	want := map[string]string{
		"200": "", "403": "", "409": "", "422": "", // of several codes
		"400": responses + "RequestMalformed", "401": responses + "AuthUnauthenticated", "402": responses + "PackageLimit",
		"404": responses + "BookingNotFound", "413": responses + "RequestTooLarge", "415": responses + "RequestContentType",
		"429": responses + "RequestRateLimited", "500": responses + "Internal", "503": responses + "RequestTimeout",
	}
	if diff := cmp.Diff(want, refs); diff != "" {
		t.Error(diff)
	}
	forbidden := change.Responses.Value("403").Value.Content["application/json"]
	if got := forbidden.Examples["auth.forbidden"].Ref; got != "#/components/examples/auth.forbidden" {
		t.Errorf("the example of auth.forbidden: %q", got)
	}
	if answer := change.Responses.Value("200").Value.Content["application/json"]; answer.Schema.Ref != "#/components/schemas/ApiTestView" ||
		answer.Examples["ApiTestView"].Ref != "#/components/examples/ApiTestView" {
		t.Errorf("the answer: %q %v", answer.Schema.Ref, answer.Examples)
	}
	if got := doc.Components.Responses["RequestRateLimited"].Value.Headers["Retry-After"].Ref; got != "#/components/headers/Retry-After" {
		t.Errorf("the header of 429: %q", got)
	}
	if got := change.Parameters.GetByInAndName("path", "view_id"); got == nil || doc.Components.Parameters["view_id"] == nil {
		t.Errorf("the path's parameter: %v", got)
	}
}

// The guest API says the same errors in another shape.
func TestFamiliesShareNoErrors(t *testing.T) {
	doc := loadDocument(t, full(t))
	guest := doc.Paths.Value("/api/v1/bookings/type/{type}").Post.Responses.Value("500")
	if guest.Ref != "#/components/responses/GuestInternal" {
		t.Errorf("guest: %q", guest.Ref)
	}
	if got := guest.Value.Content["application/json"].Schema.Ref; got != "#/components/schemas/GuestError" {
		t.Errorf("guest: %q", got)
	}
}

func TestYAMLIsTheServedDocument(t *testing.T) {
	a := full(t)
	written, err := a.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	got := call{method: "GET", path: "/openapi.json"}.to(t, a)
	if diff := cmp.Diff(members(t, []byte(got.body)), members(t, written)); diff != "" {
		t.Errorf("the JSON document and the YAML one (-json +yaml):\n%s", diff)
	}
}

// members reads a document, JSON or YAML, into maps and lists.
func members(t *testing.T, doc []byte) (out map[string]any) {
	t.Helper()
	read, err := openapi3.NewLoader().LoadFromData(doc)
	if err != nil {
		t.Fatal(err)
	}
	text, err := read.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
