package sim

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/money"
)

// state is everything that is saved.
type state struct {
	Offset time.Duration     `json:"offset"` // by which the clock was advanced
	Books  map[string]*book  `json:"books"`  // by public key
	Owners map[string]string `json:"owners"` // public keys by the id of a payment

	// Accounts are the names of businesses by public key, so that their pages go on after a restart. Secret keys are
	// not saved: until somebody sets the account again, the API refuses it.
	Accounts map[string]string `json:"accounts"`
}

// book is what one account owns.
type book struct {
	Payments map[string]*payment `json:"payments"`
	Order    []string            `json:"order"` // ids, oldest first
	Hooks    []hook              `json:"hooks"`
}

// book opens an account's books. The lock is held.
func (s *Simulator) book(publicKey string) *book {
	b := s.state.Books[publicKey]
	if b == nil {
		b = &book{Payments: map[string]*payment{}}
		s.state.Books[publicKey] = b
	}
	return b
}

// find looks a payment up by its id or its reference, the newest first. The lock is held.
func (b *book) find(name string) *payment {
	if p := b.Payments[name]; p != nil {
		return p
	}
	for i := len(b.Order) - 1; i >= 0; i-- {
		if p := b.Payments[b.Order[i]]; p.Reference == name {
			return p
		}
	}
	return nil
}

// payment is a checkout and its payment. Amounts are centavos.
type payment struct {
	ID        string         `json:"id"`
	Reference string         `json:"reference"`
	Status    maya.Status    `json:"status"`
	Amount    int64          `json:"amount"`
	Items     []item         `json:"items"`
	Buyer     map[string]any `json:"buyer"`
	Metadata  map[string]any `json:"metadata"`
	Return    maya.Redirects `json:"return"`
	Method    string         `json:"method"` // of payment, once it is paid
	Scheme    string         `json:"scheme"`
	Receipt   string         `json:"receipt"`
	Refunds   []refund       `json:"refunds"`
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
	PaidAt    time.Time      `json:"paid_at"`
}

type item struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Quantity    int64  `json:"quantity"`
	Total       int64  `json:"total"`
}

type refund struct {
	ID        string            `json:"id"`
	Status    maya.RefundStatus `json:"status"`
	Amount    int64             `json:"amount"`
	Reason    string            `json:"reason"`
	CreatedAt time.Time         `json:"created_at"`
}

// hook is a registration.
type hook struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	URL       string    `json:"callback_url"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// open tells whether the page can be paid.
func (p *payment) open() bool { return !p.Status.Paid() && !p.Status.Over() }

// expires is when it cannot be paid any more.
func (p *payment) expires() time.Time { return p.CreatedAt.Add(maya.Lifetime) }

// refunded is what was given back, or is about to be.
func (p *payment) refunded() int64 {
	sum := int64(0)
	for _, r := range p.Refunds {
		if r.Status != maya.RefundFailed {
			sum += r.Amount
		}
	}
	return sum
}

// manila is the zone of the provider's days: GMT+8, without daylight saving.
func manila() *time.Location { return time.FixedZone("GMT+8", 8*60*60) }

// day is the beginning of a day in the provider's zone.
func day(t time.Time) time.Time {
	y, m, d := t.In(manila()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, manila())
}

// The days of refunds.
const refundDays = 180

// canVoid tells whether the whole of the payment can be taken back.
func (p *payment) canVoid(now time.Time) bool {
	return p.Status == maya.Success && len(p.Refunds) == 0 && day(now).Equal(day(p.PaidAt))
}

// canRefund tells whether something of it can be given back.
func (p *payment) canRefund(now time.Time) bool {
	paid := p.Status == maya.Success || p.Status == maya.Refunded
	return paid && p.refunded() < p.Amount && day(now).After(day(p.PaidAt)) && now.Before(day(p.PaidAt).AddDate(0, 0, refundDays+1))
}

func pesos(centavos int64) money.Number { return money.Number{Minor: centavos, Currency: money.PHP} }

// newUUID makes a random version 4 uuid.
func newUUID() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
