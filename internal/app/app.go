package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"reserva/internal/api"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/webhooks"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/appointments"
	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/token"
	"reserva/internal/people/keyring"
)

// Version is the product's, as the API document names it.
const Version = "0.1.0"

// issuer names the product in access tokens.
const issuer = "reserva"

// Options are what tests set beside the configuration. The zero Options are the
// product's.
type Options struct {
	Now         func() time.Time // nil: time.Now
	Log         *slog.Logger     // nil: silence
	DatabaseURL string           // goes before the configuration; it is migrated
	Keys        *token.Keys      // goes before the configuration
	Hashing     token.Params     // of passwords; zero: token.DefaultParams
	// OnBatch is shown the statements of each round trip to the database.
	OnBatch func(statements []string)
	// NoWorkers leaves the jobs in the queue, for tests that run them by hand.
	NoWorkers bool
}

// App is one server. Its exported fields are what features are built from.
type App struct {
	Config config.Config // complete, as after Listening
	Log    *slog.Logger
	Now    func() time.Time

	DB     *db.DB
	Jobs   *jobs.Registry
	Keys   *token.Keys
	Tokens *token.Tokens
	Hasher *token.Hasher
	Outbox *outbox.Outbox

	API *api.API
	Mux *http.ServeMux // of everything beside the API
	// BaseURL reaches this server from this machine over plain HTTP, whatever
	// stands before it: simulated providers are called there.
	BaseURL string

	// Staff and Customers are set by the features that know the tokens.
	Staff     api.StaffAuthenticator
	Customers api.CustomerAuthenticator

	// What features hand to one another, to commands and to tests.
	Plans        *subscriptions.Operations
	Router       *outlets.Router
	Appointments *appointments.Operations

	payments  *payments.Operations
	webhooks  *webhooks.Operations
	ring      *keyring.Ring
	options   Options
	storage   *storage
	paperID   *paperid.Client // of the platform's account; nil where there is none
	simulator *sim.Simulator  // of Paper.id; nil where there is a real account, or none

	mayaSimulator *mayasim.Simulator // likewise
	registry      *prometheus.Registry
	listener      net.Listener
	metrics       net.Listener // nil where metrics have no address of their own
	closers       []closer
	running       *running // nil before Start
	stop          sync.Once
}

// closer ends what a feature began.
type closer struct {
	name string
	end  func(ctx context.Context) error
}

// OnStop has end called when the server stops, after the last request and the last
// job, before the database closes; what was begun last ends first.
func (a *App) OnStop(name string, end func(ctx context.Context) error) {
	a.closers = append(a.closers, closer{name, end})
}

// New prepares a server: it listens but does not answer yet. ctx bounds the start
// only. The App must be stopped, unless New fails.
func New(ctx context.Context, c config.Config, o Options) (_ *App, err error) {
	a := &App{options: o, Log: o.Log, Now: o.Now}
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	a.Log = slog.New(api.LogHandler(a.Log.Handler()))
	if a.Now == nil {
		a.Now = time.Now
	}
	defer func() {
		if err != nil {
			stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
			defer cancel()
			err = errors.Join(err, a.Stop(stopCtx))
		}
	}()
	if err := a.listen(c); err != nil {
		return nil, err
	}
	a.storage, err = openStorage(ctx, a.Config, o, a.Log)
	if err != nil {
		return nil, err
	}
	a.Keys = a.storage.keys
	a.Jobs = jobs.NewRegistry()
	a.DB, err = db.Open(ctx, db.Options{
		URL: a.storage.url, MaxConns: c.Database.MaxConns, Now: a.Now, Log: a.Log, Subscribers: a.Jobs.Subscribers(),
		OnDemand: a.Jobs.OnDemand(), OnBatch: o.OnBatch,
	})
	if err != nil {
		return nil, err
	}
	if a.storage.justStarted() {
		if err := jobs.HandBack(ctx, a.DB); err != nil {
			return nil, fmt.Errorf("hand back the jobs of the server before: %w", err)
		}
	}
	if err := a.build(); err != nil {
		return nil, err
	}
	return a, a.signingKeys(ctx)
}

// Describe builds the API without a database, an address or a file: what it
// answers is only good for describing.
func Describe() (*api.API, error) {
	c, err := config.Flags{Data: "data"}.Parse()
	if err != nil {
		return nil, err
	}
	keys, err := token.NewKeys()
	if err != nil {
		return nil, err
	}
	a := &App{
		Config: c.Listening(&net.TCPAddr{Port: 8080}), Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Jobs: jobs.NewRegistry(), Keys: keys, BaseURL: "http://localhost:8080",
	}
	if err := a.build(); err != nil {
		return nil, err
	}
	return a.API, nil
}

// listen takes the addresses and completes the configuration.
func (a *App) listen(c config.Config) error {
	var err error
	if a.listener, err = net.Listen("tcp", c.Addr); err != nil {
		return fmt.Errorf("RESERVA_ADDR: %w", err)
	}
	if c.Metrics.Addr != "" {
		if a.metrics, err = net.Listen("tcp", c.Metrics.Addr); err != nil {
			return fmt.Errorf("RESERVA_METRICS: %w", err)
		}
	}
	a.Config = c.Listening(a.listener.Addr())
	a.BaseURL = "http://" + fromHere(a.listener.Addr())
	return nil
}

// fromHere is how an address listened on is reached from the same machine.
func fromHere(at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return at.String()
	}
	host := "127.0.0.1"
	if tcp.IP.To4() == nil && !dualStack() {
		host = "::1"
	}
	return net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}
