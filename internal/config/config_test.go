package config_test

import (
	"log/slog"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"reserva/internal/config"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/token"
)

// mayaKey is a public key whose other half nobody has.
const mayaKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmr02NDmCiNybV5SylbI6
z9X2P0LxzPt+wqOLmYbB4htCOzx2z1U/MGGLBQGak4GqRbJHIMRJ47+t6mwrqc1W
KsybSFVjMnaMa+KL87Uqrcdd3n4s3lSC2kx9IDEWmeeNi7b9TPtfYkHe1uEQQbYo
ZGXPhW7LruA8vmLUqsRNBB9U7V4bYJccixrMCTXE4AKlC6xaDNrLO2aiXzYBFsrC
lYifwNH1282JzfXIkkZ7noq2FXmpk9iftSpOwf6ajvhVMyZKcDLQeG3EWUl1Gq7i
HbKvAGlzPVXlz0Bnh8UnmC6t7hd+NEmnBOM271nm9zmN4AIjGG7KoCsrHMifzmLo
YwIDAQAB
-----END PUBLIC KEY-----
`

func parse(t *testing.T, f config.Flags) config.Config {
	t.Helper()
	c, err := f.Parse()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNothingSetIsDevelopment(t *testing.T) {
	c := parse(t, config.Flags{Data: "data"})
	want := config.Config{
		Addr: "localhost:8080", RateLimit: true, Metrics: config.Metrics{On: true}, Simulators: true, WebhooksLocal: true,
		Log:  config.Log{Level: slog.LevelInfo},
		Data: "data", Database: config.Database{MaxConns: 16}, Workers: 4,
		Paper: config.Paper{URL: "https://open-api.paper.id"},
		Maya:  config.Maya{URL: "https://pg.maya.ph", PagesURL: "https://payments.maya.ph"},
		Guest: config.Guest{VerifyTTL: time.Hour, CreatesMinute: 10, VerifyMinute: 10, MaxUnverified: 5},

		Withdrawals: config.Withdrawals{Minimum: 50_000, AvailableAfter: 24 * time.Hour},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestEverySettingIsRead(t *testing.T) {
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := keys.Encode()
	if err != nil {
		t.Fatal(err)
	}
	prefix := netip.MustParsePrefix
	c := parse(t, config.Flags{
		Env: "production", Addr: ":80", PublicURL: "https://book.example.com/", Proxies: " 10.0.0.0/8, ::1 ,,",
		CORS:      " https://App.example.com, http://localhost:3000,https://shop.example.com:443 , https://*.example.com:8443,",
		RateLimit: "on", Metrics: "127.0.0.1:9090", LogLevel: "warn", LogFormat: "json",
		Data: "/srv/reserva", DatabaseURL: "postgres://u:p@db/reserva", DirectURL: "postgresql://u:p@db:5433/reserva",
		MaxConns: "40", Workers: "0", Keys: string(encoded),
		SMTPURL: "smtp://me:s%40cret@mail.example.com:2525?tls=none", MailFrom: "Réserva <No-Reply@Example.com>",
		SMSURL: "https://sms.example.com/send", SMSToken: "token",
		Simulators: "on", PaperClientID: "id", PaperClientSecret: "secret", PaperURL: "https://paper.example.com/x/",
		PaperWebhookSecret: "ws", PaperWebhookToken: "wt", PaperCompanyID: "ci", PaperNetworks: "13.229.160.234",
		MayaPublicKey: "pk-1", MayaSecretKey: "sk-1", MayaURL: "https://maya.example.com/", MayaPagesURL: "https://pay.example.com",
		MayaWebhookKeys: mayaKey, MayaSigned: "on", MayaNetworks: "18.138.50.235",
		GuestDomain: "Example.com", GuestLink: "https://{tenant}.example.com/{branch}/{handle}",
		GuestVerifyTTL: "90m", GuestRate: "20", GuestVerifyRate: "30", GuestUnverified: "2",
		Payouts: "provider", MinWithdrawal: "75000", EarningsAfter: "0s",
	})
	if c.Database.Keys == nil {
		t.Error("keys were not read")
	}
	c.Database.Keys = nil
	if len(c.Maya.WebhookKeys) != 1 {
		t.Error("Maya's key was not read")
	}
	c.Maya.WebhookKeys = nil
	want := config.Config{
		Production: true, Addr: ":80", PublicURL: "https://book.example.com",
		TrustedProxies: []netip.Prefix{prefix("10.0.0.0/8"), prefix("::1/128")}, RateLimit: true,
		CORSOrigins: []string{"https://app.example.com", "http://localhost:3000", "https://shop.example.com", "https://*.example.com:8443"},
		Metrics:     config.Metrics{Addr: "127.0.0.1:9090"}, Log: config.Log{Level: slog.LevelWarn, JSON: true},
		Simulators: true, Data: "/srv/reserva", Workers: 0,
		Database: config.Database{URL: "postgres://u:p@db/reserva", DirectURL: "postgresql://u:p@db:5433/reserva", MaxConns: 40},
		Mail: config.Mail{
			SMTP: &mail.SMTPConfig{Host: "mail.example.com", Port: 2525, User: "me", Password: "s@cret", TLS: mail.TLSNone},
			From: mail.Address{Name: "Réserva", Address: "no-reply@example.com"},
		},
		SMS: config.SMS{URL: "https://sms.example.com/send", Token: "token"},
		Paper: config.Paper{
			URL: "https://paper.example.com/x", ClientID: "id", ClientSecret: "secret",
			WebhookSecret: "ws", WebhookToken: "wt", CompanyID: "ci", Networks: []netip.Prefix{prefix("13.229.160.234/32")},
		},
		Maya: config.Maya{
			URL: "https://maya.example.com", PagesURL: "https://pay.example.com", PublicKey: "pk-1", SecretKey: "sk-1",
			Signed: true, Networks: []netip.Prefix{prefix("18.138.50.235/32")},
		},
		Guest: config.Guest{
			Domain: "example.com", Link: "https://{tenant}.example.com/{branch}/{handle}",
			VerifyTTL: 90 * time.Minute, CreatesMinute: 20, VerifyMinute: 30, MaxUnverified: 2,
		},
		Withdrawals: config.Withdrawals{Minimum: 75_000},
	}
	if diff := cmp.Diff(want, c, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestMistakes(t *testing.T) {
	tests := map[string]struct {
		flags config.Flags
		want  string
	}{
		"env":               {config.Flags{Env: "staging"}, `RESERVA_ENV: "staging" is none of development, production`},
		"addr":              {config.Flags{Addr: "8080"}, `RESERVA_ADDR: "8080" is not host:port`},
		"addr port":         {config.Flags{Addr: ":http"}, `RESERVA_ADDR: ":http" is not host:port`},
		"public url":        {config.Flags{PublicURL: "example.com"}, `RESERVA_PUBLIC_URL: must be an http or https URL without user, query and fragment`},
		"network":           {config.Flags{Proxies: "10.0.0.0/33"}, `RESERVA_TRUSTED_PROXIES: "10.0.0.0/33" is not a network`},
		"network bits":      {config.Flags{PaperNetworks: "10.0.0.1/8"}, `RESERVA_PAPER_NETWORKS: "10.0.0.1/8" has bits beyond its length; 10.0.0.0/8 is the network`},
		"origin":            {config.Flags{CORS: "https://a.example, *"}, `RESERVA_CORS_ORIGINS: "*" is not an origin such as https://app.example.com or https://*.example.com`},
		"origin null":       {config.Flags{CORS: "null"}, `RESERVA_CORS_ORIGINS: "null" is not an origin such as https://app.example.com or https://*.example.com`},
		"origin path":       {config.Flags{CORS: "https://a.example/"}, `RESERVA_CORS_ORIGINS: "https://a.example/" is not an origin such as https://app.example.com or https://*.example.com`},
		"origin user":       {config.Flags{CORS: "https://u@a.example"}, `RESERVA_CORS_ORIGINS: "https://u@a.example" is not an origin such as https://app.example.com or https://*.example.com`},
		"origin of all":     {config.Flags{CORS: "https://*.com"}, `RESERVA_CORS_ORIGINS: "https://*.com" is not an origin such as https://app.example.com or https://*.example.com`},
		"origin inside":     {config.Flags{CORS: "https://a.*.example.com"}, `RESERVA_CORS_ORIGINS: "https://a.*.example.com" is not an origin such as https://app.example.com or https://*.example.com`},
		"limits":            {config.Flags{Env: "production", RateLimit: "off"}, `RESERVA_RATE_LIMIT: may not be off in production`},
		"webhooks":          {config.Flags{Env: "production", WebhooksLocal: "on"}, `RESERVA_WEBHOOKS_LOCAL: may not be on in production`},
		"metrics":           {config.Flags{Metrics: "yes"}, `RESERVA_METRICS: "yes" is none of on, off and host:port`},
		"level":             {config.Flags{LogLevel: "loud"}, `RESERVA_LOG_LEVEL: "loud" is none of debug, info, warn, error`},
		"database":          {config.Flags{DatabaseURL: "mysql://u:p@h/d"}, `RESERVA_DATABASE_URL: must look like postgres://user:password@host:5432/database`},
		"direct alone":      {config.Flags{DirectURL: "postgres://h/d"}, `RESERVA_DATABASE_DIRECT_URL: needs RESERVA_DATABASE_URL as well`},
		"connections":       {config.Flags{MaxConns: "1"}, `RESERVA_MAX_CONNS: "1" is not a number from 2 to 1000`},
		"keys":              {config.Flags{Keys: "{}"}, `RESERVA_KEYS: is not the content of a keys.json`},
		"smtp":              {config.Flags{SMTPURL: "mail.example.com", MailFrom: "a@b.cd"}, `RESERVA_SMTP_URL: must look like smtp://user:password@host:587?tls=starttls`},
		"smtp tls":          {config.Flags{SMTPURL: "smtp://h?tls=maybe", MailFrom: "a@b.cd"}, `RESERVA_SMTP_URL: must look like smtp://user:password@host:587?tls=starttls: the TLS mode is none of none, starttls, tls`},
		"smtp parameter":    {config.Flags{SMTPURL: "smtp://h?ssl=1", MailFrom: "a@b.cd"}, `RESERVA_SMTP_URL: "ssl" is none of its parameters; there is only tls`},
		"from missing":      {config.Flags{SMTPURL: "smtp://h"}, `RESERVA_MAIL_FROM: must be set, because RESERVA_SMTP_URL is`},
		"from":              {config.Flags{MailFrom: "me"}, `RESERVA_MAIL_FROM: "me" is not a mailbox such as 'Reserva <no-reply@example.com>'`},
		"half an account":   {config.Flags{PaperClientID: "id"}, `RESERVA_PAPER_CLIENT_SECRET: must be set, because RESERVA_PAPER_CLIENT_ID is`},
		"Maya's other key":  {config.Flags{MayaPublicKey: "pk-1"}, `RESERVA_MAYA_SECRET_KEY: must be set, because RESERVA_MAYA_PUBLIC_KEY is`},
		"Maya's keys":       {config.Flags{MayaPublicKey: "sk-1", MayaSecretKey: "sk-1"}, `RESERVA_MAYA_PUBLIC_KEY: must begin with pk-`},
		"Maya's signature":  {config.Flags{MayaSigned: "on"}, `RESERVA_MAYA_WEBHOOK_KEYS: must be set, because RESERVA_MAYA_SIGNED is on`},
		"domain":            {config.Flags{GuestDomain: "-x"}, `RESERVA_GUEST_DOMAIN: "-x" is not a domain`},
		"link placeholder":  {config.Flags{GuestLink: "http://h/{handle}/{id}"}, `RESERVA_GUEST_LINK: "{id}" is none of {tenant}, {branch}, {handle}`},
		"link unclosed":     {config.Flags{GuestLink: "http://h/{handle}/{"}, `RESERVA_GUEST_LINK: "{" is none of {tenant}, {branch}, {handle}`},
		"link lacks handle": {config.Flags{GuestLink: "http://h/"}, `RESERVA_GUEST_LINK: must contain {handle}, which proves who reads the e-mail`},
		"ttl":               {config.Flags{GuestVerifyTTL: "60"}, `RESERVA_GUEST_VERIFY_TTL: "60" is not a duration from 1m to 168h, such as 90m`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.flags.Data = "data"
			_, err := test.flags.Parse()
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// Every text setting takes the same nonsense: each that can be wrong says so, and
// none repeats what may be a secret.
func TestAllMistakesAtOnceAndNoSecrets(t *testing.T) {
	var f config.Flags
	v := reflect.ValueOf(&f).Elem()
	for i := range v.NumField() {
		text := "\x01 nonsense"
		if _, secret := v.Type().Field(i).Tag.Lookup("secret"); secret {
			text = "\x01 hunter2"
		}
		v.Field(i).SetString(text)
	}
	f.MailFrom = "hello@example.com"
	_, err := f.Parse()
	if err == nil {
		t.Fatal("nonsense was accepted")
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret is repeated in: %v", err)
	}
	var named []string
	for line := range strings.Lines(err.Error()) {
		variable, _, _ := strings.Cut(line, ":")
		if len(named) == 0 || named[len(named)-1] != variable {
			named = append(named, variable)
		}
	}
	want := strings.Fields(`RESERVA_ENV RESERVA_ADDR RESERVA_PUBLIC_URL RESERVA_TRUSTED_PROXIES RESERVA_CORS_ORIGINS RESERVA_RATE_LIMIT
		RESERVA_LOG_LEVEL RESERVA_LOG_FORMAT RESERVA_WORKERS RESERVA_METRICS RESERVA_SIMULATORS RESERVA_WEBHOOKS_LOCAL RESERVA_DATABASE_URL
		RESERVA_DATABASE_DIRECT_URL RESERVA_MAX_CONNS RESERVA_KEYS_FILE RESERVA_KEYS RESERVA_SMTP_URL RESERVA_SMS_URL
		RESERVA_PAPER_URL RESERVA_PAPER_NETWORKS RESERVA_MAYA_URL RESERVA_MAYA_PAGES_URL RESERVA_MAYA_NETWORKS RESERVA_MAYA_SIGNED
		RESERVA_MAYA_PUBLIC_KEY RESERVA_MAYA_SECRET_KEY RESERVA_MAYA_WEBHOOK_KEYS RESERVA_GUEST_DOMAIN RESERVA_GUEST_LINK RESERVA_GUEST_VERIFY_TTL
		RESERVA_GUEST_RATE RESERVA_GUEST_VERIFY_RATE RESERVA_GUEST_UNVERIFIED
		RESERVA_FONTS RESERVA_MIN_WITHDRAWAL RESERVA_EARNINGS_AFTER RESERVA_PAYOUTS`)
	if diff := cmp.Diff(want, named); diff != "" {
		t.Error(diff)
	}
}

func TestProductionWarns(t *testing.T) {
	c := parse(t, config.Flags{Env: "production", Data: "data", DatabaseURL: "postgres://h/d"})
	if len(c.Warnings) != 4 || c.Simulators || c.Metrics.On {
		t.Errorf("simulators %v, metrics %v, warnings:\n%s", c.Simulators, c.Metrics.On, strings.Join(c.Warnings, "\n"))
	}
	keys := parse(t, config.Flags{
		Env: "production", Data: "data", DatabaseURL: "postgres://h/d", KeysFile: "keys.json", PublicURL: "https://example.com",
		Proxies: "10.0.0.1", SMTPURL: "smtp://h", MailFrom: "a@example.com", PaperClientID: "i", PaperClientSecret: "s",
	})
	if len(keys.Warnings) != 0 {
		t.Errorf("warnings: %v", keys.Warnings)
	}
}

func TestListening(t *testing.T) {
	at := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4321}
	for addr, want := range map[string]string{
		"localhost:8080": "http://localhost:4321",
		"localhost:0":    "http://localhost:4321",
		":0":             "http://localhost:4321",
		"0.0.0.0:0":      "http://localhost:4321",
		"[::]:0":         "http://localhost:4321",
		"[::1]:0":        "http://[::1]:4321",
		"10.0.0.7:80":    "http://10.0.0.7:4321",
	} {
		c := parse(t, config.Flags{Data: "data", Addr: addr}).Listening(at)
		if c.PublicURL != want || c.Guest.Link != want+"/verify/{tenant}/{branch}/{handle}" {
			t.Errorf("%s: public %s, link %s", addr, c.PublicURL, c.Guest.Link)
		}
	}
	c := parse(t, config.Flags{Data: "data", PublicURL: "https://book.example.com", GuestLink: "https://x.test/{handle}"}).Listening(at)
	if c.PublicURL != "https://book.example.com" || c.Guest.Domain != "book.example.com" || c.Guest.Link != "https://x.test/{handle}" {
		t.Errorf("settings were replaced: %+v", c)
	}
}

func TestUnknown(t *testing.T) {
	got := config.Unknown([]string{"PATH=/bin", "RESERVA_ADDR=:1", "RESERVA_PROXIES=::1", "RESERVA_TEST_DATABASE_URL=x"})
	if diff := cmp.Diff([]string{"RESERVA_PROXIES"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCommandLineAndEnvironment(t *testing.T) {
	t.Setenv("RESERVA_ADDR", "localhost:1")
	t.Setenv("RESERVA_WORKERS", "")
	t.Setenv("RESERVA_LOG_LEVEL", "debug")
	var cli struct{ config.Flags }
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"--addr=localhost:2", "--data=x"}); err != nil {
		t.Fatal(err)
	}
	c := parse(t, cli.Flags)
	if c.Addr != "localhost:2" || c.Log.Level != slog.LevelDebug || c.Workers != 4 {
		t.Errorf("addr %s, level %s, workers %d", c.Addr, c.Log.Level, c.Workers)
	}
}

func TestMarkdownNamesEverySetting(t *testing.T) {
	page := config.Markdown()
	for field := range reflect.TypeFor[config.Flags]().Fields() {
		tag := field.Tag
		if tag.Get("help") == "" || tag.Get("group") == "" || tag.Get("placeholder") == "" {
			t.Errorf("%s lacks help, group or placeholder", field.Name)
		}
		if !strings.Contains(page, "| `"+tag.Get("env")+"` | `--"+tag.Get("name")+"` |") {
			t.Errorf("%s is not on the page", tag.Get("env"))
		}
	}
	for line := range strings.Lines(page) {
		if cells := strings.Count(line, "|") - strings.Count(line, `\|`); strings.HasPrefix(line, "|") && cells != 5 {
			t.Errorf("a row of %d bars: %s", cells, line)
		}
	}
}
