package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"

	"reserva/internal/access"
	"reserva/internal/kit/ratelimit"
)

// The documented limits, and what a provider may send us.
func staffLimit() ratelimit.Limit    { return ratelimit.Limit{Minute: 100, Hour: 1000} }
func customerLimit() ratelimit.Limit { return ratelimit.Limit{Minute: 60, Hour: 600} }
func publicLimit() ratelimit.Limit   { return ratelimit.Limit{Minute: 30, Hour: 300} }
func webhookLimit() ratelimit.Limit  { return ratelimit.Limit{Minute: 600, Hour: 20000} }

// limit counts the request: against the caller who is known, else against the
// address, so that guessing tokens is counted as well. The four headers are set
// on every answer. A limiter that cannot be reached lets requests through.
func (a *API) limit(ctx context.Context, x *exchange, e *endpoint) error {
	name, most := "public", publicLimit()
	key := caller(x)
	switch {
	case x.kind == access.ActorStaff:
		name, most = "staff", staffLimit()
	case x.kind == access.ActorCustomer:
		name, most = "customer", customerLimit()
	case e != nil && e.audience == ForWebhook:
		name, most = "webhook", webhookLimit()
		key = name + ":" + ratelimit.AddressKey(x.origin.Address)
	}
	if err := a.take(ctx, x, name, key, most); err != nil {
		return err
	}
	if e == nil || e.op.Limit == nil || a.config.RateLimitOff {
		return nil
	}
	name = cmp.Or(e.op.LimitAs, e.op.ID)
	return a.take(ctx, x, name, name+":"+ratelimit.AddressKey(x.origin.Address), *e.op.Limit)
}

// caller names who is counted and whose idempotency keys are kept apart.
func caller(x *exchange) string {
	switch x.kind {
	case access.ActorStaff:
		return "staff:" + string(x.staff.UserID)
	case access.ActorCustomer:
		return "customer:" + string(x.customer.ID)
	default:
		return "visitor:" + ratelimit.AddressKey(x.origin.Address)
	}
}

// take counts one request of key. name is what the metrics call its limit.
func (a *API) take(ctx context.Context, x *exchange, name, key string, most ratelimit.Limit) error {
	free := ratelimit.Decision{
		Allowed:     true,
		LimitMinute: most.Minute, RemainingMinute: most.Minute,
		LimitHour: most.Hour, RemainingHour: most.Hour,
	}
	if a.config.RateLimitOff || a.config.Limiter == nil {
		limitHeaders(x.header, free)
		return nil
	}
	d, err := a.config.Limiter.Take(ctx, key, most, a.config.Now())
	if err != nil {
		x.log.Error("rate limiter", slog.Any("error", err))
		limitHeaders(x.header, free)
		return nil
	}
	limitHeaders(x.header, d)
	if !d.Allowed {
		a.metrics.refused(name)
		return ErrRateLimited.WithRetryAfter(d.RetryAfter)
	}
	return nil
}

// limitHeaders shows a decision. A window without a limit keeps what the wider
// limit said before.
func limitHeaders(h http.Header, d ratelimit.Decision) {
	set := func(window string, limit, remaining int) {
		if limit > 0 {
			h.Set("X-RateLimit-Limit-"+window, strconv.Itoa(limit))
			h.Set("X-RateLimit-Remaining-"+window, strconv.Itoa(remaining))
		}
	}
	set("Minute", d.LimitMinute, d.RemainingMinute)
	set("Hour", d.LimitHour, d.RemainingHour)
}
