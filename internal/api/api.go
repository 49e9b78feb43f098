package api

import (
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"reserva/internal/kit/ratelimit"
)

// Config is what the edge needs. The zero Config serves public endpoints
// without rate limits; tests use little more.
type Config struct {
	Version   string // of the product, for the document
	PublicURL string // where clients reach the server, without a trailing slash; may be empty

	Staff       StaffAuthenticator
	Customers   CustomerAuthenticator
	Limiter     ratelimit.Limiter
	Idempotency Idempotency

	RateLimitOff   bool           // for development and tests; the headers stay
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed

	// CORSOrigins are the web pages whose scripts may call the API: origins such as
	// https://app.example.com, or https://*.example.com for all names one label below.
	CORSOrigins []string
	// StrictTransport tells browsers to come by HTTPS only. It is right where a proxy
	// serves nothing else.
	StrictTransport bool

	Timeout     time.Duration // of a request; 30 s when 0
	BodyTimeout time.Duration // of sending a body; 15 s when 0
	Logger      *slog.Logger
	Registerer  prometheus.Registerer // for request metrics; none when nil
	Now         func() time.Time      // time.Now when nil
}

// API holds the registered endpoints and serves them. Register all endpoints
// and pages before the first request.
type API struct {
	config    Config
	huma      huma.API
	router    router
	mux       *http.ServeMux
	metrics   *metrics
	origins   *origins // nil where no other pages may call
	packers   *packers
	endpoints []*endpoint
	finished  func() document
}

// New returns an API without endpoints.
func New(c Config) *API {
	adoptHuma()
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.BodyTimeout == 0 {
		c.BodyTimeout = 15 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	a := &API{
		config: c, mux: http.NewServeMux(), metrics: newMetrics(c.Registerer),
		origins: newOrigins(c.CORSOrigins), packers: newPackers(),
	}
	a.huma = huma.NewAPI(huma.Config{
		OpenAPI: emptyDocument(c),
		Formats: map[string]huma.Format{
			"application/json": jsonFormat(),
			"json":             jsonFormat(),
		},
		DefaultFormat: "application/json",
	}, adapter{a})
	a.finished = sync.OnceValue(a.buildDocument)
	a.mux.HandleFunc("GET /openapi.json", a.serveDocument(func(d document) file { return d.v31 }))
	a.mux.HandleFunc("GET /openapi-3.0.json", a.serveDocument(func(d document) file { return d.v30 }))
	return a
}

// Mux returns the mux of everything that is not below /api/: health checks,
// pages, assets.
func (a *API) Mux() *http.ServeMux { return a.mux }
