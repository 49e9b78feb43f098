package app_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"reserva/internal/config"
)

func TestSigningKeysArePublished(t *testing.T) {
	t.Parallel()
	a := build(t, config.Flags{})
	w := httptest.NewRecorder()
	a.API.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/.well-known/jwks.json", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"crv":"Ed25519"`) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}
