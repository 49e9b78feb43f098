package tenants_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettingsAlone(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, _ := w.tenant()
	path := "/tenants/" + string(tenant) + "/settings"
	answer, _ := w.call("PUT", path, "admin@"+slug, object{
		"timezone": "Asia/Manila", "currency": "php", "language": "pt-BR", "cancellation_hours": 12, "theme_color": "#abc",
	}, 200)
	read, _ := w.call("GET", path, "admin@"+slug, nil, 200)
	if diff := cmp.Diff(answer, read); diff != "" {
		t.Errorf("the answer is not what was stored: %s", diff)
	}
	whole, _ := w.call("GET", "/tenants/"+string(tenant), "staff@"+slug, nil, 200)
	if diff := cmp.Diff(whole["settings"], any(read)); diff != "" {
		t.Errorf("the profile shows other settings: %s", diff)
	}
	for key, want := range map[string]any{"timezone": "Asia/Manila", "currency": "PHP", "language": "pt-BR", "cancellation_hours": 12.0, "booking_advance_days": 30.0} {
		if read[key] != want {
			t.Errorf("%s = %v, want %v", key, read[key], want)
		}
	}
	answer, _ = w.call("PUT", path, "admin@"+slug, object{"cancellation_hours": nil, "theme_color": nil}, 200)
	if answer["cancellation_hours"] != 24.0 || answer["theme_color"] != nil || answer["currency"] != "PHP" {
		t.Errorf("null did not bring back the defaults: %v", answer)
	}
	for _, body := range []object{
		{"unheard_of": 1}, {"timezone": "Jakarta"}, {"timezone": "Local"}, {"currency": "XYZ"}, {"currency": "RP"},
		{"language": "english"}, {"language": "xx-!!"}, {"language": "qq"}, {"cancellation_hours": 721}, {"cancellation_hours": "12"},
		{"staff_position_templates": []string{"two\nlines"}},
	} {
		w.call("PUT", path, "admin@"+slug, body, 422)
	}
	refused, _ := w.call("PUT", path, "admin@"+slug, object{"timezone": "Mars/Olympus"}, 422)
	loc := refused["detail"].([]any)[0].(object)["loc"]
	if diff := cmp.Diff([]any{"body", "timezone"}, loc); diff != "" {
		t.Errorf("the field is named wrong: %s", diff)
	}
	w.wantCode("GET", path, "manager@"+slug, nil, 403, "auth.forbidden")
	w.wantCode("PUT", "/tenants/"+string(other)+"/settings", "admin@"+slug, object{"language": "id"}, 403, "tenant.other")
	w.call("PUT", "/tenants/"+string(other)+"/settings", "super@"+slug, object{"language": "id"}, 200)
}

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, _ := w.tenant()
	categories, positions := "/tenants/"+string(tenant)+"/category-templates", "/tenants/"+string(tenant)+"/position-templates"
	list := func(method, path, as string, body any, want ...any) {
		t.Helper()
		answer, _ := w.call(method, path, as+"@"+slug, body, 200)
		if diff := cmp.Diff(object{"templates": append([]any{}, want...)}, answer); diff != "" {
			t.Error(diff)
		}
	}
	began := []string{"massage", "facial", "body_treatment", "aromatherapy"}
	list("GET", categories, "staff", nil, "massage", "facial", "body_treatment", "aromatherapy")
	list("GET", positions, "staff", nil, "Manager", "Receptionist", "Massage Therapist", "Esthetician")

	// FREE keeps what it began with, wherever it is changed.
	own := object{"templates": []string{"sauna"}}
	w.wantCode("PUT", categories, "admin@"+slug, own, 402, "plan.category_templates")
	setting := object{"service_category_templates": []string{"sauna"}}
	w.wantCode("PUT", "/tenants/"+string(tenant)+"/settings", "admin@"+slug, setting, 402, "plan.category_templates")
	w.wantCode("PUT", "/tenants/"+string(tenant), "admin@"+slug, object{"settings": setting}, 402, "plan.category_templates")
	list("PUT", categories, "admin", object{"templates": began}, "massage", "facial", "body_treatment", "aromatherapy")
	list("PUT", positions, "admin", object{"templates": []string{" Head Therapist ", "Owner", "Owner"}}, "Head Therapist", "Owner")

	w.exec(`UPDATE subscriptions SET plan = 'PRO' WHERE tenant_id = $1`, tenant)
	list("PUT", categories, "admin", object{"templates": []string{"Hot Stone", "hot-stone", "sauna"}}, "hot_stone", "sauna")
	list("GET", categories, "manager", nil, "hot_stone", "sauna")
	list("PUT", categories, "admin", object{"templates": []string{}})

	for _, none := range []string{"", " ", "&"} {
		w.call("PUT", categories, "admin@"+slug, object{"templates": []string{none}}, 422)
	}
	w.call("PUT", categories, "admin@"+slug, object{}, 422)
	w.call("PUT", positions, "admin@"+slug, object{"templates": []string{"two\nlines"}}, 422)
	w.wantCode("PUT", positions, "manager@"+slug, own, 403, "auth.forbidden")
	for _, path := range []string{"category-templates", "position-templates"} {
		w.wantCode("GET", "/tenants/"+string(other)+"/"+path, "admin@"+slug, nil, 403, "tenant.other")
		w.wantCode("PUT", "/tenants/"+string(other)+"/"+path, "admin@"+slug, own, 403, "tenant.other")
	}
}
