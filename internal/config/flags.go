package config

import (
	"reflect"
	"slices"
	"strings"
)

// Flags are the settings as they were given. The tags are those of the command
// line library, and what the reference page is made of: env and default say where
// from, help what for, group in which chapter.
type Flags struct {
	Env       string `name:"env" env:"RESERVA_ENV" default:"development" placeholder:"MODE" group:"Server" help:"development or production. In production, what is meant for development is off or refused."`
	Addr      string `name:"addr" env:"RESERVA_ADDR" default:"localhost:8080" placeholder:"HOST:PORT" group:"Server" help:"Where to listen for HTTP. Port 0 takes a free one."`
	PublicURL string `name:"public-url" env:"RESERVA_PUBLIC_URL" placeholder:"URL" group:"Server" help:"Where people reach this server, as it stands in links. Default: http and the address listened on."`
	Proxies   string `name:"trusted-proxies" env:"RESERVA_TRUSTED_PROXIES" placeholder:"NETWORK,..." group:"Server" help:"Networks or addresses of the reverse proxies whose X-Forwarded-For is believed."`
	CORS      string `name:"cors-origins" env:"RESERVA_CORS_ORIGINS" placeholder:"ORIGIN,..." group:"Server" help:"Web pages of other origins whose scripts may call the API, as https://app.example.com; https://*.example.com is every name one label below. Default: none."`
	RateLimit string `name:"rate-limit" env:"RESERVA_RATE_LIMIT" default:"on" placeholder:"on|off" group:"Server" help:"Whether callers are limited in requests a minute and an hour. off is for tests and refused in production."`
	Metrics   string `name:"metrics" env:"RESERVA_METRICS" placeholder:"on|off|HOST:PORT" group:"Server" help:"Prometheus metrics at /metrics: on the same address, not at all, or on an address of their own. Default: on in development, off in production."`
	LogLevel  string `name:"log-level" env:"RESERVA_LOG_LEVEL" default:"info" placeholder:"LEVEL" group:"Server" help:"debug, info, warn or error."`
	LogFormat string `name:"log-format" env:"RESERVA_LOG_FORMAT" default:"text" placeholder:"FORMAT" group:"Server" help:"text or json."`

	Data        string `name:"data" env:"RESERVA_DATA" placeholder:"FOLDER" group:"Storage" help:"Folder of the private PostgreSQL and of the keys. Default: /var/lib/reserva for root, else $XDG_DATA_HOME/reserva or ~/.local/share/reserva."`
	DatabaseURL string `name:"database-url" env:"RESERVA_DATABASE_URL" placeholder:"URL" group:"Storage" secret:"" help:"A PostgreSQL of yours, as postgres://user:password@host/database. Default: the server runs a private one in its data folder."`
	DirectURL   string `name:"database-direct-url" env:"RESERVA_DATABASE_DIRECT_URL" placeholder:"URL" group:"Storage" secret:"" help:"The same database without a transaction pooler between, for migrations and the job queue. Default: RESERVA_DATABASE_URL."`
	MaxConns    string `name:"max-conns" env:"RESERVA_MAX_CONNS" default:"16" placeholder:"N" group:"Storage" help:"Most connections to the database, 2 to 1000."`
	Workers     string `name:"workers" env:"RESERVA_WORKERS" default:"4" placeholder:"N" group:"Storage" help:"Jobs that this server runs at once, 0 to 256. 0 leaves jobs to other servers."`
	Keys        string `name:"keys" env:"RESERVA_KEYS" placeholder:"JSON" group:"Storage" hidden:"" secret:"" help:"The secrets that sign and seal: the content of a keys.json. Servers that share a database need the same. Default: keys.json in the data folder, made at the first start."`
	KeysFile    string `name:"keys-file" env:"RESERVA_KEYS_FILE" placeholder:"FILE" group:"Storage" help:"A file that holds what RESERVA_KEYS would."`

	SMTPURL  string `name:"smtp-url" env:"RESERVA_SMTP_URL" placeholder:"URL" group:"Messages" secret:"" help:"The mail server, as smtp://user:password@host:587?tls=starttls; tls is starttls, tls or none. Default: messages are kept, and shown at /dev/outbox in development."`
	MailFrom string `name:"mail-from" env:"RESERVA_MAIL_FROM" placeholder:"ADDRESS" group:"Messages" help:"Sender of e-mails, as in 'Reserva <no-reply@example.com>'. Needed with RESERVA_SMTP_URL."`
	SMSURL   string `name:"sms-url" env:"RESERVA_SMS_URL" placeholder:"URL" group:"Messages" secret:"" help:"Where short messages are posted as {\"to\", \"text\"}. Default: they are kept like e-mails."`
	SMSToken string `name:"sms-token" env:"RESERVA_SMS_TOKEN" placeholder:"TOKEN" group:"Messages" hidden:"" secret:"" help:"Bearer token for RESERVA_SMS_URL."`

	Simulators         string `name:"simulators" env:"RESERVA_SIMULATORS" placeholder:"on|off" group:"Payments" help:"Whether a simulator stands in for a payment provider that is not configured. Default: on in development, off in production."`
	PaperClientID      string `name:"paper-client-id" env:"RESERVA_PAPER_CLIENT_ID" placeholder:"ID" group:"Payments" help:"Client id of the platform's Paper.id account."`
	PaperClientSecret  string `name:"paper-client-secret" env:"RESERVA_PAPER_CLIENT_SECRET" placeholder:"SECRET" group:"Payments" hidden:"" secret:"" help:"Client secret of the platform's Paper.id account."`
	PaperURL           string `name:"paper-url" env:"RESERVA_PAPER_URL" default:"https://open-api.paper.id" placeholder:"URL" group:"Payments" help:"Base URL of the Paper.id Open API, for the credentials above. The sandbox is https://open-api.stag-v2.paper.id."`
	PaperWebhookSecret string `name:"paper-webhook-secret" env:"RESERVA_PAPER_WEBHOOK_SECRET" placeholder:"SECRET" group:"Payments" hidden:"" secret:"" help:"Callbacks must carry X-Paper-Signature, the HMAC-SHA256 of the body under this secret."`
	PaperWebhookToken  string `name:"paper-webhook-token" env:"RESERVA_PAPER_WEBHOOK_TOKEN" placeholder:"TOKEN" group:"Payments" hidden:"" secret:"" help:"Callbacks must carry ?token= with this text; those of a business's own account with the token in the address that it is shown."`
	PaperCompanyID     string `name:"paper-company-id" env:"RESERVA_PAPER_COMPANY_ID" placeholder:"ID" group:"Payments" help:"Callbacks must carry Paper-Company-Id with this text."`
	PaperNetworks      string `name:"paper-networks" env:"RESERVA_PAPER_NETWORKS" placeholder:"NETWORK,..." group:"Payments" help:"Networks or addresses that callbacks must come from."`
	Payouts            string `name:"payouts" env:"RESERVA_PAYOUTS" placeholder:"provider|manual" group:"Payments" help:"Whether withdrawals are asked of Paper.id, which pays them to the bank account of the platform's own account unless agreed otherwise, or paid out by hand. Default: provider with the simulator, manual otherwise."`
	EarningsAfter      string `name:"earnings-after" env:"RESERVA_EARNINGS_AFTER" default:"24h" placeholder:"DURATION" group:"Payments" help:"How long after its payment money can be withdrawn, 0s to 720h."`
	MinWithdrawal      string `name:"min-withdrawal" env:"RESERVA_MIN_WITHDRAWAL" default:"50000" placeholder:"N" group:"Payments" help:"The least that a business withdraws at once, in rupiah."`

	MayaPublicKey   string `name:"maya-public-key" env:"RESERVA_MAYA_PUBLIC_KEY" placeholder:"KEY" group:"Payments" help:"Public key (pk-...) of the platform's Maya account, which takes what is priced in pesos."`
	MayaSecretKey   string `name:"maya-secret-key" env:"RESERVA_MAYA_SECRET_KEY" placeholder:"KEY" group:"Payments" hidden:"" secret:"" help:"Secret key (sk-...) of the platform's Maya account."`
	MayaURL         string `name:"maya-url" env:"RESERVA_MAYA_URL" default:"https://pg.maya.ph" placeholder:"URL" group:"Payments" help:"Base URL of Maya's API, for the keys above. The sandbox is https://pg-sandbox.paymaya.com."`
	MayaPagesURL    string `name:"maya-pages-url" env:"RESERVA_MAYA_PAGES_URL" default:"https://payments.maya.ph" placeholder:"URL" group:"Payments" help:"Base URL of Maya's payment pages. The sandbox's is https://payments-web-sandbox.paymaya.com."`
	MayaWebhookKeys string `name:"maya-webhook-keys" env:"RESERVA_MAYA_WEBHOOK_KEYS" placeholder:"PEM" group:"Payments" hidden:"" help:"Maya's public keys in PEM form, one after the other: a signature of a callback has to be of one of them."`
	MayaSigned      string `name:"maya-signed" env:"RESERVA_MAYA_SIGNED" default:"off" placeholder:"on|off" group:"Payments" help:"Whether Maya's callbacks must be signed. Maya signs those of some accounts only."`
	MayaNetworks    string `name:"maya-networks" env:"RESERVA_MAYA_NETWORKS" placeholder:"NETWORK,..." group:"Payments" help:"Networks or addresses that Maya's callbacks must come from. Published for production: 18.138.50.235, 3.1.207.200."`

	WebhooksLocal string `name:"webhooks-local" env:"RESERVA_WEBHOOKS_LOCAL" placeholder:"on|off" group:"Webhooks" help:"Whether businesses may have events sent to addresses of this machine and network, and over plain HTTP. on is for development and refused in production. Default: on in development, off in production."`

	Fonts string `name:"fonts" env:"RESERVA_FONTS" placeholder:"PATH,..." group:"Invoices" help:"Fonts for names in Thai, Japanese, Chinese, Arabic and other scripts on printed invoices: files, or folders of them, before those of the machine. Default: the fonts installed on the machine."`

	GuestDomain     string `name:"guest-domain" env:"RESERVA_GUEST_DOMAIN" placeholder:"DOMAIN" group:"Guest booking" help:"Domain whose subdomains name tenants, as in glow.example.com. Default: the host of the public URL."`
	GuestLink       string `name:"guest-link" env:"RESERVA_GUEST_LINK" placeholder:"URL" group:"Guest booking" help:"Link in the e-mail that confirms a guest booking, with {tenant}, {branch} and {handle} to be filled in. Default: /verify/{tenant}/{branch}/{handle} below the public URL."`
	GuestVerifyTTL  string `name:"guest-verify-ttl" env:"RESERVA_GUEST_VERIFY_TTL" default:"60m" placeholder:"DURATION" group:"Guest booking" help:"How long a guest booking waits to be confirmed where the tenant says nothing else, 1m to 168h."`
	GuestRate       string `name:"guest-rate" env:"RESERVA_GUEST_RATE" default:"10" placeholder:"N" group:"Guest booking" help:"Guest bookings a minute from one address."`
	GuestVerifyRate string `name:"guest-verify-rate" env:"RESERVA_GUEST_VERIFY_RATE" default:"10" placeholder:"N" group:"Guest booking" help:"Confirmations of guest bookings a minute from one address."`
	GuestUnverified string `name:"guest-unverified" env:"RESERVA_GUEST_UNVERIFIED" default:"5" placeholder:"N" group:"Guest booking" help:"Unconfirmed guest bookings of one e-mail address at a tenant."`
}

// setting is one field of Flags, as its tags describe it.
type setting struct {
	field                              int
	flag, variable, byDefault          string
	group, placeholder, help, fallback string
	hidden                             bool
}

func settings() []setting {
	t := reflect.TypeFor[Flags]()
	all := make([]setting, t.NumField())
	for i := range all {
		tag := t.Field(i).Tag
		_, hidden := tag.Lookup("hidden")
		help, fallback, _ := strings.Cut(tag.Get("help"), " Default: ")
		all[i] = setting{
			field: i, flag: tag.Get("name"), variable: tag.Get("env"), byDefault: tag.Get("default"),
			group: tag.Get("group"), placeholder: tag.Get("placeholder"),
			help: help, fallback: strings.TrimSuffix(fallback, "."), hidden: hidden,
		}
	}
	return all
}

// trimmed returns the flags without surrounding space, the default in place of a
// blank.
func (f Flags) trimmed() Flags {
	v := reflect.ValueOf(&f).Elem()
	for _, s := range settings() {
		text := strings.TrimSpace(v.Field(s.field).String())
		if text == "" {
			text = s.byDefault
		}
		v.Field(s.field).SetString(text)
	}
	return f
}

// Unknown returns the names in an environment, as os.Environ gives it, that look
// like settings and are none: most often a slip in spelling. They are no mistakes,
// because orchestrators add variables of their own, named after the service.
func Unknown(environ []string) []string {
	known := []string{"RESERVA_TEST_DATABASE_URL"}
	for _, s := range settings() {
		known = append(known, s.variable)
	}
	var unknown []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "RESERVA_") && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}
