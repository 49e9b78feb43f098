package customers_test

import (
	"testing"

	"reserva/internal/people/customers"
)

func TestTier(t *testing.T) {
	for points, want := range map[int64]string{
		0: "basic", 99: "basic", 100: "silver", 499: "silver", 500: "gold", 999: "gold", 1000: "platinum", 1 << 40: "platinum",
	} {
		if got := customers.Tier(points); got != want {
			t.Errorf("Tier(%d) = %s, want %s", points, got, want)
		}
	}
}

func TestProfile(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email).text("access_token")
	profile := s.call("GET", "/customers/profile", me, nil).want(200)
	if profile.get("membership_tier") != "basic" || profile.get("total_appointments") != 0.0 || profile.get("last_appointment_date") != nil ||
		profile.get("preferences", "language") != "en" || profile.get("preferences", "timezone") != "Asia/Jakarta" ||
		profile.get("preferences", "communication_preferences", "email") != true {
		t.Errorf("profile %v", profile.body)
	}
	for _, hidden := range []string{"notes", "tags", "password_hash"} {
		if _, shown := profile.body[hidden]; shown {
			t.Errorf("a customer sees %s", hidden)
		}
	}

	changed := s.call("PUT", "/customers/profile", me, m{
		"first_name": "Mia", "phone": "0812 3456 789", "date_of_birth": "1990-02-28", "gender": "female",
		"preferences": m{"language": "id-ID", "timezone": "Asia/Makassar", "communication_preferences": m{"whatsapp": true}, "marketing_consent": true},
	}).want(200)
	if changed.get("first_name") != "Mia" || changed.get("last_name") != "Hart" || changed.get("phone") != "+628123456789" ||
		changed.get("date_of_birth") != "1990-02-28" || changed.get("phone_verified") != false ||
		changed.get("preferences", "communication_preferences", "whatsapp") != true ||
		changed.get("preferences", "communication_preferences", "sms") != true || changed.get("preferences", "marketing_consent") != true {
		t.Errorf("profile %v", changed.body)
	}
	cleared := s.call("PUT", "/customers/profile", me, m{"phone": nil, "gender": nil, "date_of_birth": nil}).want(200)
	if cleared.get("phone") != nil || cleared.get("gender") != nil || cleared.get("date_of_birth") != nil || cleared.get("first_name") != "Mia" {
		t.Errorf("profile %v", cleared.body)
	}
}

func TestProfileRefusals(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email).text("access_token")
	s.call("POST", "/customers", s.as("tenant_admin"), m{"first_name": "Otto", "phone": "+628123456789"}).want(201)
	const absent = "0123456789abcdef01234567"
	for name, c := range map[string]struct {
		body   m
		status int
	}{
		"own e-mail":       {m{"email": "new@example.com"}, 422},
		"empty name":       {m{"first_name": " "}, 422},
		"null name":        {m{"last_name": nil}, 422},
		"unknown gender":   {m{"gender": "x"}, 422},
		"born tomorrow":    {m{"date_of_birth": "2026-03-03"}, 422},
		"no such date":     {m{"date_of_birth": "2026-02-30"}, 422},
		"taken phone":      {m{"phone": "+628123456789"}, 409},
		"bad language":     {m{"preferences": m{"language": "english please"}}, 422},
		"bad zone":         {m{"preferences": m{"timezone": "Mars/Olympus"}}, 422},
		"malformed id":     {m{"preferences": m{"preferred_outlet_id": "x"}}, 422},
		"absent outlet":    {m{"preferences": m{"preferred_outlet_id": absent}}, 404},
		"absent staff":     {m{"preferences": m{"preferred_staff_ids": []string{absent}}}, 404},
		"absent service":   {m{"preferences": m{"preferred_services": []string{absent}}}, 404},
		"unknown setting":  {m{"preferences": m{"colour": "red"}}, 422},
		"points of my own": {m{"loyalty_points": 100000}, 422},
	} {
		if got := s.call("PUT", "/customers/profile", me, c.body); got.status != c.status {
			t.Errorf("%s: %d %v, want %d", name, got.status, got.body, c.status)
		}
	}
}

func TestPreferencesNameTheTenantsOwn(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email).text("access_token")
	own, foreign := s.outlet(), ""
	mine := s.tenant
	s.tenant, _ = s.business()
	foreign = s.outlet()
	s.tenant = mine
	got := s.call("PUT", "/customers/profile/preferences", me, m{"preferred_outlet_id": own}).want(200)
	if got.get("preferred_outlet_id") != own {
		t.Errorf("preferences %v", got.body)
	}
	s.call("PUT", "/customers/profile/preferences", me, m{"preferred_outlet_id": foreign}).want(404, "customer.preference_unknown")
	got = s.call("PUT", "/customers/profile/preferences", me, m{"preferred_outlet_id": nil, "language": "de"}).want(200)
	if got.get("preferred_outlet_id") != nil || got.get("language") != "de" {
		t.Errorf("preferences %v", got.body)
	}
}

func TestConsent(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email).text("access_token")
	first := s.call("GET", "/customers/profile/consent", me, nil).want(200)
	if first.get("version") != 0.0 || first.get("marketing") != false || first.get("data_processing") != true {
		t.Errorf("consent %v", first.body)
	}
	answer := m{"marketing": true, "data_processing": true, "analytics": true}
	given := s.call("PUT", "/customers/profile/consent", me, answer).want(200)
	if given.get("version") != 1.0 || given.get("updated_at") == nil {
		t.Errorf("consent %v", given.body)
	}
	answer["analytics"] = false
	s.call("PUT", "/customers/profile/consent", me, answer).want(200)
	last := s.call("GET", "/customers/profile/consent", me, nil).want(200)
	if last.get("version") != 2.0 || last.get("marketing") != true || last.get("analytics") != false {
		t.Errorf("consent %v", last.body)
	}
	answer["data_processing"] = false
	s.call("PUT", "/customers/profile/consent", me, answer).want(409, "customer.consent_required")
	profile := s.call("GET", "/customers/profile", me, nil).want(200)
	if profile.get("preferences", "marketing_consent") != true {
		t.Errorf("profile %v", profile.body)
	}
}
