package demo

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// filled is a short demo on a database of its own.
func filled(t *testing.T) (*Story, config.Config) {
	t.Helper()
	c, err := config.Flags{Data: t.TempDir(), DatabaseURL: testkit.FreshURL(t), Addr: "127.0.0.1:0", RateLimit: "off", Metrics: "off"}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	story, err := Fill(t.Context(), c, short())
	if err != nil {
		t.Fatal(err)
	}
	return story, c
}

func short() Options {
	return Options{Seed: 3, Days: 6, Hashing: token.Params{Memory: 64, Time: 1}}
}

// contents are all appointments of all businesses, without their ids.
func contents(t *testing.T, c config.Config) []string {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: c.Database.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var all []string
	err = d.PlatformView(t.Context(), "test", func(tx *db.Tx) (err error) {
		all, err = db.All[string](t.Context(), tx, `
			SELECT concat_ws(' ', t.slug, a.starts_at, a.created_at, a.status, a.payment_status, a.source, a.total_price, l.service_name, l.staff_name, c.email)
			FROM appointments a
			JOIN tenants t ON t.id = a.tenant_id
			JOIN customers c ON c.tenant_id = a.tenant_id AND c.id = a.customer_id
			JOIN appointment_lines l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id
			WHERE a.created_at < date_trunc('day', now())
			ORDER BY 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFill(t *testing.T) {
	t.Parallel()
	story, c := filled(t)
	again, other := filled(t)
	if diff := cmp.Diff(story.Businesses, again.Businesses); diff != "" {
		t.Errorf("two demos of one seed differ:\n%s", diff)
	}
	if diff := cmp.Diff(contents(t, c), contents(t, other)); diff != "" {
		t.Errorf("two demos of one seed differ:\n%s", diff)
	}
	if ids := cmpopts.IgnoreFields(Call{}, "Path", "Body"); !cmp.Equal(story.Calls, again.Calls, ids, cmp.AllowUnexported(header{}, member{})) {
		t.Error("the examples differ")
	}
	for _, status := range Statuses() {
		n := 0
		for _, b := range story.Businesses {
			n += b.Appointments[status]
		}
		if n == 0 {
			t.Errorf("there is no appointment that is %s", status)
		}
	}
	var text strings.Builder
	if err := story.Print(&text, "reserva"); err != nil || !strings.Contains(text.String(), "admin@janes-salon.example") {
		t.Errorf("%v: %s", err, text.String())
	}
	if _, err := Fill(t.Context(), c, short()); err == nil || !strings.Contains(err.Error(), "there are 4 businesses in the database already") {
		t.Errorf("a second demo: %v", err)
	}
	call(t, story, c)
}

// call pastes the examples.
func call(t *testing.T, story *Story, c config.Config) {
	t.Helper()
	a, err := app.New(t.Context(), c, app.Options{NoWorkers: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(story.Calls) == 0 {
		t.Error("there are no examples")
	}
	for _, example := range story.Calls {
		request, err := http.NewRequestWithContext(t.Context(), example.Method, a.BaseURL+example.Path, strings.NewReader(example.json()))
		if err != nil {
			t.Fatal(err)
		}
		if example.Body == nil {
			request.Body, request.ContentLength = http.NoBody, 0
		} else {
			request.Header.Set("Content-Type", "application/json")
		}
		for _, h := range example.Header {
			request.Header.Set(h.name, h.value)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close() != nil || answer.StatusCode/100 != 2 {
			t.Errorf("%s: status %d", example.About, answer.StatusCode)
		}
	}
}

func TestNotInProduction(t *testing.T) {
	t.Parallel()
	if _, err := Fill(t.Context(), config.Config{Production: true}, Options{}); err == nil {
		t.Error("a demo in production")
	}
}
