package card_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/card"
)

func write(t *testing.T, c card.Card) (header func(string) string, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := card.Write(w, 201, c); err != nil {
		t.Fatal(err)
	}
	if w.Code != 201 {
		t.Errorf("status %d", w.Code)
	}
	return w.Header().Get, w.Body.String()
}

// The policy lets in the page's own style and nothing else, and forms where there is one.
func TestPolicy(t *testing.T) {
	t.Parallel()
	for form, buttons := range map[string][]card.Button{"form-action 'none'": nil, "form-action 'self'": {{Label: "Yes"}}} {
		header, body := write(t, card.Card{Title: "T", Buttons: buttons})
		_, rest, _ := strings.Cut(body, "<style>")
		style, _, found := strings.Cut(rest, "</style>")
		sum := sha256.Sum256([]byte(style))
		policy := header("Content-Security-Policy")
		if !found || !strings.Contains(policy, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") ||
			!strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, form) {
			t.Errorf("%q for %d bytes of style", policy, len(style))
		}
		if header("Cache-Control") != "no-store" || header("Referrer-Policy") != "no-referrer" || header("X-Robots-Tag") != "noindex" {
			t.Error("the page may be kept or found")
		}
		if strings.Contains(body, "<form") != (buttons != nil) {
			t.Error(body)
		}
	}
}

// What people typed is shown as they typed it.
func TestTextsArePlain(t *testing.T) {
	t.Parallel()
	const hostile = `</title><script>alert(1)</script>"&`
	_, body := write(t, card.Card{
		Title: hostile, Text: hostile, Note: hostile, Buttons: []card.Button{{Label: hostile, Value: hostile}, {Label: "plain"}},
		Visit: &card.Visit{What: hostile, When: hostile, Zone: hostile, Where: hostile, Price: hostile},
	})
	if strings.Contains(body, "<script") || strings.Count(body, "&lt;script&gt;") != 11 {
		t.Error(body)
	}
	if strings.Count(body, `name="answer"`) != 1 {
		t.Errorf("a button without a value has a name: %s", body)
	}
	if _, body := write(t, card.Card{Visit: &card.Visit{What: "x"}}); strings.Contains(body, "Price") {
		t.Error("a price that is not shown")
	}
}

func TestDay(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"Asia/Jakarta": "Monday, 2 March 2026, 06:30", "UTC": "Sunday, 1 March 2026, 23:30", "nowhere": "Sunday, 1 March 2026, 23:30",
	} {
		if got := card.Day(at, zone); got != want {
			t.Errorf("%s: %s", zone, got)
		}
	}
}
