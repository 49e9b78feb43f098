package withdrawals

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// bank is a provider that pays each reference once, and whose answers and requests
// may be lost.
type bank struct {
	mu         sync.Mutex
	paid       map[string]int64 // by reference: asked for and taken
	asked      map[string]int
	loseAnswer bool // takes the request, and the answer is lost
	loseAll    bool // the request never arrives
	refuse     bool
	lag        bool   // it does not tell yet what it took
	outcome    Payout // of everything that was taken; the amount is filled in
}

func newBank() *bank {
	return &bank{paid: map[string]int64{}, asked: map[string]int{}, outcome: Payout{Done: true, Ref: "bank-1"}}
}

func (b *bank) Send(_ context.Context, reference string, amount int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked[reference]++
	switch {
	case b.loseAll:
		return errors.New("no route to host")
	case b.refuse:
		return ErrRefused
	}
	if _, known := b.paid[reference]; !known {
		b.paid[reference] = amount
	}
	if b.loseAnswer {
		return errors.New("timed out")
	}
	return nil
}

func (b *bank) Look(_ context.Context, reference string) (Payout, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	amount, known := b.paid[reference]
	if !known || b.lag {
		return Payout{}, ErrUnknown
	}
	p := b.outcome
	p.Amount = amount
	return p, nil
}

// desk is a merchant who earned half a million rupiah yesterday, with a bank account.
type desk struct {
	*Operations
	t       *testing.T
	clock   *testkit.Clock
	bank    *bank
	who     access.Staff
	account id.ID
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	clock := testkit.NewClock(testkit.Beginning())
	d := testkit.DB(t, testkit.WithClock(clock.Now), testkit.WithSubscribers(map[string][]string{}))
	s := &desk{t: t, clock: clock, bank: newBank(), account: id.New(), who: access.Staff{UserID: id.New(), Tenant: id.New(), Role: access.TenantAdmin}}
	s.Operations = New(d, Config{Payouts: s.bank, Keys: keys})
	err = d.Platform(t.Context(), "fixture", func(tx *db.Tx) error {
		tx.Exec(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at) VALUES ($1, $2, 'Salon', 'a@b.c', '+62', $3, $3)`,
			s.who.Tenant, "salon-"+string(s.who.Tenant), tx.Now())
		tx.Exec(`INSERT INTO users (id, email, password_hash, first_name, last_name, created_at, updated_at) VALUES ($1, $2, 'x', 'Dewi', 'A', $3, $3)`,
			s.who.UserID, string(s.who.UserID)+"@example.com", tx.Now())
		tx.Exec(`INSERT INTO bank_accounts (tenant_id, id, bank_code, bank_name, holder, account_number, last_four, is_default, created_at, updated_at)
			VALUES ($1, $2, '014', 'BCA', 'PT Salon', 'x', '7890', true, $3, $3)`, s.who.Tenant, s.account, tx.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.earn("payment-1", 500_000)
	clock.Advance(25 * time.Hour)
	return s
}

func (s *desk) earn(reference string, amount int64) {
	s.t.Helper()
	err := s.db.Update(s.t.Context(), s.who.Tenant, func(tx *db.Tx) error {
		return ledger.Post(tx, ledger.Movement{Kind: ledger.Charge, Reference: reference, Entries: []ledger.Entry{
			{Account: ledger.Gateway, Currency: money.IDR, Amount: -amount}, {Account: ledger.Merchant, Currency: money.IDR, Amount: amount},
		}})
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// code stores a code that confirms a withdrawal, as if it had been asked for.
func (s *desk) code(amount int64) Wish {
	s.t.Helper()
	name := id.Random()
	err := s.db.Update(s.t.Context(), s.who.Tenant, func(tx *db.Tx) error {
		what := confirmed{purpose: ForWithdrawal, amount: amount, currency: money.IDR, account: string(s.account)}
		tx.Exec(`INSERT INTO withdrawal_codes (tenant_id, id, user_id, purpose, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			s.who.Tenant, name, s.who.UserID, what.purpose, s.keys.MAC(codePurpose, what.mac(s.who, name, "123456")...), tx.Now(), tx.Now().Add(codeLife))
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	asked, err := money.ParseDecimal(fmt.Sprint(amount))
	if err != nil {
		s.t.Fatal(err)
	}
	return Wish{Amount: asked, BankAccountID: s.account, OTPToken: string(name), OTPCode: "123456"}
}

func (s *desk) request(amount int64) Withdrawal {
	s.t.Helper()
	made, err := s.Request(s.t.Context(), s.who, s.code(amount))
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

// payOut runs the job, and again, as a server does that was cut.
func (s *desk) payOut(w Withdrawal) {
	s.t.Helper()
	for range 2 {
		if err := s.PayOut(s.t.Context(), s.who.Tenant, w.ID); err != nil {
			s.t.Fatal(err)
		}
	}
}

// books are what is available, on hold and withdrawn, with the state of a withdrawal.
func (s *desk) books(w Withdrawal) string {
	s.t.Helper()
	b, err := s.Balance(s.t.Context(), s.who, "IDR")
	if err != nil {
		s.t.Fatal(err)
	}
	found, err := s.Get(s.t.Context(), s.who, w.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = ledger.Verify(s.t.Context(), s.db, "salon-"+string(s.who.Tenant), func(f ledger.Finding) error {
		if f.Kind != ledger.NoPayment { // what was earned here was paid by nobody
			s.t.Error(f)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%s: %s available, %s on hold, %s withdrawn", found.Status, b.AvailableBalance, b.OnHold, b.TotalWithdrawn)
}

func (s *desk) want(w Withdrawal, want string) {
	s.t.Helper()
	if got := s.books(w); got != want {
		s.t.Errorf("%s; want %s", got, want)
	}
}

func TestAWithdrawalIsPaidOnceWhateverIsLost(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		begin func(b *bank)
		then  func(b *bank)
		after time.Duration // until somebody asks again
		want  string
	}{
		{"nothing is lost", func(*bank) {}, func(*bank) {}, time.Minute, "completed: 300000 available, 0 on hold, 200000 withdrawn"},
		{"the answer is lost", func(b *bank) { b.loseAnswer = true }, func(*bank) {}, time.Minute, "completed: 300000 available, 0 on hold, 200000 withdrawn"},
		{"the request is lost", func(b *bank) { b.loseAll = true }, func(b *bank) { b.loseAll = false }, patience, "completed: 300000 available, 0 on hold, 200000 withdrawn"},
		{"lost a moment ago", func(b *bank) { b.loseAll = true }, func(b *bank) { b.loseAll = false }, patience / 2, "processing: 300000 available, 200000 on hold, 0 withdrawn"},
		{"it is still on its way", func(b *bank) { b.outcome = Payout{} }, func(*bank) {}, time.Hour, "processing: 300000 available, 200000 on hold, 0 withdrawn"},
		{"the bank returns it", func(b *bank) { b.outcome = Payout{Failed: true} }, func(*bank) {}, time.Minute, "failed: 500000 available, 0 on hold, 0 withdrawn"},
		{"it is refused when it is sent again, and was taken before", func(b *bank) { b.loseAnswer, b.lag = true, true }, func(b *bank) { b.refuse = true }, patience,
			"processing: 300000 available, 200000 on hold, 0 withdrawn"},
		{"it is refused", func(b *bank) { b.refuse = true }, func(*bank) {}, time.Minute, "failed: 500000 available, 0 on hold, 0 withdrawn"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newDesk(t)
			made := s.request(200_000)
			s.want(made, "pending: 300000 available, 200000 on hold, 0 withdrawn")
			tt.begin(s.bank)
			s.payOut(made)
			tt.then(s.bank)
			for range 3 {
				s.clock.Advance(tt.after)
				if err := s.Check(t.Context(), s.who.Tenant, made.ID); err != nil {
					t.Fatal(err)
				}
				if tt.after == patience/2 {
					break
				}
			}
			s.want(made, tt.want)
			if len(s.bank.paid) > 1 || len(s.bank.paid) == 1 && s.bank.paid[made.ReferenceID] != 200_000 {
				t.Errorf("the bank paid %v", s.bank.paid)
			}
		})
	}
}

func TestTheOperatorHasTheLastWord(t *testing.T) {
	t.Parallel()
	s := newDesk(t)
	made := s.request(200_000)
	s.bank.outcome = Payout{}
	s.payOut(made)
	s.bank.paid[made.ReferenceID], s.bank.outcome = 1, Payout{Done: true} // another amount than was asked for
	if err := s.Check(t.Context(), s.who.Tenant, made.ID); err != nil {
		t.Fatal(err)
	}
	s.want(made, "processing: 300000 available, 200000 on hold, 0 withdrawn")
	root := access.Staff{UserID: s.who.UserID, Tenant: s.who.Tenant, Role: access.SuperAdmin}
	ended, err := s.Resolve(t.Context(), root, s.who.Tenant, made.ID, Verdict{Status: "failed", Reason: "The bank paid something else."})
	if err != nil || ended.FailureReason == "" {
		t.Errorf("%+v, %v", ended, err)
	}
	s.want(made, "failed: 500000 available, 0 on hold, 0 withdrawn")
	if _, err := s.Resolve(t.Context(), root, s.who.Tenant, made.ID, Verdict{Status: "completed"}); !errors.Is(err, ErrNotOpen) {
		t.Errorf("resolved twice: %v", err)
	}
}

func TestRequestRefuses(t *testing.T) {
	t.Parallel()
	s := newDesk(t)
	s.earn("payment-2", 100_000) // today, and therefore pending
	stale := s.code(50_000)
	s.clock.Advance(codeLife)
	used := s.code(60_000)
	first, err := s.Request(t.Context(), s.who, used)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Request(t.Context(), s.who, s.code(60_000)); !errors.Is(err, ErrInProgress) {
		t.Errorf("a second one: %v", err)
	}
	if _, err := s.Cancel(t.Context(), s.who, first.ID); err != nil {
		t.Fatal(err)
	}
	s.want(first, "cancelled: 500000 available, 0 on hold, 0 withdrawn")
	wrong, bound := s.code(60_000), s.code(70_000)
	bound.Amount = used.Amount
	wrong.OTPCode = "654321"
	tests := []struct {
		name string
		in   Wish
		want *fault.Error
	}{
		{"below the minimum", s.code(49_999), ErrMinimum},
		{"more than is available", s.code(500_001), ErrInsufficient},
		{"a code that was used", used, ErrCode},
		{"a code that is too old", stale, ErrCodeExpired},
		{"a code for another amount", bound, ErrCode},
		{"a wrong code", wrong, ErrCode},
		{"an account that is not there", func() Wish { w := s.code(60_000); w.BankAccountID = id.New(); return w }(), ErrNoAccount},
	}
	for _, tt := range tests {
		if _, err := s.Request(t.Context(), s.who, tt.in); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	for range codeAttempts - 1 {
		_, _ = s.Request(t.Context(), s.who, wrong)
	}
	wrong.OTPCode = "123456"
	if _, err := s.Request(t.Context(), s.who, wrong); !errors.Is(err, ErrCodeTries) {
		t.Errorf("the right code after five wrong ones: %v", err)
	}
	if _, err := s.Cancel(t.Context(), s.who, first.ID); !errors.Is(err, ErrNotPending) {
		t.Errorf("cancelled twice: %v", err)
	}
}

// Two servers with 32 hands each withdraw, cancel and pay out at once: never more
// leaves than was earned, and what was cancelled is back.
func TestManyHandsWithdrawNoMoreThanThereIs(t *testing.T) {
	t.Parallel()
	s := newDesk(t)
	other := New(testkit.DB(t, testkit.WithClock(s.clock.Now), testkit.WithSubscribers(map[string][]string{}), testkit.WithConns(8)), Config{Payouts: s.bank, Keys: s.keys})
	wishes := make([]Wish, 64)
	for i := range wishes {
		wishes[i] = s.code(150_000)
	}
	var wait sync.WaitGroup
	for i, wish := range wishes {
		wait.Go(func() {
			o := []*Operations{s.Operations, other}[i%2]
			for range 40 {
				made, err := o.Request(t.Context(), s.who, wish)
				switch {
				case errors.Is(err, ErrInProgress):
					time.Sleep(time.Millisecond)
					continue
				case errors.Is(err, ErrInsufficient):
					return
				case err != nil:
					t.Error(err)
					return
				}
				s.clock.Advance(time.Second) // the reference names the second
				if i%4 == 0 {
					_, err = o.Cancel(t.Context(), s.who, made.ID)
				} else {
					err = errors.Join(o.PayOut(t.Context(), s.who.Tenant, made.ID), o.Check(t.Context(), s.who.Tenant, made.ID))
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	wait.Wait()
	b, err := s.Balance(t.Context(), s.who, "IDR")
	if err != nil {
		t.Fatal(err)
	}
	paid := int64(0)
	for _, amount := range s.bank.paid {
		paid += amount
	}
	if b.TotalWithdrawn.Minor != paid || b.AvailableBalance.Minor+b.OnHold.Minor+paid != 500_000 || paid > 500_000 || paid == 0 {
		t.Errorf("the bank paid %d; %+v", paid, b)
	}
}
