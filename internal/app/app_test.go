package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// build makes an App on the tests' database, stopped at the end.
func build(t *testing.T, f config.Flags) *app.App {
	t.Helper()
	f.Data = t.TempDir()
	if f.Addr == "" {
		f.Addr = "127.0.0.1:0"
	}
	c, err := f.Parse()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), c, app.Options{DatabaseURL: testkit.URL(t), NoWorkers: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) })
	return a
}

func stop(t *testing.T, a *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestPagesOfDevelopmentAndProduction(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path                    string
		development, production int
	}{
		{"/", 200, 200},
		{"/healthz", 200, 200},
		{"/readyz", 200, 200},
		{"/docs", 200, 200},
		{"/redoc", 200, 200},
		{"/openapi.json", 200, 200},
		{"/dev/outbox", 200, 404},
		{"/metrics", 200, 404},
		{"/nothing", 404, 404},
		{"/api/v1/nothing", 404, 404},
	} {
		for env, want := range map[string]int{"development": test.development, "production": test.production} {
			t.Run(env+test.path, func(t *testing.T) {
				t.Parallel()
				handler := build(t, config.Flags{Env: env}).API.Handler()
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, test.path, nil))
				if w.Code != want {
					t.Errorf("%d, want %d: %s", w.Code, want, w.Body)
				}
				if test.path == "/" && strings.Contains(w.Body.String(), "/dev/outbox") != (env == "development") {
					t.Errorf("the welcome page of %s names the wrong pages", env)
				}
			})
		}
	}
}

func TestStopFinishesWhatIsUnderWayAndTakesNothingNew(t *testing.T) {
	t.Parallel()
	a := build(t, config.Flags{})
	began, finish := make(chan struct{}), make(chan struct{})
	a.Mux.HandleFunc("GET /slow", func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-finish
		_, _ = io.WriteString(w, "done")
	})
	var ended []string
	for _, name := range []string{"first", "second"} {
		a.OnStop(name, func(ctx context.Context) error {
			ended = append(ended, name)
			return a.DB.Ping(ctx) // the database outlives what features began
		})
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		status int
		body   string
	}
	slow := make(chan answer, 1)
	go func() {
		status, body := get(t, a.BaseURL+"/slow")
		slow <- answer{status, body}
	}()
	<-began
	stopped := make(chan struct{})
	go func() { stop(t, a); close(stopped) }()

	for status := 200; status != 0; { // the listener closes at once, not when the slow request is done
		status, _ = get(t, a.BaseURL+"/healthz")
	}
	select {
	case <-stopped:
		t.Error("stopped while a request was under way")
	default:
	}
	close(finish)
	if got := <-slow; got != (answer{200, "done"}) {
		t.Errorf("the request under way: %v", got)
	}
	<-stopped
	if !slices.Equal(ended, []string{"second", "first"}) {
		t.Errorf("ended in the order %v", ended)
	}
}

func TestRunEndsWithItsContextAndTellsOfFailures(t *testing.T) {
	t.Parallel()
	a := build(t, config.Flags{})
	broken := errors.New("broken")
	a.OnStop("simulator", func(context.Context) error { return broken })
	ctx, cancel := context.WithCancel(t.Context())
	err := a.Run(ctx, func() {
		if status, _ := get(t, a.BaseURL+"/readyz"); status != http.StatusOK {
			t.Errorf("ready: %d", status)
		}
		cancel()
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "simulator") {
		t.Errorf("got %v", err)
	}
}

func TestNotReadyWithoutDatabase(t *testing.T) {
	t.Parallel()
	a := build(t, config.Flags{})
	handler := a.API.Handler()
	a.DB.Close()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
	var body struct {
		Status  string
		Reasons []string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusServiceUnavailable || !slices.Equal(body.Reasons, []string{"the database does not answer"}) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAddressInUseFailsBeforeAnythingIsMade(t *testing.T) {
	t.Parallel()
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	data := filepath.Join(t.TempDir(), "data")
	c, err := config.Flags{Addr: at.Addr().String(), Data: data}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.New(t.Context(), c, app.Options{}); err == nil || !strings.Contains(err.Error(), "RESERVA_ADDR") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		t.Error("the data folder was made")
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := keys.Encode()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shared.json")
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		t.Fatal(err)
	}
	mark := keys.MAC("test", "text")
	for name, test := range map[string]struct {
		flags config.Flags
		same  bool
	}{
		"of the data folder": {config.Flags{}, false},
		"of the environment": {config.Flags{Keys: string(encoded)}, true},
		"of a file":          {config.Flags{KeysFile: file}, true},
	} {
		a := build(t, test.flags)
		if a.Keys.CheckMAC(mark, "test", "text") != test.same {
			t.Errorf("keys %s: the wrong ones", name)
		}
		if _, err := os.Stat(filepath.Join(a.Config.Data, token.KeyFile)); (err == nil) == test.same {
			t.Errorf("keys %s: key file in the data folder: %v", name, err)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := at.Addr().String()
	if err := at.Close(); err != nil {
		t.Fatal(err)
	}
	a := build(t, config.Flags{Metrics: addr})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, a.BaseURL+"/metrics"); status != http.StatusNotFound {
		t.Errorf("on the main address: %d", status)
	}
	status, body := get(t, "http://"+addr+"/metrics")
	for _, want := range []string{
		`reserva_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`reserva_db_connections{state="allowed"} 16`, `reserva_jobs{state="discarded"}`, "go_goroutines",
	} {
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d, without %s", status, want)
		}
	}
}

func TestDescribeNeedsNothing(t *testing.T) {
	t.Parallel()
	a, err := app.Describe()
	if err != nil {
		t.Fatal(err)
	}
	if document, err := a.OpenAPI(); err != nil || !strings.Contains(string(document), "openapi: 3.1") {
		t.Errorf("document of %d bytes, %v", len(document), err)
	}
}

func TestAnnounce(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	a := build(t, config.Flags{PublicURL: "https://book.example.com"})
	a.Announce(&said, "reserva")
	for _, want := range []string{"https://book.example.com/docs", "https://book.example.com/dev/outbox", "reserva demo"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("without %s:\n%s", want, said.String())
		}
	}
}
