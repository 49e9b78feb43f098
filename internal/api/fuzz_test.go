package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/civil"
)

// What is read as a moment can be written, is in UTC, and is read as the same again.
func FuzzInstant(f *testing.F) {
	for _, seed := range []string{
		"2026-04-01T09:15:00Z", "2026-04-01T09:15:00", "2026-04-01T09:15:00.123456789+07:00", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59",
		"2026-02-30T00:00:00Z", "", "2026-04-01", "2026-04-01T24:00:00Z", "2026-04-01T09:15:00+99:99",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var i Instant
		if err := i.UnmarshalText([]byte(text)); err != nil {
			return
		}
		if i.Location() != time.UTC || i.Year() < civil.MinYear || i.Year() > civil.MaxYear {
			t.Errorf("%q is read as %v", text, i.Time)
		}
		written, err := json.Marshal(i)
		var again Instant
		if err != nil || json.Unmarshal(written, &again) != nil || !again.Equal(i.Time) {
			t.Errorf("%q is read as %v, and written as %s, %v", text, i.Time, written, err)
		}
	})
}

// Each parameter of a path is one segment of it, and the path leads where its segments
// say.
func FuzzRouter(f *testing.F) {
	var rt router
	for _, pattern := range []string{"/staff/{id}", "/staff/{id}/skills", "/staff/me/{kind}", "/outlets/{id}/hours/{date}", "/outlets"} {
		rt.add(http.MethodGet, pattern, reserva, nil)
	}
	for _, seed := range []string{"staff/a", "staff/a%2Fb", "staff//skills", "staff/me/skills", "outlets/%00/hours/%ff", "%", "outlets/", "", "..", "staff/%2e%2e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		m := rt.find(http.MethodGet, path)
		if m.route == nil {
			return
		}
		if len(m.values) != len(m.route.names) {
			t.Fatalf("%q leads to %s with %q", path, m.route.pattern, m.values)
		}
		rebuilt := strings.TrimPrefix(m.route.pattern, "/")
		for i, name := range m.route.names {
			if m.values[i] == "" {
				t.Errorf("%q leads to %s with an empty %s", path, m.route.pattern, name)
			}
			rebuilt = strings.Replace(rebuilt, "{"+name+"}", url.PathEscape(m.values[i]), 1)
		}
		if again := rt.find(http.MethodGet, rebuilt); again.route != m.route || strings.Join(again.values, "\x00") != strings.Join(m.values, "\x00") {
			t.Errorf("%q leads to %s, and %q to %+v", path, m.route.pattern, rebuilt, again)
		}
	})
}
