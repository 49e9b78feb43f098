package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/pgserver"
	"reserva/internal/kit/token"
)

// Parse reads all settings. Its error joins every mistake, one a line, each
// beginning with the name of its variable.
func (f Flags) Parse() (Config, error) {
	f = f.trimmed()
	r := &reader{}
	c := Config{
		Production:     r.choice("RESERVA_ENV", f.Env, "development", "production") == "production",
		Addr:           r.address("RESERVA_ADDR", f.Addr),
		PublicURL:      r.base("RESERVA_PUBLIC_URL", f.PublicURL),
		TrustedProxies: r.networks("RESERVA_TRUSTED_PROXIES", f.Proxies),
		CORSOrigins:    r.origins("RESERVA_CORS_ORIGINS", f.CORS),
		RateLimit:      r.choice("RESERVA_RATE_LIMIT", f.RateLimit, "on", "off") == "on",
		Log: Log{
			Level: r.level("RESERVA_LOG_LEVEL", f.LogLevel),
			JSON:  r.choice("RESERVA_LOG_FORMAT", f.LogFormat, "text", "json") == "json",
		},
		Workers: r.number("RESERVA_WORKERS", f.Workers, 0, 256),
	}
	if c.Production && !c.RateLimit {
		r.mistake("RESERVA_RATE_LIMIT", "may not be off in production")
	}
	c.Metrics = r.metrics(f.Metrics, c.Production)
	c.Simulators = !c.Production
	if f.Simulators != "" {
		c.Simulators = r.choice("RESERVA_SIMULATORS", f.Simulators, "on", "off") == "on"
	}
	c.WebhooksLocal = !c.Production
	if f.WebhooksLocal != "" {
		c.WebhooksLocal = r.choice("RESERVA_WEBHOOKS_LOCAL", f.WebhooksLocal, "on", "off") == "on"
	}
	if c.Production && c.WebhooksLocal {
		r.mistake("RESERVA_WEBHOOKS_LOCAL", "may not be on in production")
	}
	c.Data = r.data(f.Data)
	c.Database = r.database(f)
	c.Mail = r.mail(f)
	c.SMS = SMS{URL: r.web("RESERVA_SMS_URL", f.SMSURL), Token: f.SMSToken}
	c.Paper = r.paper(f)
	c.Maya = r.maya(f)
	c.Guest = r.guest(f)
	c.Fonts = r.paths("RESERVA_FONTS", f.Fonts)
	c.Withdrawals = Withdrawals{
		Manual: c.Paper.Configured() || !c.Simulators, Minimum: r.number("RESERVA_MIN_WITHDRAWAL", f.MinWithdrawal, 1, 1_000_000_000),
		AvailableAfter: r.duration("RESERVA_EARNINGS_AFTER", f.EarningsAfter, 0, 720*time.Hour),
	}
	if f.Payouts != "" {
		c.Withdrawals.Manual = r.choice("RESERVA_PAYOUTS", f.Payouts, "provider", "manual") == "manual"
	}
	c.Warnings = warnings(c)
	return c, errors.Join(r.mistakes...)
}

// reader collects what is wrong.
type reader struct{ mistakes []error }

func (r *reader) mistake(variable, format string, args ...any) {
	r.mistakes = append(r.mistakes, fmt.Errorf("%s: %s", variable, fmt.Sprintf(format, args...)))
}

func (r *reader) data(folder string) string {
	if folder != "" {
		return folder
	}
	folder, err := pgserver.DefaultDir()
	if err != nil {
		r.mistake("RESERVA_DATA", "must be set: %v", err)
	}
	return folder
}

func (r *reader) database(f Flags) Database {
	d := Database{
		URL:       r.postgres("RESERVA_DATABASE_URL", f.DatabaseURL),
		DirectURL: r.postgres("RESERVA_DATABASE_DIRECT_URL", f.DirectURL),
		MaxConns:  int32(r.number("RESERVA_MAX_CONNS", f.MaxConns, 2, 1000)),
		KeysFile:  f.KeysFile,
	}
	switch {
	case d.DirectURL == "":
		d.DirectURL = d.URL
	case d.URL == "":
		r.mistake("RESERVA_DATABASE_DIRECT_URL", "needs RESERVA_DATABASE_URL as well")
	}
	if f.Keys == "" {
		return d
	}
	if f.KeysFile != "" {
		r.mistake("RESERVA_KEYS_FILE", "RESERVA_KEYS is set as well; one of them is enough")
	}
	keys, err := token.ParseKeys([]byte(f.Keys))
	if err != nil {
		r.mistake("RESERVA_KEYS", "is not the content of a keys.json")
	}
	d.Keys = keys
	return d
}

// mail reads smtp://user:password@host:port?tls=mode. Nothing of it is repeated in
// a mistake.
func (r *reader) mail(f Flags) Mail {
	var m Mail
	if f.MailFrom != "" {
		m.From = r.mailbox("RESERVA_MAIL_FROM", f.MailFrom)
	}
	if f.SMTPURL == "" {
		return m
	}
	if f.MailFrom == "" {
		r.mistake("RESERVA_MAIL_FROM", "must be set, because RESERVA_SMTP_URL is")
	}
	const form = "must look like smtp://user:password@host:587?tls=starttls"
	u, err := url.Parse(f.SMTPURL)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		r.mistake("RESERVA_SMTP_URL", form)
		return m
	}
	query := u.Query()
	for name := range query {
		if name != "tls" {
			r.mistake("RESERVA_SMTP_URL", "%q is none of its parameters; there is only tls", name)
		}
	}
	config := mail.SMTPConfig{Host: u.Hostname(), User: u.User.Username(), TLS: mail.TLS(query.Get("tls"))}
	config.Password, _ = u.User.Password()
	if u.Port() != "" {
		config.Port, _ = strconv.Atoi(u.Port())
	}
	if _, err := mail.NewSMTP(config); err != nil {
		r.mistake("RESERVA_SMTP_URL", "%s: %s", form, strings.TrimPrefix(err.Error(), "mail: "))
		return m
	}
	m.SMTP = &config
	return m
}

func (r *reader) paper(f Flags) Paper {
	p := Paper{
		URL:      r.base("RESERVA_PAPER_URL", f.PaperURL),
		ClientID: f.PaperClientID, ClientSecret: f.PaperClientSecret,
		WebhookSecret: f.PaperWebhookSecret, WebhookToken: f.PaperWebhookToken, CompanyID: f.PaperCompanyID,
		Networks: r.networks("RESERVA_PAPER_NETWORKS", f.PaperNetworks),
	}
	switch {
	case p.ClientID != "" && p.ClientSecret == "":
		r.mistake("RESERVA_PAPER_CLIENT_SECRET", "must be set, because RESERVA_PAPER_CLIENT_ID is")
	case p.ClientID == "" && p.ClientSecret != "":
		r.mistake("RESERVA_PAPER_CLIENT_ID", "must be set, because RESERVA_PAPER_CLIENT_SECRET is")
	}
	return p
}

func (r *reader) maya(f Flags) Maya {
	m := Maya{
		URL: r.base("RESERVA_MAYA_URL", f.MayaURL), PagesURL: r.base("RESERVA_MAYA_PAGES_URL", f.MayaPagesURL),
		PublicKey: f.MayaPublicKey, SecretKey: f.MayaSecretKey, Networks: r.networks("RESERVA_MAYA_NETWORKS", f.MayaNetworks),
		Signed: f.MayaSigned != "" && r.choice("RESERVA_MAYA_SIGNED", f.MayaSigned, "on", "off") == "on",
	}
	switch {
	case m.PublicKey != "" && m.SecretKey == "":
		r.mistake("RESERVA_MAYA_SECRET_KEY", "must be set, because RESERVA_MAYA_PUBLIC_KEY is")
	case m.PublicKey == "" && m.SecretKey != "":
		r.mistake("RESERVA_MAYA_PUBLIC_KEY", "must be set, because RESERVA_MAYA_SECRET_KEY is")
	}
	if m.PublicKey != "" && !strings.HasPrefix(m.PublicKey, "pk-") {
		r.mistake("RESERVA_MAYA_PUBLIC_KEY", "must begin with pk-")
	}
	if m.SecretKey != "" && !strings.HasPrefix(m.SecretKey, "sk-") {
		r.mistake("RESERVA_MAYA_SECRET_KEY", "must begin with sk-")
	}
	if f.MayaWebhookKeys != "" {
		keys, err := maya.ParseKeys([]byte(f.MayaWebhookKeys))
		if err != nil {
			r.mistake("RESERVA_MAYA_WEBHOOK_KEYS", "are not public keys in PEM form")
		}
		m.WebhookKeys = keys
	} else if m.Signed {
		r.mistake("RESERVA_MAYA_WEBHOOK_KEYS", "must be set, because RESERVA_MAYA_SIGNED is on")
	}
	return m
}

func (r *reader) guest(f Flags) Guest {
	return Guest{
		Domain:        r.domain("RESERVA_GUEST_DOMAIN", f.GuestDomain),
		Link:          r.template("RESERVA_GUEST_LINK", f.GuestLink),
		VerifyTTL:     r.duration("RESERVA_GUEST_VERIFY_TTL", f.GuestVerifyTTL, time.Minute, 7*24*time.Hour),
		CreatesMinute: r.number("RESERVA_GUEST_RATE", f.GuestRate, 1, 1000),
		VerifyMinute:  r.number("RESERVA_GUEST_VERIFY_RATE", f.GuestVerifyRate, 1, 1000),
		MaxUnverified: r.number("RESERVA_GUEST_UNVERIFIED", f.GuestUnverified, 1, 1000),
	}
}

func (r *reader) metrics(text string, production bool) Metrics {
	switch text {
	case "":
		return Metrics{On: !production}
	case "on", "off":
		return Metrics{On: text == "on"}
	}
	if _, _, err := net.SplitHostPort(text); err != nil {
		r.mistake("RESERVA_METRICS", "%q is none of on, off and host:port", text)
		return Metrics{}
	}
	return Metrics{Addr: r.address("RESERVA_METRICS", text)}
}

func (r *reader) level(variable, text string) slog.Level {
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	return levels[r.choice(variable, text, "debug", "info", "warn", "error")]
}

// warnings are about production: development may be careless.
func warnings(c Config) []string {
	if !c.Production {
		return nil
	}
	var out []string
	warn := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	warn(c.PublicURL == "", "RESERVA_PUBLIC_URL is not set: links in messages lead to the address listened on")
	warn(c.PublicURL != "" && !strings.HasPrefix(c.PublicURL, "https://"), "RESERVA_PUBLIC_URL is not https: passwords and tokens travel in the clear")
	warn(len(c.TrustedProxies) == 0 && strings.HasPrefix(c.PublicURL, "https://"),
		"RESERVA_TRUSTED_PROXIES is not set: behind a proxy all clients count as one in rate limits")
	warn(c.Mail.SMTP == nil, "RESERVA_SMTP_URL is not set: no e-mail is sent, so nobody can prove an address")
	warn((!c.Paper.Configured() || !c.Maya.Configured()) && c.Simulators, "RESERVA_SIMULATORS is on: payments are simulated")
	warn(!c.Paper.Configured() && !c.Maya.Configured() && !c.Simulators, "neither RESERVA_PAPER_CLIENT_ID nor RESERVA_MAYA_PUBLIC_KEY is set: there is no paying online")
	warn(c.Database.URL != "" && c.Database.Keys == nil && c.Database.KeysFile == "",
		"neither RESERVA_KEYS nor RESERVA_KEYS_FILE is set: another server on this database would refuse our tokens")
	return out
}
