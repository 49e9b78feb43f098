package tenants_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

// rotated returns keys with a new generation in front, and that generation alone.
func rotated(t *testing.T, old *token.Keys) (both, newest *token.Keys) {
	t.Helper()
	newest, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	var files [2]struct {
		Keys []json.RawMessage `json:"keys"`
	}
	for i, k := range []*token.Keys{newest, old} {
		data, err := k.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &files[i]); err != nil {
			t.Fatal(err)
		}
	}
	files[0].Keys = append(files[0].Keys, files[1].Keys...)
	data, err := json.Marshal(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if both, err = token.ParseKeys(data); err != nil {
		t.Fatal(err)
	}
	return both, newest
}

// with is the operations under other keys.
func (w *world) with(keys *token.Keys) *tenants.Operations {
	return tenants.New(w.db, tenants.Config{Keys: keys, Plans: subscriptions.Terms{}})
}

// opened reads the secret of the account in use.
func opened(t *testing.T, tx *db.Tx, keys *token.Keys) (string, error) {
	own := tenants.QueueGateways(tx)
	if err := tx.Flush(t.Context()); err != nil {
		return "", err
	}
	credentials, err := tenants.OpenGateway(t.Context(), tx, keys, own.Rows[0].ID)
	return credentials.ClientSecret, err
}

// Accounts at both providers stand beside each other.
func TestOwnMayaAccount(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	admin := "admin@" + slug
	path, paper := "/tenants/"+string(tenant)+"/maya-config", "/tenants/"+string(tenant)+"/paper-id-config"
	w.wantCode("GET", path, admin, nil, 404, "tenant.no_maya")
	w.wantCode("DELETE", path, admin, nil, 404, "tenant.no_maya")
	w.call("PUT", paper, admin, object{"client_id": "own", "client_secret": "s3cret-1"}, 200)
	for name, body := range map[string]object{
		"no key":               {},
		"no secret":            {"public_key": "pk-1"},
		"the wrong way around": {"public_key": "sk-1", "secret_key": "pk-1"},
		"names of the other":   {"client_id": "pk-1", "client_secret": "sk-1"},
	} {
		if answer, _ := w.call("PUT", path, admin, body, 422); answer["code"] != "request.invalid" {
			t.Errorf("%s: %v", name, answer)
		}
	}
	first, _ := w.call("PUT", path, admin, object{"public_key": "pk-1", "secret_key": "sk-s3cret"}, 200)
	if text, _ := json.Marshal(first); strings.Contains(string(text), "s3cret") {
		t.Errorf("the answer holds the secret: %s", text)
	}
	if first["callback_url"] != "https://book.example.com/api/v1/maya/webhook/tenant/"+string(tenant) {
		t.Errorf("callback_url %v", first["callback_url"])
	}
	w.call("PUT", path, admin, object{"public_key": "pk-2"}, 422) // another account needs its own secret
	w.call("PUT", path, admin, object{"public_key": "pk-2", "secret_key": "sk-2"}, 200)
	w.call("DELETE", path, admin, nil, 200)
	read, _ := w.call("GET", path, admin, nil, 200)
	if read["public_key"] != "pk-2" || read["enabled"] != false {
		t.Errorf("after DELETE: %v", read)
	}
	if other, _ := w.call("GET", paper, admin, nil, 200); other["client_id"] != "own" || other["enabled"] != true {
		t.Errorf("the Paper.id account changed: %v", other)
	}
	w.wantCode("PUT", path, "manager@"+slug, object{"public_key": "pk-3", "secret_key": "sk-3"}, 403, "auth.forbidden")
	_, otherSlug := w.tenant()
	w.wantCode("GET", path, "admin@"+otherSlug, nil, 403, "tenant.other")
}

func TestOwnPaymentAccount(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, otherSlug := w.tenant()
	path := "/tenants/" + string(tenant) + "/paper-id-config"
	w.wantCode("GET", path, "admin@"+slug, nil, 404, "tenant.no_gateway")
	w.wantCode("DELETE", path, "admin@"+slug, nil, 404, "tenant.no_gateway")

	set := func(body object, want string) {
		t.Helper()
		answer, _ := w.call("PUT", path, "admin@"+slug, body, 200)
		read, _ := w.call("GET", path, "admin@"+slug, nil, 200)
		for _, a := range []object{answer, read} {
			text, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "secret") || strings.Contains(string(text), "s3cret") {
				t.Errorf("an answer holds the secret: %s", text)
			}
			got, _ := json.Marshal([]any{a["client_id"], a["is_production"], a["enabled"]})
			if string(got) != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		if url := read["callback_url"]; url != "https://book.example.com/api/v1/webhooks/paper-invoice/tenant/"+string(tenant) {
			t.Errorf("callback_url %v", url)
		}
	}
	set(object{"client_id": "own", "client_secret": "s3cret-1"}, `["own",false,true]`)
	set(object{"enabled": false}, `["own",false,false]`)
	set(object{"client_id": "own", "is_production": false, "enabled": true}, `["own",false,true]`) // as a client sends it back
	set(object{"client_secret": "s3cret-2"}, `["own",false,true]`)
	set(object{"is_production": true, "client_secret": "s3cret-3"}, `["own",true,true]`)
	w.call("DELETE", path, "admin@"+slug, nil, 200)
	read, _ := w.call("GET", path, "admin@"+slug, nil, 200)
	if read["enabled"] != false {
		t.Errorf("after DELETE: %v", read)
	}
	set(object{"enabled": true}, `["own",true,true]`)

	for name, body := range map[string]object{
		"another client":      {"client_id": "other"},
		"another environment": {"is_production": false},
		"spaces":              {"client_secret": "two words"},
		"a line":              {"client_id": "a\nb", "client_secret": "x"},
		"an unknown member":   {"client_key": "x"},
	} {
		if answer, _ := w.call("PUT", path, "admin@"+slug, body, 422); answer["code"] != "request.invalid" {
			t.Errorf("%s: %v", name, answer)
		}
	}
	w.call("PUT", "/tenants/"+string(other)+"/paper-id-config", "admin@"+otherSlug, object{"client_id": "x"}, 422)
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		var body any
		if method == "PUT" {
			body = object{"client_id": "mine", "client_secret": "mine"}
		}
		w.wantCode(method, path, "admin@"+otherSlug, body, 403, "tenant.other")
		w.wantCode(method, path, "manager@"+slug, body, 403, "auth.forbidden")
		w.wantCode(method, "/tenants/"+string(id.New())+"/paper-id-config", "super@"+slug, body, 404, "tenant.not_found")
	}

	// At rest: sealed, in its own row only, and in no audit entry.
	rows, err := testkit.Superuser(t).Query(t.Context(), `SELECT client_secret FROM tenant_gateways WHERE tenant_id = $1`, tenant)
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for rows.Next() {
		var sealed []byte
		if err := rows.Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		kept++
		if bytes.Contains(sealed, []byte("s3cret")) || strings.Contains(base64.StdEncoding.EncodeToString(sealed), "czNjcmV0") {
			t.Error("a secret is stored as it is")
		}
	}
	if kept != 2 {
		t.Errorf("%d accounts are kept, want the first and the production one", kept)
	}
	var audited int
	if err := testkit.Superuser(t).QueryRow(t.Context(), `
		SELECT count(*) FROM audit_log
		WHERE tenant_id = $1 AND (old::text LIKE '%s3cret%' OR new::text LIKE '%s3cret%')`, tenant).Scan(&audited); err != nil || audited != 0 {
		t.Errorf("%d audit entries hold a secret: %v", audited, err)
	}
}

func TestASecretOpensInItsOwnRowOnly(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	thief, thiefSlug := w.tenant()
	w.call("PUT", "/tenants/"+string(tenant)+"/paper-id-config", "admin@"+slug, object{"client_id": "own", "client_secret": "s3cret"}, 200)
	w.call("PUT", "/tenants/"+string(thief)+"/paper-id-config", "admin@"+thiefSlug, object{"client_id": "own", "client_secret": "mine"}, 200)
	w.exec(`UPDATE tenant_gateways SET client_secret = (SELECT client_secret FROM tenant_gateways WHERE tenant_id = $1) WHERE tenant_id = $2`, tenant, thief)
	err := w.db.View(t.Context(), thief, func(tx *db.Tx) error {
		secret, err := opened(t, tx, w.keys)
		if err == nil {
			t.Errorf("the secret of another business opened: %q", secret)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Two administrators who set the account at once leave one account in use.
func TestOneAccountIsInUse(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	var work sync.WaitGroup
	for _, client := range []string{"a", "b", "c", "d"} {
		work.Go(func() {
			w.call("PUT", "/tenants/"+string(tenant)+"/paper-id-config", "admin@"+slug, object{"client_id": client, "client_secret": "x"}, 200)
		})
	}
	work.Wait()
	var inUse, all int
	if err := testkit.Superuser(t).QueryRow(t.Context(), `
		SELECT count(*) FILTER (WHERE enabled AND retired_at IS NULL), count(*)
		FROM tenant_gateways WHERE tenant_id = $1`, tenant).Scan(&inUse, &all); err != nil || inUse != 1 || all != 4 {
		t.Errorf("%d of %d in use: %v", inUse, all, err)
	}
}
