package customers_test

import (
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The endpoints are documented in a form that tools can read.
func TestDocument(t *testing.T) {
	s := newShop(t)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/openapi-3.0.json", nil))
	document, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	for _, path := range []string{"/customer/auth/login", "/customers/profile", "/customers/{customer_id}/appointments"} {
		if document.Paths.Find("/api/v1"+path) == nil {
			t.Errorf("%s is not documented", path)
		}
	}
}
