package sim

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"reserva/internal/kit/snapshot"
)

// Config says how a simulator starts. Nothing is required.
type Config struct {
	Accounts []Account

	// PublicURL is where browsers reach the simulator, scheme and path prefix included. Empty takes the Host of the
	// request that asks, which is right only without a prefix and over plain HTTP.
	PublicURL string

	File     string          // the snapshot; empty keeps nothing
	Control  bool            // serve /sim/, which asks for no credentials
	Retries  []time.Duration // pauses before repeating an unacknowledged callback; nil never repeats
	Knobs    Knobs
	Tick     time.Duration    // how often checkouts are looked through for those that expired; 0: when somebody calls
	Clock    func() time.Time // nil means time.Now
	Log      *slog.Logger     // nil discards
	Delivery *http.Client     // for callbacks; nil means a client with a timeout of 10 s
}

// Account is one merchant's keys.
type Account struct {
	PublicKey, SecretKey string
	Business             string // the name on pages
}

// Schedule is the documented one of callbacks that are not acknowledged: three more calls.
func Schedule() []time.Duration {
	return []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute}
}

// Knobs make the simulator misbehave. All may be changed while it runs.
type Knobs struct {
	Latency    time.Duration // before every answer, after the work is done
	FailNext   int           // that many API requests are answered with FailCode and do nothing
	FailCode   string        // "" means an HTTP 500 without a code
	LoseNext   int           // that many writes are carried out and answered with LoseCode
	LoseCode   string        // "" cuts the connection
	Duplicates int           // extra copies of each callback
	Drop       int           // that many callbacks are never sent; negative drops all
	LateExpiry bool          // a PAYMENT_EXPIRED follows each PAYMENT_SUCCESS
	Unsigned   bool          // callbacks carry no signature
	Ongoing    int           // that many refunds are answered with 202, until FinishRefunds
}

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
	key       func() (*rsa.PrivateKey, error) // made when first needed, since that takes a while

	life context.Context // ends with Close; bounds deliveries and saving
	end  context.CancelFunc
	work sync.WaitGroup

	mu         sync.Mutex
	closed     bool
	accounts   map[string]Account // by public key
	secrets    map[string]string  // public keys by secret key
	state      state
	knobs      Knobs
	deliveries []Delivery
	sending    int           // deliveries under way
	underway   chan struct{} // closed when there are none; nil while there are none
}

// New reads the snapshot, if there is one, and returns a running simulator. The end of ctx stops its callbacks as
// Close does.
func New(ctx context.Context, cfg Config) (*Simulator, error) {
	pages, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		log: cfg.Log, clock: cfg.Clock, publicURL: strings.TrimRight(cfg.PublicURL, "/"), retries: cfg.Retries,
		delivery: cfg.Delivery, pages: pages, knobs: cfg.Knobs,
		accounts: map[string]Account{}, secrets: map[string]string{},
		key: sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }),
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
	for publicKey, business := range s.state.Accounts {
		s.accounts[publicKey] = Account{PublicKey: publicKey, Business: business}
	}
	for _, account := range cfg.Accounts {
		s.SetAccount(account)
	}
	s.life, s.end = context.WithCancel(ctx)
	s.mux = s.routes(cfg.Control)
	s.spawn(func() { s.keeper.Run(s.life, s.log) })
	if cfg.Tick > 0 {
		s.spawn(func() {
			for s.sleep(cfg.Tick) {
				s.Expire()
			}
		})
	}
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
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return s.keeper.Save()
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

// sleep waits, and tells whether the simulator still lives.
func (s *Simulator) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return s.life.Err() == nil
	case <-s.life.Done():
		return false
	}
}

// PublicKeys are those under which callbacks are signed.
func (s *Simulator) PublicKeys() ([]*rsa.PublicKey, error) {
	key, err := s.key()
	if err != nil {
		return nil, errors.Join(errors.New("maya simulator: no key"), err)
	}
	return []*rsa.PublicKey{&key.PublicKey}, nil
}

// now is the simulator's time. The lock is held.
func (s *Simulator) now() time.Time { return s.clock().Add(s.state.Offset) }

// SetAccount adds an account or replaces the one with the same public key; its books stay.
func (s *Simulator) SetAccount(account Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if account.Business == "" {
		account.Business = "Simulated merchant"
	}
	delete(s.secrets, s.accounts[account.PublicKey].SecretKey)
	s.accounts[account.PublicKey], s.secrets[account.SecretKey] = account, account.PublicKey
	if s.state.Accounts[account.PublicKey] != account.Business {
		s.state.Accounts[account.PublicKey] = account.Business
		s.changed()
	}
}

// Knobs returns the knobs as they stand, with the counters of what is still to come.
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

// Advance moves the simulator's clock, so that checkouts expire and days pass, and returns its new time.
func (s *Simulator) Advance(d time.Duration) time.Time {
	s.mu.Lock()
	s.state.Offset += d
	now := s.now()
	s.changed()
	s.mu.Unlock()
	s.Expire()
	return now
}

// Expire ends the checkouts whose hour is over. Callbacks follow.
func (s *Simulator) Expire() {
	s.mu.Lock()
	events := s.expire()
	s.mu.Unlock()
	s.announce(events...)
}
