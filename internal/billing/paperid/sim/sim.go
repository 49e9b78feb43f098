package sim

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"reserva/internal/kit/snapshot"
)

// Config says how a simulator starts. Only one account is required.
type Config struct {
	Accounts []Account

	// PublicURL is where browsers reach the simulator, scheme and path prefix included. Empty takes the Host of the
	// request that asks, which is right only without a prefix and over plain HTTP.
	PublicURL string

	File     string          // the snapshot; empty keeps nothing
	Control  bool            // serve /sim/, which asks for no credentials
	Retries  []time.Duration // pauses before repeating an unacknowledged callback; nil, as in staging, never repeats
	Knobs    Knobs
	Clock    func() time.Time // nil means time.Now
	Log      *slog.Logger     // nil discards
	Delivery *http.Client     // for callbacks; nil means a client with a timeout of 10 s
}

// Account is one company's credentials and what its dashboard would hold.
type Account struct {
	ClientID     string
	ClientSecret string
	Business     string // name on payment pages of invoices that have no signature header
	CompanyID    string // sent as Paper-Company-Id with callbacks when set

	// WebhookSecret signs callbacks with X-Paper-Signature when set; the real provider has no such thing.
	WebhookSecret string
	Callbacks     Callbacks
}

// Callbacks are the URLs of the dashboard's callback tab. An empty one is not called.
type Callbacks struct {
	PaymentIn    string `json:"payment_in"`
	PaymentOut   string `json:"payment_out"`
	InvoicePaid  string `json:"invoice_paid"`
	Disbursement string `json:"disbursement"`
}

// ToOne sends all callbacks to one URL.
func ToOne(url string) Callbacks {
	return Callbacks{PaymentIn: url, PaymentOut: url, InvoicePaid: url, Disbursement: url}
}

// ProductionRetries is a plausible retry schedule: the provider says that production retries, not when.
func ProductionRetries() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute}
}

// Knobs make the simulator misbehave. All may be changed while it runs.
type Knobs struct {
	Latency      time.Duration // before every answer, after the work is done
	WriteLatency time.Duration // the same, for everything but GET
	Spread       time.Duration // up to that much more, by chance, for everything but GET
	FailNext     int           // that many API requests are answered with FailStatus and do nothing
	FailStatus   int           // 0 means 500
	LoseNext     int           // that many writes are carried out and their answer is lost
	LoseStatus   int           // what a lost answer looks like: 0 cuts the connection, else this status
	OldestFirst  bool          // order of the invoice list

	CallbackDelay     time.Duration
	Duplicates        int    // extra copies of each callback
	Drop              int    // that many callbacks are never sent; negative drops all
	Reverse           bool   // of the callbacks of one payment the last is sent first
	Unsigned          bool   // callbacks carry no X-Paper-Signature
	CompanyID         string // what Paper-Company-Id says instead of the account's own; "-" leaves it out
	OldShape          bool   // callbacks as older samples show them: no status on payment_info, QRIS under "ewallet"
	PayOverdue        bool   // the payment page also takes money for overdue invoices
	FailDisbursements bool   // withdrawals end as FAILED and return to the balance
}

// Staging are the knobs of the provider's staging environment as integrators met it: writes that take 6 to 30 seconds.
func Staging() Knobs { return Knobs{WriteLatency: 6 * time.Second, Spread: 24 * time.Second} }

// Simulator is the server. Make one with New and end it with Close.
type Simulator struct {
	log       *slog.Logger
	clock     func() time.Time
	publicURL string
	retries   []time.Duration
	delivery  *http.Client
	keeper    *snapshot.Keeper
	pages     *template.Template
	mux       *http.ServeMux

	life context.Context // ends with Close; bounds deliveries and saving
	end  context.CancelFunc
	work sync.WaitGroup

	mu         sync.Mutex
	closed     bool
	accounts   map[string]Account
	state      state
	knobs      Knobs
	deliveries []Delivery
	sending    int           // deliveries under way
	underway   chan struct{} // closed when there are none; nil while there are none
}

// New reads the snapshot, if there is one, and returns a running simulator. The end of ctx stops its callbacks as
// Close does.
func New(ctx context.Context, cfg Config) (*Simulator, error) {
	if len(cfg.Accounts) == 0 {
		return nil, errors.New("paperid simulator: no account")
	}
	pages, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		log: cfg.Log, clock: cfg.Clock, publicURL: strings.TrimRight(cfg.PublicURL, "/"), retries: cfg.Retries,
		delivery: cfg.Delivery, pages: pages, knobs: cfg.Knobs,
		accounts: map[string]Account{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.delivery == nil {
		s.delivery = &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	if s.state, err = load(cfg.File); err != nil {
		return nil, err
	}
	s.keeper = snapshot.New(cfg.File, s.marshal)
	for clientID, kept := range s.state.Accounts {
		s.accounts[clientID] = kept.account(clientID)
	}
	for _, account := range cfg.Accounts {
		s.SetAccount(account)
	}
	s.life, s.end = context.WithCancel(ctx)
	s.mux = s.routes(cfg.Control)
	s.spawn(func() { s.keeper.Run(s.life, s.log) })
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close stops callbacks that are still under way, saves, and waits for both until ctx ends.
func (s *Simulator) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	if err := s.wait(ctx); err != nil {
		return err
	}
	return s.keeper.Save()
}

// wait returns when every goroutine of the simulator has ended.
func (s *Simulator) wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// spawn starts a goroutine that Close waits for; after Close it does nothing and says so.
func (s *Simulator) spawn(run func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Go(run)
	return true
}

// now is the simulator's time. The lock is held.
func (s *Simulator) now() time.Time { return s.clock().Add(s.state.Offset) }

// SetAccount adds an account or replaces the one with the same ClientID; its books stay.
func (s *Simulator) SetAccount(account Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if account.Business == "" {
		account.Business = "Simulated merchant"
	}
	s.accounts[account.ClientID] = account
	s.keepAccount(account)
}

// SetCallbacks replaces an account's callback URLs; false when there is no such account. It is for tests whose
// receiver starts after the simulator.
func (s *Simulator) SetCallbacks(clientID string, to Callbacks) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, ok := s.accounts[clientID]
	if ok {
		account.Callbacks = to
		s.accounts[clientID] = account
		s.keepAccount(account)
	}
	return ok
}

// Knobs returns the knobs as they stand, with the counters of what is still to fail, be lost or dropped.
func (s *Simulator) Knobs() Knobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs
}

// SetKnobs replaces the knobs.
func (s *Simulator) SetKnobs(k Knobs) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs = k
}

// Advance moves the simulator's clock, so that invoices fall due, and returns its new time.
func (s *Simulator) Advance(d time.Duration) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Offset += d
	s.changed()
	return s.now()
}
