package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

var (
	errSlotTaken = fault.New(fault.Conflict, "appointment.slot_taken", "That time is no longer free.")
	errNotFound  = fault.New(fault.NotFound, "booking.not_found", "Booking not found")
	errPlan      = fault.New(fault.PaymentRequired, "package.limit", "Package limit reached.")
	errGateway   = fault.New(fault.Upstream, "payment.gateway", "The payment provider did not answer.")
)

// failing answers GET /fail with the error, in both families.
func failing(a *api.API, err error) {
	op := api.Op{Method: http.MethodGet, Path: "/fail", ID: "fail", Tag: "Fail", Summary: "Fail"}
	api.Public(a, op, func(context.Context, access.Visitor, *struct{}) (*api.None, error) { return nil, err })
	op.Path, op.ID = "/guest/fail", "guest-fail"
	api.Guest(a, op, func(context.Context, access.Visitor, *struct{}) (*api.Message, error) { return nil, err })
}

func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		status  int
		reserva string
		guest   string
	}{
		"declared": {
			errSlotTaken, 409,
			`{"detail":"That time is no longer free.","code":"appointment.slot_taken"}`,
			`{"statusCode":409,"message":"That time is no longer free."}`,
		},
		"wrapped, with a cause": {
			fmt.Errorf("book: %w", errGateway.WithCause(errors.New("secret"))), 502,
			`{"detail":"The payment provider did not answer.","code":"payment.gateway"}`,
			`{"statusCode":502,"message":"The payment provider did not answer."}`,
		},
		"with more members": {
			errSlotTaken.WithExtra(map[string]any{"next_free": []string{"10:30"}}), 409,
			`{"detail":"That time is no longer free.","code":"appointment.slot_taken","next_free":["10:30"]}`,
			`{"statusCode":409,"message":"That time is no longer free."}`,
		},
		"without detail": {
			errPlan.WithExtra(map[string]any{"error": "subscription_limit_reached", "upgrade_required": true}).WithoutDetail(), 402,
			`{"error":"subscription_limit_reached","upgrade_required":true,"code":"package.limit"}`,
			`{"statusCode":402,"message":"Package limit reached."}`,
		},
		"of fields": {
			fault.InvalidField("services.0.staff_id", "Unknown staff member").WithField("query:from", "Too late", "value_error"), 422,
			`{"code":"request.invalid","detail":[
				{"loc":["body","services",0,"staff_id"],"msg":"Unknown staff member","type":"value_error"},
				{"loc":["query","from"],"msg":"Too late","type":"value_error"}]}`,
			`{"statusCode":422,"message":"services.0.staff_id: Unknown staff member; from: Too late"}`,
		},
		"unexpected": {
			errors.New("pq: secret"), 500,
			`{"detail":"Internal server error.","code":"internal"}`,
			`{"statusCode":500,"message":"Internal server error."}`,
		},
		"out of time": {
			fmt.Errorf("query: %w", context.DeadlineExceeded), 503,
			`{"detail":"The request took too long. Try again.","code":"request.timeout"}`,
			`{"statusCode":503,"message":"The request took too long. Try again."}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t)
			failing(a, c.err)
			got := call{method: "GET", path: "/api/v1/fail"}.to(t, a)
			got.want(t, c.status, c.reserva)
			if !strings.Contains(got.body, got.header.Get("X-Request-Id")) {
				t.Errorf("no request id in %s", got.body)
			}
			if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("headers %v", got.header)
			}
			call{method: "GET", path: "/api/v1/guest/fail"}.to(t, a).want(t, c.status, c.guest)
		})
	}
}

func TestRetryAfterIsWholeSecondsRoundedUp(t *testing.T) {
	a := newAPI(t)
	failing(a, errSlotTaken.WithRetryAfter(1200*time.Millisecond))
	if got := (call{method: "GET", path: "/api/v1/fail"}).to(t, a).header.Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After = %q", got)
	}
}

func TestFailuresAreLoggedOnceAndRefusalsAreNot(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"unexpected": {errors.New("connection reset"), 1},
		"refusal":    {errNotFound.WithCause(errors.New("connection reset")), 0},
	} {
		var log bytes.Buffer
		a := newAPI(t, func(c *api.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		failing(a, c.err)
		got := call{method: "GET", path: "/api/v1/fail"}.to(t, a)
		if n := strings.Count(log.String(), "connection reset"); n != c.want {
			t.Errorf("%s: logged %d times:\n%s", name, n, log.String())
		}
		if !strings.Contains(log.String(), "request_id="+got.header.Get("X-Request-Id")) {
			t.Errorf("%s: no request id in the log", name)
		}
	}
}

func TestAClientThatWentIsNoFailure(t *testing.T) {
	var log bytes.Buffer
	a := newAPI(t, func(c *api.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	failing(a, context.Canceled)
	got := call{method: "GET", path: "/api/v1/fail"}.to(t, a)
	if got.status != 499 || strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("%d:\n%s", got.status, log.String())
	}
}

func TestTimeoutEndsTheHandlersContext(t *testing.T) {
	a := newAPI(t)
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/slow", ID: "slow", Tag: "Slow", Summary: "Slow", Timeout: time.Millisecond,
	}, func(ctx context.Context, _ access.Visitor, _ *struct{}) (*api.None, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	call{method: "GET", path: "/api/v1/slow"}.to(t, a).want(t, 503, `{"detail":"The request took too long. Try again.","code":"request.timeout"}`)
}
