package config

import (
	"crypto/rsa"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"time"

	"reserva/internal/kit/mail"
	"reserva/internal/kit/token"
)

// Config is how a server runs.
type Config struct {
	Production bool
	Addr       string // host:port
	// PublicURL has no trailing slash. It is empty until Listening is told where.
	PublicURL      string
	TrustedProxies []netip.Prefix
	CORSOrigins    []string // scheme, host and port as browsers write them; the host may begin with *.
	RateLimit      bool
	Metrics        Metrics
	Log            Log
	// Simulators says whether one stands in for a provider that is not configured.
	Simulators bool

	Data     string // folder; made by whoever first needs it
	Database Database
	Workers  int // jobs at once; 0 runs none

	Mail  Mail
	SMS   SMS
	Paper Paper
	Maya  Maya
	Guest Guest
	// WebhooksLocal says whether events may be sent into this network.
	WebhooksLocal bool
	Fonts         []string // files and folders, searched before the machine's own

	Withdrawals Withdrawals

	// Warnings are settings that are possible and probably not meant.
	Warnings []string
}

// Metrics says where Prometheus finds its numbers.
type Metrics struct {
	On   bool   // at /metrics of the server itself
	Addr string // on an address of their own, or empty
}

// Withdrawals say how businesses are paid out.
type Withdrawals struct {
	Manual         bool // by the operator; else asked of Paper.id
	Minimum        int  // rupiah
	AvailableAfter time.Duration
}

// Log is how the log is written.
type Log struct {
	Level slog.Level
	JSON  bool
}

// Database is the PostgreSQL to use and the secrets that belong to its content.
type Database struct {
	URL       string // empty: a private one in the data folder
	DirectURL string // for migrations, jobs and LISTEN; URL where none was given
	MaxConns  int32
	Keys      *token.Keys // nil: those of KeysFile
	KeysFile  string      // empty: the data folder's
}

// Mail is the mail server; SMTP is nil where messages are kept.
type Mail struct {
	SMTP *mail.SMTPConfig
	From mail.Address
}

// SMS is the gateway for short messages; URL is empty where messages are kept.
type SMS struct{ URL, Token string }

// Paper is the platform's account at Paper.id, and how its callbacks are known.
// Empty means of proof are not asked for.
type Paper struct {
	URL                    string // without a trailing slash
	ClientID, ClientSecret string // both or none

	WebhookSecret string
	WebhookToken  string
	CompanyID     string
	Networks      []netip.Prefix
}

// Configured tells whether there is an account.
func (p Paper) Configured() bool { return p.ClientID != "" }

// Maya is the platform's account at Maya, and how callbacks of all accounts there are
// known.
type Maya struct {
	URL, PagesURL        string // without a trailing slash
	PublicKey, SecretKey string // both or none

	WebhookKeys []*rsa.PublicKey // empty: signatures are not looked at
	Signed      bool             // callbacks must be signed
	Networks    []netip.Prefix   // empty: from anywhere
}

// Configured tells whether there is an account.
func (m Maya) Configured() bool { return m.PublicKey != "" }

// Guest is about bookings without an account.
type Guest struct {
	Domain        string // whose subdomains name tenants
	Link          string // with {tenant}, {branch} and {handle}
	VerifyTTL     time.Duration
	CreatesMinute int // from one address
	VerifyMinute  int // from one address
	MaxUnverified int // of one e-mail address at a tenant
}

// Listening completes what depends on the address listened on, where the settings
// left it open: the public URL and what is built on it.
func (c Config) Listening(at net.Addr) Config {
	if c.PublicURL == "" {
		c.PublicURL = "http://" + reachable(c.Addr, at.String())
	}
	if c.Guest.Domain == "" {
		if u, err := url.Parse(c.PublicURL); err == nil {
			c.Guest.Domain = u.Hostname()
		}
	}
	if c.Guest.Link == "" {
		c.Guest.Link = c.PublicURL + "/verify/{tenant}/{branch}/{handle}"
	}
	return c
}

// reachable is the address asked for with the port that was given, or this machine
// where every address was asked for.
func reachable(asked, given string) string {
	host, _, _ := net.SplitHostPort(asked)
	_, port, _ := net.SplitHostPort(given)
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
