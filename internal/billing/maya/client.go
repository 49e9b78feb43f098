package maya

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The hosts of the provider, ready for [Config].
const (
	ProductionURL   = "https://pg.maya.ph"
	SandboxURL      = "https://pg-sandbox.paymaya.com"
	ProductionPages = "https://payments.maya.ph"
	SandboxPages    = "https://payments-web-sandbox.paymaya.com"
)

const (
	defaultTimeout = 30 * time.Second
	defaultRetries = 3
	defaultBackoff = 200 * time.Millisecond

	// maxAnswer bounds what is read of one answer.
	maxAnswer = 4 << 20
)

// Lifetime is how long a checkout can be paid after it was made. Payments in Maya's own app may end sooner.
const Lifetime = time.Hour

// MaxReference is how many characters a reference may have: the older documentation says 40, and clients were seen
// to be refused above 36.
const MaxReference = 36

// Config says which account a Client speaks for, and how patiently.
type Config struct {
	// BaseURL is scheme and host of the API, with a path only when it is mounted below one.
	BaseURL string
	// PagesURL is scheme and host of the hosted pages; it is needed only to name the page of a checkout whose
	// creation was not answered.
	PagesURL string

	// PublicKey (pk-...) and SecretKey (sk-...) are one account's. Neither is logged or put into an error.
	PublicKey string
	SecretKey string

	// HTTP is copied, and the copy follows no redirect: a redirect would carry a key to another host. Nil means
	// http.DefaultTransport.
	HTTP *http.Client

	// Timeout bounds a call whose context has no deadline; 0 means 30 s.
	Timeout time.Duration

	// Retries is how often a read is repeated after an outage; 0 means 3, negative means never. Calls that change
	// something are never repeated.
	Retries int

	// Backoff is the longest pause before the first repetition, doubled for each further one. 0 means 200 ms.
	Backoff time.Duration
}

// Client calls the API for one account. It is safe for concurrent use.
type Client struct {
	base, pages    string // without trailing slash
	public, secret string
	http           *http.Client
	timeout        time.Duration
	retries        int
	backoff        time.Duration
}

// New checks the configuration and returns a client; it makes no call.
func New(cfg Config) (*Client, error) {
	for _, raw := range []string{cfg.BaseURL, cfg.PagesURL} {
		if err := checkBase(raw); err != nil {
			return nil, err
		}
	}
	switch {
	case !strings.HasPrefix(cfg.PublicKey, "pk-") || !printable(cfg.PublicKey):
		return nil, errors.New("maya: the public key has to begin with pk-")
	case !strings.HasPrefix(cfg.SecretKey, "sk-") || !printable(cfg.SecretKey):
		return nil, errors.New("maya: the secret key has to begin with sk-")
	}
	c := &Client{
		base: strings.TrimRight(cfg.BaseURL, "/"), pages: strings.TrimRight(cfg.PagesURL, "/"),
		public: cfg.PublicKey, secret: cfg.SecretKey, http: withoutRedirects(cfg.HTTP),
		timeout: cfg.Timeout, retries: cfg.Retries, backoff: cfg.Backoff,
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if c.retries == 0 {
		c.retries = defaultRetries
	}
	if c.backoff <= 0 {
		c.backoff = defaultBackoff
	}
	return c, nil
}

func checkBase(raw string) error {
	base, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("maya: a base URL cannot be read")
	case base.Scheme != "http" && base.Scheme != "https", base.Host == "":
		return fmt.Errorf("maya: the base URL %q needs a scheme (http or https) and a host", raw)
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return errors.New("maya: a base URL may have no user, query or fragment")
	}
	return nil
}

func withoutRedirects(given *http.Client) *http.Client {
	var own http.Client
	if given != nil {
		own = *given
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// String names the client without its keys, so that a stray %v in a log line stays harmless.
func (c *Client) String() string { return "maya client at " + c.base }

// GoString does for %#v what String does for %v.
func (c *Client) GoString() string { return c.String() }

// LogValue implements slog.LogValuer, without the keys.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }
