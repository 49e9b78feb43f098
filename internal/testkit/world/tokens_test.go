package world_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Tokens that were not signed here, for this audience, for now, open nothing: every
// seventh endpoint of each audience is tried with each of them.
func TestTokensThatOpenNothing(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	staff, customer := s.mine.Admin, s.mine.Customer.Token
	for audience, forged := range map[string]map[string]string{
		"staff":    forge(s.World, string(staff), string(customer)),
		"customer": forge(s.World, string(customer), string(staff)),
	} {
		tried := 0
		var endpoints []world.Operation
		for _, o := range s.Operations {
			if o.Audience == audience || o.Audience == "either" {
				endpoints = append(endpoints, o)
			}
		}
		for n, o := range endpoints {
			if n%7 != 0 {
				continue
			}
			for kind, token := range forged {
				a := s.Send(testkit.Request{As: testkit.Token(token), Method: o.Method, Path: path(o, s.mine.ids), Body: orNil(sample(o, s.mine.ids))})
				if a.Status != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("%s with a token %s: status %d: %s", o, kind, a.Status, a.Body)
				}
				if len(token) > 20 && strings.Contains(string(a.Body), token[:20]) {
					t.Errorf("%s with a token %s: the answer repeats it: %s", o, kind, a.Body)
				}
				tried++
			}
		}
		if tried < 100 {
			t.Errorf("%s: only %d tokens were tried", audience, tried)
		}
	}
	s.Do(staff, "GET", "/auth/me", nil, http.StatusOK)
	s.Do(customer, "GET", "/customer/auth/me", nil, http.StatusOK)
}

// forge makes tokens of a good one; other is a good one of the other audience.
func forge(w *testkit.World, good, other string) map[string]string {
	w.Helper()
	parts := strings.Split(good, ".")
	header, claims := decode(w, parts[0]), decode(w, parts[1])
	now := w.Clock.Now()
	signed := func(change jwt.MapClaims) string {
		changed := jwt.MapClaims(maps.Clone(claims))
		maps.Copy(changed, change)
		token, err := w.Tokens.Sign(changed)
		if err != nil {
			w.Fatal(err)
		}
		return token
	}
	headed := func(change testkit.Object) string {
		changed := maps.Clone(header)
		maps.Copy(changed, change)
		return encode(w, changed) + "." + parts[1]
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	own := func(text string) string {
		return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
	}
	jwk := testkit.Object{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(public)}
	raised := maps.Clone(claims)
	raised["role"], raised["is_super_admin"] = "super_admin", true
	otherClaims := decode(w, strings.Split(other, ".")[1])
	forged := map[string]string{
		"that has expired":            signed(jwt.MapClaims{"exp": float64(now.Unix())}),
		"that is not valid yet":       signed(jwt.MapClaims{"nbf": float64(now.Add(time.Hour).Unix())}),
		"of a choice":                 signed(jwt.MapClaims{"aud": fmt.Sprint(claims["aud"], "-selection")}),
		"of nobody's audience":        signed(jwt.MapClaims{"aud": "everybody"}),
		"for refreshing":              signed(jwt.MapClaims{"type": "refresh"}),
		"of no type":                  signed(jwt.MapClaims{"type": nil}),
		"of another login":            signed(jwt.MapClaims{"sid": "0123456789abcdef01234567"}),
		"of no login":                 signed(jwt.MapClaims{"sid": nil}),
		"of another person":           signed(jwt.MapClaims{"sub": "0123456789abcdef01234567"}),
		"of the other's subject":      signed(jwt.MapClaims{"sub": otherClaims["sub"]}),
		"of another tenant":           signed(jwt.MapClaims{"tenant_id": "0123456789abcdef01234567"}),
		"of no tenant":                signed(jwt.MapClaims{"tenant_id": ""}),
		"of a tenant that is SQL":     signed(jwt.MapClaims{"tenant_id": "' OR '1'='1"}),
		"with another payload":        parts[0] + "." + encode(w, raised) + "." + parts[2],
		"with another's payload":      parts[0] + "." + strings.Split(other, ".")[1] + "." + parts[2],
		"without a signature":         parts[0] + "." + parts[1] + ".",
		"of two parts":                parts[0] + "." + parts[1],
		"of four parts":               good + "." + parts[2],
		"signed by another key":       own(parts[0] + "." + parts[1]),
		"that brings its key along":   own(headed(testkit.Object{"jwk": jwk})),
		"that says where its key is":  own(headed(testkit.Object{"jku": "https://evil.example/jwks.json", "x5u": "https://evil.example/cert"})),
		"of an unknown key":           own(headed(testkit.Object{"kid": "deadbeef"})),
		"of no key":                   own(headed(testkit.Object{"kid": nil})),
		"of a key that is a path":     own(headed(testkit.Object{"kid": "../../../../dev/null"})),
		"of a key that is SQL":        own(headed(testkit.Object{"kid": "x' UNION SELECT 'k"})),
		"of a key that is a list":     own(headed(testkit.Object{"kid": []any{header["kid"]}})),
		"with a critical extension":   own(headed(testkit.Object{"crit": []any{"exp"}})),
		"that is very long":           good + strings.Repeat("A", 1<<16),
		"with a very long payload":    parts[0] + "." + strings.Repeat(parts[1], 200) + "." + parts[2],
		"that is nonsense":            "nonsense",
		"that is three times nothing": "..",
		"with a NUL":                  good[:20] + "\x00" + good[20:],
		"in upper case":               strings.ToUpper(good),
	}
	for _, none := range []string{"none", "None", "NONE", "", "nOnE"} {
		forged["of the algorithm "+none] = headed(testkit.Object{"alg": none}) + "."
		forged["of the algorithm "+none+" that keeps the signature"] = headed(testkit.Object{"alg": none}) + "." + parts[2]
	}
	for kind, secret := range publicKeys(w, header["kid"]) {
		for algorithm, hash := range map[string]func() hash.Hash{"HS256": sha256.New, "HS512": sha512.New} {
			text := headed(testkit.Object{"alg": algorithm})
			mac := hmac.New(hash, secret)
			mac.Write([]byte(text))
			forged["of "+algorithm+" under the public key as "+kind] = text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
		}
	}
	return forged
}

// publicKeys are the ways in which the published key could be taken for a shared secret.
func publicKeys(w *testkit.World, kid any) map[string][]byte {
	w.Helper()
	set := w.Send(testkit.Request{Method: "GET", Path: "//.well-known/jwks.json"})
	var published struct{ Keys []map[string]any }
	set.Into(&published)
	for _, key := range published.Keys {
		if key["kid"] != kid {
			continue
		}
		if key["d"] != nil {
			w.Errorf("the published keys hold a private one: %v", key)
		}
		x, _ := key["x"].(string)
		raw, err := base64.RawURLEncoding.DecodeString(x)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			w.Fatalf("published key %v: %v", key, err)
		}
		return map[string][]byte{
			"bytes": raw, "text": []byte(x), "JSON": set.Body,
			"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}),
		}
	}
	w.Fatalf("the key %v of a token is not published: %s", kid, set.Body)
	return nil
}

func decode(w *testkit.World, part string) testkit.Object {
	w.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		w.Fatal(err)
	}
	var object testkit.Object
	if err := json.Unmarshal(text, &object); err != nil {
		w.Fatal(err)
	}
	return object
}

func encode(w *testkit.World, object testkit.Object) string {
	w.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		w.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// A token is sent once, in one header, as RFC 6750 says; whatever else could be taken
// for one opens nothing.
func TestTokensComeInOneHeader(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	good := string(salon.Admin)
	for name, values := range map[string][]string{
		"twice":                {"Bearer " + good, "Bearer " + good},
		"a bad one first":      {"Bearer nonsense", "Bearer " + good},
		"a bad one last":       {"Bearer " + good, "Bearer nonsense"},
		"another scheme":       {"Basic " + good},
		"no scheme":            {good},
		"a scheme alone":       {"Bearer"},
		"two in one":           {"Bearer " + good + " " + good},
		"with a comma":         {"Bearer " + good + ", Bearer " + good},
		"a customer's as well": {"Bearer " + good, "Bearer " + string(salon.Customer.Token)},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/auth/me", nil)
		r.Header["Authorization"] = values
		answer := httptest.NewRecorder()
		w.Handler.ServeHTTP(answer, r)
		if answer.Code != http.StatusUnauthorized {
			t.Errorf("%s: status %d: %s", name, answer.Code, answer.Body)
		}
	}
	for _, path := range []string{"/auth/me?access_token=" + good, "/auth/me?token=" + good} {
		if a := w.Send(testkit.Request{Method: "GET", Path: path, Header: testkit.Object{"Cookie": "access_token=" + good}}); a.Status != http.StatusUnauthorized {
			t.Errorf("a token in the query or a cookie: status %d: %s", a.Status, a.Body)
		}
	}
}

// Refresh tokens and access tokens are not each other, nor the other audience's.
func TestRefreshTokensAreForRefreshing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	staff := w.JSON("", "POST", "/auth/login", testkit.Object{"email": salon.Email, "password": testkit.Password, "tenant_slug": salon.Slug})
	customer := w.JSON("", "POST", "/customer/auth/login",
		testkit.Object{"email": salon.Customer.Email, "password": testkit.Password, "tenant_slug": salon.Slug})
	for _, c := range []struct {
		path   string
		tokens map[string]string
	}{
		{"/auth/refresh", map[string]string{"access": staff.Text("access_token"), "customer's": customer.Text("refresh_token")}},
		{"/customer/auth/refresh", map[string]string{"access": customer.Text("access_token"), "staff's": staff.Text("refresh_token")}},
	} {
		for name, token := range c.tokens {
			if a := w.Send(testkit.Request{Method: "POST", Path: c.path, Body: testkit.Object{"refresh_token": token}}); a.Status/100 != 4 {
				t.Errorf("%s with the %s token: status %d: %s", c.path, name, a.Status, a.Body)
			}
		}
	}
	for path, token := range map[string]string{"/auth/me": staff.Text("refresh_token"), "/customer/auth/me": customer.Text("refresh_token")} {
		if a := w.Send(testkit.Request{As: testkit.Token(token), Method: "GET", Path: path}); a.Status != http.StatusUnauthorized {
			t.Errorf("%s with a refresh token: status %d: %s", path, a.Status, a.Body)
		}
	}
	// None of that has ended anything.
	w.Do("", "POST", "/auth/refresh", testkit.Object{"refresh_token": staff.Text("refresh_token")}, http.StatusOK)
	w.Do("", "POST", "/customer/auth/refresh", testkit.Object{"refresh_token": customer.Text("refresh_token")}, http.StatusOK)
}

// Of refreshes at once exactly one wins, and the family dies, since nobody can say which
// of them was the thief's.
func TestARefreshTokenIsSpentOnce(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	for _, c := range []struct{ prefix, email, me string }{
		{"/auth", salon.Email, "/auth/me"},
		{"/customer/auth", salon.Customer.Email, "/customer/auth/me"},
	} {
		login := w.JSON("", "POST", c.prefix+"/login", testkit.Object{"email": c.email, "password": testkit.Password, "tenant_slug": salon.Slug})
		answers := make(chan testkit.Answer)
		const twins = 6
		for range twins {
			go func() {
				answers <- w.Send(testkit.Request{
					Method: "POST", Path: c.prefix + "/refresh", Body: testkit.Object{"refresh_token": login.Text("refresh_token")},
				})
			}()
		}
		var won []testkit.Answer
		for range twins {
			if a := <-answers; a.Status == http.StatusOK {
				won = append(won, a)
			}
		}
		if len(won) != 1 {
			t.Fatalf("%s: %d of %d refreshes won", c.prefix, len(won), twins)
		}
		w.Do("", "POST", c.prefix+"/refresh", testkit.Object{"refresh_token": won[0].Text("refresh_token")}, http.StatusUnauthorized)
		w.Do(testkit.Token(won[0].Text("access_token")), "GET", c.me, nil, http.StatusUnauthorized)
		w.Do(testkit.Token(login.Text("access_token")), "GET", c.me, nil, http.StatusUnauthorized)
	}
}

// Whoever may not sign in any more is out at once, with whatever was handed out before.
func TestTokensOfThoseWhoAreGone(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	root := salon.Member(access.SuperAdmin)
	member := salon.Member(access.Receptionist, salon.Outlet)
	left := salon.Member(access.Receptionist, salon.Outlet)
	gone := salon.Tenant.Customer()
	logout := salon.SignIn(salon.Email)

	w.Do(logout, "POST", "/auth/logout", nil, http.StatusOK)
	w.JSON(salon.Admin, "POST", "/users/"+string(member.ID)+"/deactivate", nil)
	w.JSON(salon.Admin, "DELETE", "/users/"+string(left.ID), nil)
	w.JSON(salon.Admin, "DELETE", "/customers/"+string(gone.ID), nil)
	for name, token := range map[string]testkit.Token{"signed out": logout, "deactivated": member.Token, "removed": left.Token} {
		if a := w.Send(testkit.Request{As: token, Method: "GET", Path: "/auth/me"}); a.Status != http.StatusUnauthorized {
			t.Errorf("a user who was %s: status %d: %s", name, a.Status, a.Body)
		}
	}
	w.Do(gone.Token, "GET", "/customer/auth/me", nil, http.StatusUnauthorized)

	w.JSON(root.Token, "POST", "/tenants/"+string(salon.ID)+"/deactivate", nil)
	w.Do(salon.Admin, "GET", "/auth/me", nil, http.StatusUnauthorized)
	w.Do(salon.Customer.Token, "GET", "/customer/auth/me", nil, http.StatusUnauthorized)
}
