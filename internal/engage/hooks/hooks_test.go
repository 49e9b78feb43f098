package hooks

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
)

// The example of the Standard Webhooks reference implementations.
func TestSignatureOfTheSpecification(t *testing.T) {
	t.Parallel()
	const secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `{"test": 2432232314}`
	got, err := signature("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), body, secret)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	two, err := signature("m", time.Unix(1, 0), body, newSecret(), secret)
	alone, _ := signature("m", time.Unix(1, 0), body, secret)
	if err != nil || !strings.HasSuffix(two, " "+alone) || len(strings.Fields(two)) != 2 {
		t.Errorf("under two secrets: %s, %v", two, err)
	}
	if _, err := signature("m", time.Unix(1, 0), body, "whsec_!"); err == nil {
		t.Error("a secret that is no base64 signed")
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "::ffff:93.184.216.34": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "0.0.0.0": false, "0.1.2.3": false, "::": false,
		"10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "192.0.0.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::127.0.0.1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false,
		"2002:7f00:1::": false, "2001::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "fec0::1": false,
		"ff02::1": false, "2001:db8::1": false, "100::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address at all")
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]struct{ production, local bool }{
		"https://example.com/hooks?x=1":           {true, true},
		"https://93.184.216.34/":                  {true, true},
		"https://example.com:8443/":               {true, true},
		"http://example.com/":                     {false, true},
		"https://127.0.0.1/":                      {false, true},
		"https://[::1]/":                          {false, true},
		"https://[::ffff:10.0.0.1]/":              {false, true},
		"https://localhost/":                      {false, true},
		"https://LOCALHOST./":                     {false, true},
		"https://a.localhost/":                    {false, true},
		"https://metadata.google.internal/latest": {false, true},
		"http://localhost:8080/":                  {false, true},
		"https://u:p@example.com/":                {false, false},
		"https://example.com/#a":                  {false, false},
		"https://example.com/#":                   {false, false},
		"https:///path":                           {false, false},
		"https://example.com:0/":                  {false, false},
		"https://example.com:65536/":              {false, false},
		"https://example.com:65535/":              {true, true},
		"https://:443/":                           {false, false},
		"ftp://example.com/":                      {false, false},
		"file:///etc/passwd":                      {false, false},
		"gopher://example.com/":                   {false, false},
		"example.com/hooks":                       {false, false},
		"https://exa mple.com/":                   {false, false},
		"https://example.com/a b":                 {false, false},
		"https://example.com/\r\nX: y":            {false, false},
	} {
		if got := checkURL(url, false) == nil; got != want.production {
			t.Errorf("%q: %v", url, got)
		}
		if got := checkURL(url, true) == nil; got != want.local {
			t.Errorf("%q in development: %v", url, got)
		}
	}
}

// A name may resolve to something else than it did when it was checked, so the address
// that is connected to is what counts.
func TestTheConnectionItselfIsRefused(t *testing.T) {
	t.Parallel()
	called := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer server.Close()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		url := strings.Replace(server.URL, "127.0.0.1", host, 1)
		got := send(t.Context(), newClient(false), letter{url: url, event: id.New(), body: "{}", secrets: []string{newSecret()}}, time.Now())
		if got.status != 0 || got.failure != errPrivate.Error() {
			t.Errorf("%s: %+v", host, got)
		}
	}
	if called {
		t.Error("it was called")
	}
}

func TestWhatCountsAsDelivered(t *testing.T) {
	t.Parallel()
	elsewhere := 0
	mux := http.NewServeMux()
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code := map[string]int{"200": 200, "204": 204, "299": 299, "302": 302, "400": 400, "410": 410, "500": 500}[r.PathValue("code")]
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(code)
	})
	mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) { elsewhere++ })
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) {
		for range 1 << 12 {
			if _, err := w.Write(make([]byte, 1<<12)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(mux)
	defer server.Close()
	for path, want := range map[string]struct {
		status  int
		failure bool
	}{
		"/status/200": {200, false}, "/status/204": {204, false}, "/status/299": {299, false}, "/long": {200, false},
		"/status/302": {302, true}, "/status/400": {400, true}, "/status/410": {410, true}, "/status/500": {500, true}, "/cut": {0, true},
	} {
		got := send(t.Context(), newClient(true), letter{url: server.URL + path, event: id.New(), body: "{}", secrets: []string{newSecret()}}, time.Now())
		if got.status != want.status || (got.failure != "") != want.failure {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if elsewhere > 0 {
		t.Error("a redirect was followed")
	}
}

func TestTypesAreAskedFor(t *testing.T) {
	t.Parallel()
	got, err := checkTypes([]string{"payment.completed", "appointment.*", "payment.completed"})
	if err != nil || strings.Join(got, " ") != "appointment.* payment.completed" {
		t.Errorf("%v, %v", got, err)
	}
	for _, unknown := range []string{"", "appointment", "appointment.", "appoint.*", ".*", "*.*", "webhook.test", "message.queued"} {
		if _, err := checkTypes([]string{"*", unknown}); err == nil {
			t.Errorf("%q was taken", unknown)
		}
	}
	for asked, want := range map[string]bool{"*": true, "appointment.*": true, "appointment.booked": true, "payment.*": false, "appointment.cancelled": false} {
		if e := (&Endpoint{EventTypes: []string{asked}}); e.wants("appointment.booked") != want {
			t.Errorf("%s wants appointment.booked: %v", asked, !want)
		}
	}
}

// All attempts of a delivery take about a day, and long enough to give an endpoint up.
func TestPauses(t *testing.T) {
	t.Parallel()
	var all time.Duration
	for i, pause := range pauses() {
		all += pause
		if i > 0 && pause < pauses()[i-1] {
			t.Errorf("pause %d is shorter than the one before", i)
		}
	}
	if all < givenUpAfter || all > 36*time.Hour || len(pauses())+1 < patientFailures {
		t.Errorf("%v in %d pauses", all, len(pauses()))
	}
	if quietFor(quietFailures-1) != 0 || quietFor(quietFailures) != time.Minute || quietFor(1000) != longestQuiet {
		t.Error("an endpoint that fails is left alone otherwise than it should be")
	}
}
