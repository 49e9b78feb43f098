package hooks_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/config"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// receiver is a business's own server.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []letter
}

type letter struct {
	header http.Header
	body   string
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, letter{req.Header.Clone(), string(body)})
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// taken returns what was received since it was last asked.
func (r *receiver) taken() []letter {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

// signedWith tells whether one of the signatures is by the secret, worked out anew from
// the words of the specification.
func (l letter) signedWith(t testing.TB, secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, l.header.Get("webhook-id")+"."+l.header.Get("webhook-timestamp")+"."+l.body)
	return slices.Contains(strings.Fields(l.header.Get("webhook-signature")), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func (l letter) kind(t testing.TB) string {
	var e struct{ ID, Type string }
	if err := json.Unmarshal([]byte(l.body), &e); err != nil || e.ID != l.header.Get("webhook-id") {
		t.Errorf("%v in %s, sent as %s", err, l.body, l.header.Get("webhook-id"))
	}
	return e.Type
}

func kinds(t testing.TB, letters []letter) []string {
	out := []string{}
	for _, l := range letters {
		out = append(out, l.kind(t))
	}
	slices.Sort(out)
	return out
}

func listen(w *testkit.World, as testkit.Token, r *receiver, types ...string) testkit.Answer {
	return w.Do(as, "POST", "/webhook-endpoints", object{"url": r.URL + "/hooks", "description": "Accounting", "event_types": types}, 201)
}

func TestEventsAreDeliveredAndFed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	made := listen(w, salon.Admin, till, "appointment.*", "payment.completed")
	endpoint, secret := "/webhook-endpoints/"+made.Text("id"), made.Text("secret")

	appointment := salon.Book(1, "10:00")
	w.JSON(salon.Admin, "POST", "/appointments/"+string(appointment)+"/record-payment", object{"amount": 150000, "payment_method": "cash"})
	salon.Tenant.WalkIn() // nobody asked for customers
	w.JSON(salon.Admin, "POST", "/appointments/"+string(salon.Book(2, "10:00"))+"/cancel", object{"cancellation_reason": "ill"})
	w.RunJobs()
	letters := till.taken()
	if diff := cmp.Diff([]string{"appointment.booked", "appointment.booked", "appointment.cancelled", "appointment.confirmed", "appointment.confirmed", "payment.completed"}, kinds(t, letters)); diff != "" {
		t.Fatal(diff)
	}
	for _, l := range letters {
		if !l.signedWith(t, secret) || l.signedWith(t, "whsec_"+base64.StdEncoding.EncodeToString([]byte("another"))) {
			t.Errorf("signature %s of %s", l.header.Get("webhook-signature"), l.body)
		}
		for _, personal := range []string{"Amelia", "Hart", "@example.com", secret} {
			if strings.Contains(l.body, personal) {
				t.Errorf("%q is sent in %s", personal, l.body)
			}
		}
	}
	if !slices.ContainsFunc(letters, func(l letter) bool {
		return strings.Contains(l.body, `"payment.completed"`) && strings.Contains(l.body, `"total_amount":"150000.00"`) && strings.Contains(l.body, string(appointment))
	}) {
		t.Errorf("the payment was told otherwise: %v", letters)
	}

	// The feed has them all, the customer too, in one order, and after each the rest.
	feed := w.Do(salon.Admin, "GET", "/events", nil, 200)
	var all struct {
		Items []struct{ ID, Type string }
		Next  string
	}
	if err := json.Unmarshal(feed.Body, &all); err != nil || len(all.Items) != 7 || all.Next != all.Items[6].ID {
		t.Fatalf("%v in %s", err, feed.Body)
	}
	for i, item := range all.Items {
		rest := w.Do(salon.Admin, "GET", "/events?limit=1&after="+item.ID, nil, 200)
		if i < 6 && (rest.Text("items.0.id") != all.Items[i+1].ID || rest.Text("next") != all.Items[i+1].ID || rest.Text("has_more") != map[bool]string{true: "true", false: "false"}[i < 5]) {
			t.Errorf("after %d: %s", i, rest.Body)
		}
		if i == 6 && (rest.Text("next") != item.ID || rest.Has("items.0")) {
			t.Errorf("after the last: %s", rest.Body)
		}
	}
	w.Do(salon.Admin, "GET", "/events?after="+string(id.New()), nil, 404)

	list := w.Do(salon.Admin, "GET", endpoint+"/deliveries?status=delivered&event_type=appointment.booked", nil, 200)
	if list.Text("total") != "2" || list.Text("items.0.attempts.0.status") != "200" || list.Has("items.0.attempts.1") {
		t.Errorf("%s", list.Body)
	}
	if shown := w.Do(salon.Admin, "GET", endpoint, nil, 200); shown.Has("secret") || shown.Text("failures") != "0" {
		t.Errorf("%s", shown.Body)
	}
}

func TestFailuresAreRepeatedThenEndedAndReplayed(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	made := listen(w, salon.Admin, till, "appointment.booked")
	path := "/webhook-endpoints/" + made.Text("id")
	till.answer(http.StatusInternalServerError)
	salon.Book(1, "10:00")
	w.RunJobs()
	delivery := w.Do(salon.Admin, "GET", path+"/deliveries", nil, 200)
	if delivery.Text("items.0.status") != "pending" || delivery.Text("items.0.attempts.0.failure") != "answered with status 500" {
		t.Fatalf("%s", delivery.Body)
	}
	replay := path + "/deliveries/" + delivery.Text("items.0.id") + "/replay"
	w.Do(salon.Admin, "POST", replay, nil, 409)
	for range 40 {
		w.Advance(time.Hour)
		w.RunJobs()
	}
	salon.Admin = salon.SignIn(salon.Email)
	letters := till.taken()
	if len(letters) != 8 {
		t.Fatalf("%d attempts", len(letters))
	}
	for _, l := range letters {
		if l.header.Get("webhook-id") != letters[0].header.Get("webhook-id") || l.body != letters[0].body || !l.signedWith(t, made.Text("secret")) {
			t.Errorf("not the same: %v", l)
		}
	}
	if slices.ContainsFunc(letters[1:], func(l letter) bool {
		return l.header.Get("webhook-timestamp") == letters[0].header.Get("webhook-timestamp")
	}) {
		t.Error("the time of an attempt is not its own")
	}
	ended := w.Do(salon.Admin, "GET", path, nil, 200)
	if ended.Text("is_active") != "false" || !ended.Has("disabled_at") {
		t.Errorf("%s", ended.Body)
	}
	mails := w.Outbox(salon.Email)
	if len(mails) == 0 || !strings.Contains(mails[0].Subject, "disabled") || !strings.Contains(mails[0].Text, till.URL) {
		t.Errorf("the administrators were told nothing: %v", mails)
	}
	// Nothing goes to a disabled one, and what was missed is sent again on request.
	salon.Book(2, "10:00")
	w.RunJobs()
	w.Do(salon.Admin, "POST", replay, nil, 409)
	w.Do(salon.Admin, "POST", path+"/test", nil, 409)
	if n := len(till.taken()); n != 0 {
		t.Errorf("%d letters to a disabled endpoint", n)
	}
	till.answer(http.StatusNoContent)
	if again := w.Do(salon.Admin, "PATCH", path, object{"is_active": true}, 200); again.Text("failures") != "0" || again.Text("is_active") != "true" {
		t.Errorf("%s", again.Body)
	}
	w.Do(salon.Admin, "POST", replay, nil, 202)
	w.RunJobs()
	if got := till.taken(); len(got) != 1 || got[0].body != letters[0].body {
		t.Errorf("replayed: %v", got)
	}
	if after := w.Do(salon.Admin, "GET", path+"/deliveries", nil, 200); after.Text("items.0.status") != "delivered" || after.Text("items.0.attempts.8.status") != "204" {
		t.Errorf("%s", after.Body)
	}
}

// An endpoint that fails over and over is not called for everything that waits for it.
func TestWhatIsDownIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	path := "/webhook-endpoints/" + listen(w, salon.Admin, till, "customer.created").Text("id")
	till.answer(http.StatusBadGateway)
	for range 12 {
		salon.Tenant.WalkIn()
	}
	w.RunJobs()
	if n := len(till.taken()); n != 5 {
		t.Errorf("%d calls of an endpoint that is down, want 5", n)
	}
	till.answer(http.StatusOK)
	w.Advance(10 * time.Minute)
	w.RunJobs()
	w.Advance(time.Hour)
	w.RunJobs()
	salon.Admin = salon.SignIn(salon.Email)
	if after := w.Do(salon.Admin, "GET", path+"/deliveries?status=delivered", nil, 200); after.Text("total") != "12" {
		t.Errorf("%s delivered after it was up again", after.Text("total"))
	}
}

func TestGoneIsTheEndAtOnce(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	path := "/webhook-endpoints/" + listen(w, salon.Admin, till, "*").Text("id")
	till.answer(http.StatusGone)
	w.Do(salon.Admin, "POST", path+"/test", nil, 202)
	w.RunJobs()
	if n := len(till.taken()); n != 1 {
		t.Errorf("%d calls", n)
	}
	if ended := w.Do(salon.Admin, "GET", path, nil, 200); ended.Text("is_active") != "false" {
		t.Errorf("%s", ended.Body)
	}
}

func TestSecretsTurn(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	made := listen(w, salon.Admin, till, "*")
	path := "/webhook-endpoints/" + made.Text("id")
	turned := w.Do(salon.Admin, "POST", path+"/rotate-secret", nil, 200)
	both := func() (old, current bool) {
		w.Do(salon.Admin, "POST", path+"/test", nil, 202)
		w.RunJobs()
		got := till.taken()
		if len(got) != 1 || got[0].kind(t) != "webhook.test" {
			t.Fatalf("%v", got)
		}
		return got[0].signedWith(t, made.Text("secret")), got[0].signedWith(t, turned.Text("secret"))
	}
	if old, current := both(); !old || !current {
		t.Errorf("right after: old %v, new %v", old, current)
	}
	w.Advance(25 * time.Hour)
	salon.Admin = salon.SignIn(salon.Email)
	if old, current := both(); old || !current {
		t.Errorf("a day later: old %v, new %v", old, current)
	}
	w.Every("hooks.tidy")
	w.Every("hooks.reseal")
	if old, current := both(); old || !current {
		t.Errorf("tidied: old %v, new %v", old, current)
	}
	log := w.JSON(salon.Admin, "GET", "/audit-logs?object_kind=webhook_endpoint", nil)
	if strings.Contains(string(log.Body), "whsec_") || strings.Contains(string(log.Body), "/hooks") || !strings.Contains(string(log.Body), "webhook_endpoint.secret_rotated") {
		t.Errorf("%s", log.Body)
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	w := world.New(t, func(f *config.Flags) { f.WebhooksLocal = "off" })
	small, large := w.Tenant(), w.Tenant().Plan("ENTERPRISE")
	body := object{"url": "https://example.com/hooks", "event_types": []string{"*"}}
	w.Do(small.Admin, "POST", "/webhook-endpoints", body, 402)
	w.Do(small.Admin, "GET", "/events", nil, 402)
	w.Do(small.Admin, "GET", "/webhook-endpoints", nil, 200)
	for _, wrong := range []object{
		{"url": "http://example.com/hooks", "event_types": []string{"*"}}, {"url": "https://127.0.0.1/", "event_types": []string{"*"}},
		{"url": "https://example.com/", "event_types": []string{}}, {"url": "https://example.com/", "event_types": []string{"tea.brewed"}},
		{"url": "https://example.com/", "event_types": []string{"*"}, "description": "a\nb"},
	} {
		w.Do(large.Admin, "POST", "/webhook-endpoints", wrong, 422)
	}
	endpoint := w.Do(large.Admin, "POST", "/webhook-endpoints", body, 201).Text("id")
	path := "/webhook-endpoints/" + endpoint
	w.Do(large.Admin, "PATCH", path, object{"url": "https://localhost/"}, 422)
	w.Do(large.Admin, "PATCH", path, object{"event_types": []string{"payment"}}, 422)
	for _, missing := range []struct{ method, path string }{
		{"GET", ""}, {"PATCH", ""}, {"DELETE", ""}, {"POST", "/test"}, {"POST", "/rotate-secret"}, {"GET", "/deliveries"},
	} {
		w.Do(large.Admin, missing.method, "/webhook-endpoints/"+string(id.New())+missing.path, map[bool]any{true: object{}}[missing.method == "PATCH"], 404)
	}
	w.Do(large.Admin, "POST", path+"/deliveries/"+string(id.New())+"/replay", nil, 404)

	// Ten are enough, also when they come at once.
	var wait sync.WaitGroup
	for range 12 {
		wait.Go(func() {
			w.Send(testkit.Request{As: large.Admin, Method: "POST", Path: "/webhook-endpoints", Body: body})
		})
	}
	wait.Wait()
	if list := w.Do(large.Admin, "GET", "/webhook-endpoints", nil, 200); list.Text("total") != "10" {
		t.Errorf("%s endpoints", list.Text("total"))
	}
	w.Do(large.Admin, "POST", "/webhook-endpoints", body, 409)

	// A smaller plan ends what there is; it can still be looked at and removed.
	large.Plan("PRO")
	large.WalkIn()
	w.RunJobs()
	w.Do(large.Admin, "POST", path+"/rotate-secret", nil, 402)
	w.Do(large.Admin, "POST", path+"/test", nil, 402)
	w.Do(large.Admin, "PATCH", path, object{"is_active": true}, 402)
	w.Do(large.Admin, "PATCH", path, object{"is_active": false}, 200)
	w.Do(large.Admin, "DELETE", path, nil, 204)
	large.Plan("ENTERPRISE")
	if feed := w.Do(large.Admin, "GET", "/events", nil, 200); feed.Has("items.0") {
		t.Errorf("recorded without the plan: %s", feed.Body)
	}
}

// Who has no webhooks has no jobs for them either.
func TestOnlyWhoListensPays(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	waiting := func() (n int) {
		if err := w.DB.Pool().QueryRow(w.Context(), `SELECT count(*) FROM river.river_job WHERE args ->> 'subscriber' = 'hooks'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	salon.Book(1, "10:00")
	if n := waiting(); n != 0 {
		t.Errorf("%d jobs of a tenant that does not listen", n)
	}
	w.Do(salon.Admin, "GET", "/events", nil, 200)
	salon.Book(2, "10:00")
	if n := waiting(); n != 2 {
		t.Errorf("%d jobs of a tenant that listens, want those of booked and confirmed", n)
	}
	w.RunJobs()
	if feed := w.Do(salon.Admin, "GET", "/events", nil, 200); feed.Text("items.0.type") != "appointment.booked" || feed.Text("items.1.type") != "appointment.confirmed" || feed.Has("items.2") {
		t.Errorf("%s", feed.Body)
	}
	w.Advance(31 * 24 * time.Hour)
	w.Every("hooks.tidy")
	salon.Admin = salon.SignIn(salon.Email)
	if feed := w.Do(salon.Admin, "GET", "/events", nil, 200); feed.Has("items.0") {
		t.Errorf("kept for more than 30 days: %s", feed.Body)
	}
}
