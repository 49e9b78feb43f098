package paperid

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The hosts of the provider, ready for [Config.BaseURL].
const (
	ProductionURL = "https://open-api.paper.id"
	StagingURL    = "https://open-api.stag-v2.paper.id"
)

const (
	defaultTimeout = 60 * time.Second // creates were seen to take over 30 s
	defaultRetries = 3
	defaultBackoff = 200 * time.Millisecond

	// maxAnswer bounds what is read of one answer. A full page of a hundred list entries is about 60 kB.
	maxAnswer = 4 << 20
)

// Config says which account a Client speaks for, and how patiently.
type Config struct {
	// BaseURL is scheme and host, with a path only when the API is mounted below one; /api/v1 is not part of it.
	// Its scheme is also given to the URLs that the provider sends without one.
	BaseURL string

	// ClientID and ClientSecret are one account's keys. The secret is never logged or put into an error.
	ClientID     string
	ClientSecret string

	// HTTP is copied, and the copy follows no redirect: a redirect would carry the secret to another host.
	// Nil means http.DefaultTransport.
	HTTP *http.Client

	// Timeout bounds a call whose context has no deadline; 0 means 60 s. A context's own deadline wins, shorter or
	// longer.
	Timeout time.Duration

	// Retries is how often a read is repeated after a network error, 5xx or 429; 0 means 3, negative means never.
	// Calls that change something are never repeated.
	Retries int

	// Backoff is the longest pause before the first repetition, doubled for each further one; the pause itself is
	// drawn at random below it. 0 means 200 ms.
	Backoff time.Duration
}

// Client calls the Open API for one account. It is safe for concurrent use.
type Client struct {
	base     string // without trailing slash
	scheme   string
	clientID string
	secret   string
	http     *http.Client
	timeout  time.Duration
	retries  int
	backoff  time.Duration
}

// New checks the configuration and returns a client; it makes no call.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(cfg.BaseURL)
	switch {
	case err != nil:
		return nil, errors.New("paperid: the base URL cannot be read")
	case base.Scheme != "http" && base.Scheme != "https", base.Host == "":
		return nil, fmt.Errorf("paperid: the base URL %q needs a scheme (http or https) and a host", cfg.BaseURL)
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("paperid: the base URL may have no user, query or fragment")
	case cfg.ClientID == "" || cfg.ClientSecret == "":
		return nil, errors.New("paperid: client id and client secret are required")
	case !headerSafe(cfg.ClientID) || !headerSafe(cfg.ClientSecret):
		return nil, errors.New("paperid: client id and client secret must be printable ASCII")
	}
	c := &Client{
		base:     strings.TrimRight(cfg.BaseURL, "/"),
		scheme:   base.Scheme,
		clientID: cfg.ClientID,
		secret:   cfg.ClientSecret,
		http:     withoutRedirects(cfg.HTTP),
		timeout:  cfg.Timeout,
		retries:  cfg.Retries,
		backoff:  cfg.Backoff,
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

func withoutRedirects(given *http.Client) *http.Client {
	var own http.Client
	if given != nil {
		own = *given
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

func headerSafe(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// String names the client without its secret, so that a stray %v in a log line stays harmless.
func (c *Client) String() string { return "paperid client " + c.clientID + " at " + c.base }

// GoString does for %#v what String does for %v.
func (c *Client) GoString() string { return c.String() }

// LogValue implements slog.LogValuer, without the secret.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }
