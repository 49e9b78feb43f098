package outbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/sms"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// letterbox is a mail.Sender and an sms.Sender that remembers, or fails.
type letterbox struct {
	err   error
	mails []mail.Message
	texts []sms.Message
}

type gateway struct{ *letterbox }

func (l *letterbox) Send(_ context.Context, m mail.Message) error {
	l.mails = append(l.mails, m)
	return l.err
}

func (g gateway) Send(_ context.Context, m sms.Message) error {
	g.texts = append(g.texts, m)
	return g.err
}

// makeTenant inserts a tenant of its own for one test.
func makeTenant(t *testing.T, d *db.DB) id.ID {
	t.Helper()
	tenant := id.Random()
	err := d.Platform(t.Context(), "test", func(tx *db.Tx) error {
		tx.Exec(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
			VALUES ($1, $2, 'Salon', 'salon@example.com', '+6281', $3, $3)`, string(tenant), "t-"+string(tenant), tx.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

func queue(t *testing.T, d *db.DB, tenant id.ID, messages ...outbox.Message) {
	t.Helper()
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		for _, m := range messages {
			outbox.Queue(tx, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

type shown struct {
	ID        id.ID     `json:"id"`
	Channel   string    `json:"channel"`
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	HTML      string    `json:"html"`
	CreatedAt time.Time `json:"created_at"`
}

func get(t *testing.T, o *outbox.Outbox, target, accept string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	o.Mount(mux)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func list(t *testing.T, o *outbox.Outbox, to string) []shown {
	t.Helper()
	w := get(t, o, outbox.Path+"?to="+to, "application/json")
	if w.Code != http.StatusOK {
		t.Fatalf("outbox: %d %s", w.Code, w.Body)
	}
	var body struct{ Items []shown }
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	return body.Items
}

func TestKeptMessagesAreShownNewestFirst(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	d := testkit.DB(t, testkit.WithClock(func() time.Time { at = at.Add(time.Second); return at }))
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Subject: "One", Text: "first", HTML: "<p>first</p>"})
	queue(t, d, tenant, outbox.Message{Channel: outbox.SMS, To: to, Text: "second"})

	o := outbox.New(d, outbox.Options{})
	items := list(t, o, strings.ToUpper(to))
	var texts []string
	for _, m := range items {
		texts = append(texts, m.Channel+" "+m.Text)
		if err := o.Deliver(t.Context(), tenant, m.ID); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"sms second", "email first"}, texts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(items, list(t, o, to)); diff != "" {
		t.Errorf("a message without a gateway changed: %s", diff)
	}
}

func TestOneReferenceIsToldOnce(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant, other := makeTenant(t, d), makeTenant(t, d)
	to := string(tenant) + "@example.com"
	m := outbox.Message{Channel: outbox.Email, To: to, Subject: "S", Text: "first", Reference: "cause:1"}
	again := m
	again.Text = "second"
	queue(t, d, tenant, m, again)
	queue(t, d, tenant, again)
	queue(t, d, other, m)
	items := list(t, outbox.New(d, outbox.Options{}), to)
	if len(items) != 2 || items[0].Text != "first" || items[1].Text != "first" {
		t.Errorf("got %v, want the first of each tenant", items)
	}
}

func TestPlatformTransactionNamesTheTenant(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	err := d.Platform(t.Context(), "test", func(tx *db.Tx) error {
		outbox.Queue(tx, outbox.Message{Tenant: tenant, Channel: outbox.Email, To: to, Text: "hello"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	box := &letterbox{}
	o := outbox.New(d, outbox.Options{Mail: box})
	if err := o.Deliver(t.Context(), tenant, list(t, o, to)[0].ID); err != nil || len(box.mails) != 1 {
		t.Errorf("delivered %d, %v", len(box.mails), err)
	}
}

func TestDeliverySendsOnceAndForgetsTheText(t *testing.T) {
	t.Parallel()
	registry := jobs.NewRegistry()
	d := testkit.DB(t, testkit.WithSubscribers(registry.Subscribers()))
	box := &letterbox{}
	from := mail.Address{Name: "Reserva", Address: "hello@example.com"}
	o := outbox.New(d, outbox.Options{Mail: box, SMS: gateway{box}, From: from})
	o.Subscribe(registry)
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Subject: "S", Text: "code 123456", HTML: "<b>123456</b>"})
	queue(t, d, tenant, outbox.Message{Channel: outbox.SMS, To: to, Text: "code 654321"})

	for range 2 {
		runJobs(t, registry, tenant)
	}
	if diff := cmp.Diff([]mail.Message{{From: from, To: mail.Address{Address: to}, Subject: "S", Text: "code 123456", HTML: "<b>123456</b>"}}, box.mails); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]sms.Message{{To: to, Text: "code 654321"}}, box.texts); diff != "" {
		t.Error(diff)
	}
	for _, m := range list(t, o, to) {
		if m.Text != "" || m.HTML != "" {
			t.Errorf("%s keeps its text after it was sent", m.Channel)
		}
	}
}

// runJobs runs each job that the tenant has, without taking it from the queue.
func runJobs(t *testing.T, registry *jobs.Registry, tenant id.ID) {
	t.Helper()
	rows, err := testkit.Superuser(t).Query(t.Context(), `
		SELECT args ->> 'event', args ->> 'subscriber', args -> 'data'
		FROM river.river_job WHERE args ->> 'tenant' = $1`, string(tenant))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for rows.Next() {
		var event, subscriber string
		var data json.RawMessage
		if err := rows.Scan(&event, &subscriber, &data); err != nil {
			t.Fatal(err)
		}
		if err := registry.Run(t.Context(), tenant, event, subscriber, data); err != nil {
			t.Error(err)
		}
		ran++
	}
	if rows.Err() != nil || ran == 0 {
		t.Fatalf("ran %d jobs: %v", ran, rows.Err())
	}
}

func TestFailureDecidesWhetherToTryAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err      error
		age      time.Duration
		again    bool
		attempts int // of two deliveries
	}{
		"passing":      {err: errors.New("connection refused"), again: true, attempts: 2},
		"rejected":     {err: fmt.Errorf("%w: code 550", mail.ErrRejected), attempts: 1},
		"not valid":    {err: mail.ErrMessage, attempts: 1},
		"too long ago": {err: errors.New("connection refused"), age: 49 * time.Hour, attempts: 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Now()
			d := testkit.DB(t, testkit.WithClock(func() time.Time { return now }))
			tenant := makeTenant(t, d)
			to := string(tenant) + "@example.com"
			queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Text: "hello"})
			now = now.Add(test.age)
			box := &letterbox{err: test.err}
			o := outbox.New(d, outbox.Options{Mail: box})
			message := list(t, o, to)[0].ID
			for range 2 {
				if err := o.Deliver(t.Context(), tenant, message); (err != nil) != test.again {
					t.Errorf("error %v, want one: %v", err, test.again)
				}
			}
			if len(box.mails) != test.attempts {
				t.Errorf("%d attempts, want %d", len(box.mails), test.attempts)
			}
			if kept := list(t, o, to)[0].Text != ""; kept != test.again {
				t.Errorf("text kept: %v", kept)
			}
		})
	}
}

func TestForgetRemovesOneRecipientOfOneTenant(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant, other := makeTenant(t, d), makeTenant(t, d)
	to := string(tenant) + "@example.com"
	for _, of := range []id.ID{tenant, other} {
		queue(t, d, of, outbox.Message{Channel: outbox.Email, To: to, Text: string(of)})
	}
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error { outbox.Forget(tx, strings.ToUpper(to)); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if items := list(t, outbox.New(d, outbox.Options{}), to); len(items) != 1 || items[0].Text != string(other) {
		t.Errorf("left: %v", items)
	}
}

func TestTidyRemovesWhatIsOld(t *testing.T) {
	t.Parallel()
	now := time.Now().AddDate(0, 0, -31)
	d := testkit.DB(t, testkit.WithClock(func() time.Time { return now }))
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Text: "old"})
	now = time.Now()
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Text: "new"})
	o := outbox.New(d, outbox.Options{})
	if err := o.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if items := list(t, o, to); len(items) != 1 || items[0].Text != "new" {
		t.Errorf("left: %v", items)
	}
}

func TestPageEscapesAndLinks(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	queue(t, d, tenant, outbox.Message{
		Channel: outbox.Email, To: to, Subject: `<script>alert("s")</script>`,
		Text: `See (https://example.com/a?b=1&c=2). javascript:alert(1) <img src=x>`, HTML: `<p>hi</p><script>1</script>`,
	})
	o := outbox.New(d, outbox.Options{})
	w := get(t, o, outbox.Path+"?to="+to, "text/html,application/xhtml+xml,*/*")
	body := w.Body.String()
	for _, want := range []string{
		`<a href="https://example.com/a?b=1&amp;c=2" rel="noreferrer">https://example.com/a?b=1&amp;c=2</a>).`,
		`&lt;script&gt;alert(&#34;s&#34;)&lt;/script&gt;`, `&lt;img src=x&gt;`, `kept here`, `<html lang="en">`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(body, "<script") {
		t.Error("the page is not escaped")
	}
	_, style, _ := strings.Cut(body, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	if want := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(w.Header().Get("Content-Security-Policy"), want) {
		t.Error("the page's policy does not allow its own style")
	}
	page := get(t, o, outbox.Path+"/"+string(list(t, o, to)[0].ID), "text/html")
	if policy := page.Header().Get("Content-Security-Policy"); page.Code != http.StatusOK || !strings.Contains(policy, "sandbox") {
		t.Errorf("HTML of a message: %d, policy %q", page.Code, policy)
	}
}

func TestPageRefusals(t *testing.T) {
	t.Parallel()
	o := outbox.New(testkit.DB(t), outbox.Options{})
	for target, want := range map[string]int{
		outbox.Path + "?to=%00":                 http.StatusBadRequest,
		outbox.Path + "?to=%ff":                 http.StatusBadRequest,
		outbox.Path + "?to=nobody@example.com":  http.StatusOK,
		outbox.Path + "/nonsense":               http.StatusNotFound,
		outbox.Path + "/" + string(id.Random()): http.StatusNotFound,
	} {
		if w := get(t, o, target, "text/html"); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}
