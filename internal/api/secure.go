package api

import (
	"net/http"

	"reserva/internal/kit/fault"
)

// unusedFeatures are what no page of ours asks a browser for.
const unusedFeatures = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
	"magnetometer=(), microphone=(), payment=(), usb=()"

// secure sets the headers that every answer has. Pages replace the content
// policy, and whatever may be kept the cache control, by their own.
func (a *API) secure(h http.Header, x *exchange, isAPI bool) {
	h.Set(headerRequestID, x.origin.RequestID)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Permissions-Policy", unusedFeatures)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("X-Permitted-Cross-Domain-Policies", "none")
	h.Set("Cache-Control", "no-store")
	if isAPI {
		h.Set("X-Robots-Tag", "noindex")
	}
	if a.config.StrictTransport {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// singleHeaders may be sent once: where two disagree, neither is believed.
var singleHeaders = []string{"X-Tenant-Slug", "X-Branch-Slug", "X-Verification-Token"}

func checkSingle(h http.Header) error {
	for _, name := range singleHeaders {
		values := h[name]
		for _, v := range values {
			if v != values[0] {
				return fault.ErrInvalid.WithFields(fault.Field{
					Loc: []any{"header", name}, Message: "The header is sent twice, and differs", Type: "value_error",
				})
			}
		}
	}
	return nil
}
