package sim

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// state is everything that is saved.
type state struct {
	Offset time.Duration    `json:"offset"` // by which the clock was advanced
	Books  map[string]*book `json:"books"`  // by client id
	Links  map[string]link  `json:"links"`  // by the token in pay and pdf URLs

	Accounts map[string]keptAccount `json:"accounts"` // by client id
}

// keptAccount is what is saved of an account, so that its payment pages go on after a restart: who is paid, and where
// callbacks go. Its secret is not: until somebody sets the account again, the API refuses it.
type keptAccount struct {
	Business  string    `json:"business"`
	CompanyID string    `json:"company_id,omitempty"`
	Callbacks Callbacks `json:"callbacks"`
}

func (k keptAccount) account(clientID string) Account {
	return Account{ClientID: clientID, Business: k.Business, CompanyID: k.CompanyID, Callbacks: k.Callbacks}
}

// keepAccount enters an account into what is saved. The lock is held.
func (s *Simulator) keepAccount(account Account) {
	now := keptAccount{Business: account.Business, CompanyID: account.CompanyID, Callbacks: account.Callbacks}
	if s.state.Accounts[account.ClientID] != now {
		s.state.Accounts[account.ClientID] = now
		s.changed()
	}
}

// link says what a payment page is for. Exactly one of the ids is set.
type link struct {
	ClientID string `json:"client_id"`
	Invoice  string `json:"invoice,omitempty"`
	Request  string `json:"request,omitempty"`
}

// book is what one account owns.
type book struct {
	Partners    map[string]*partner    `json:"partners"`
	Customers   map[string]customer    `json:"customers"`
	Invoices    map[string]*invoice    `json:"invoices"`
	Order       []string               `json:"order"`   // invoice ids, oldest first
	Numbers     map[string]bool        `json:"numbers"` // burned invoice numbers, those of deleted ones included
	Requests    map[string]*payRequest `json:"requests"`
	Withdrawals map[string]*withdrawal `json:"withdrawals"` // by reference
	Codes       map[string]*code       `json:"codes"`       // one-time codes by token
	Accounts    []bankAccount          `json:"accounts"`
	Banks       map[string]partnerBank `json:"banks"` // of partners, by id
	Balance     int64                  `json:"balance"`
}

func newBook() *book {
	return &book{
		Partners: map[string]*partner{}, Customers: map[string]customer{}, Invoices: map[string]*invoice{},
		Numbers: map[string]bool{}, Requests: map[string]*payRequest{}, Withdrawals: map[string]*withdrawal{},
		Codes: map[string]*code{}, Banks: map[string]partnerBank{},
	}
}

// book opens an account's books. The lock is held.
func (s *Simulator) book(clientID string) *book {
	b := s.state.Books[clientID]
	if b == nil {
		b = newBook()
		s.state.Books[clientID] = b
	}
	return b
}

type partner struct {
	ID        string         `json:"id"`
	Data      map[string]any `json:"data"` // the body as sent
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
}

func (p *partner) text(key string) string {
	s, _ := p.Data[key].(string)
	return s
}

type customer struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

type item struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Quantity    int64  `json:"quantity"`
	Price       int64  `json:"price"`
	Amount      int64  `json:"amount"` // after its discount
}

type invoice struct {
	ID          string    `json:"id"`
	Token       string    `json:"token"`
	Number      string    `json:"number"`
	InvoiceDate time.Time `json:"invoice_date"`
	DueDate     time.Time `json:"due_date"` // midnight in Jakarta of the last day on which it is not overdue
	Customer    customer  `json:"customer"`
	Items       []item    `json:"items"`
	DeliveryFee int64     `json:"delivery_fee"`
	Discount    int64     `json:"discount"`
	Total       int64     `json:"total"`
	Paid        int64     `json:"paid"`
	Signer      string    `json:"signer"`
	Notes       string    `json:"notes"`
	CreatedAt   time.Time `json:"created_at"`
	ModifiedAt  time.Time `json:"modified_at"`
}

// status is the payment_status of the detail.
func (inv *invoice) status(now time.Time) string {
	switch {
	case inv.Paid >= inv.Total:
		return "paid"
	case inv.Paid > 0:
		return "partially paid"
	case !now.Before(inv.DueDate.AddDate(0, 0, 1)):
		return "overdue"
	default:
		return "unpaid"
	}
}

type payRequest struct {
	ID          string    `json:"id"`
	Token       string    `json:"token"`
	RefID       string    `json:"ref_id"`
	ExternalID  string    `json:"external_id"`
	Amount      int64     `json:"amount"`
	BuyerFee    int64     `json:"buyer_fee"`
	Method      string    `json:"method"`
	Channel     string    `json:"channel"`
	Payer       string    `json:"payer"`
	Numbers     []string  `json:"numbers"`
	UntilPaid   time.Time `json:"until_paid"` // when its time is over, zero for never
	Payload     string    `json:"payload"`    // digest of the body, by which a repetition is recognised
	RedirectURL string    `json:"redirect_url"`
	Status      string    `json:"status"` // pending, success, canceled
	CreatedAt   time.Time `json:"created_at"`
}

// How long a payment request can be paid, where that is documented.
const (
	accountLifetime = 30 * 24 * time.Hour // virtual accounts
	ovoLifetime     = 30 * time.Second
)

// state is the request's status, with what time does to it.
func (p *payRequest) state(now time.Time) string {
	if p.Status == "pending" && !p.UntilPaid.IsZero() && !now.Before(p.UntilPaid) {
		return "expired"
	}
	return p.Status
}

type withdrawal struct {
	RefID  string `json:"ref_id"`
	Amount int64  `json:"amount"`
	Status string `json:"status"`
}

type code struct {
	ExpiresAt time.Time `json:"expires_at"`
	Tries     int       `json:"tries"`
}

type partnerBank struct {
	ID       string `json:"id"`
	Partner  string `json:"partner_id"`
	BankCode string `json:"bank_code"`
	Number   string `json:"bank_account_number"`
	Name     string `json:"bank_account_name"`
}

type bankAccount struct {
	ID            string `json:"id"`
	BankCode      string `json:"bank_code"`
	AccountNumber string `json:"account_number"`
	AccountName   string `json:"account_name"`
	Currency      string `json:"currency"`
	IsDefault     bool   `json:"is_default"`
}

// jakarta is the provider's zone.
func jakarta() *time.Location { return time.FixedZone("WIB", 7*60*60) }

// newUUID makes a random version 4 uuid.
func newUUID() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// newToken makes the unguessable part of a payment page's address.
func newToken() string { return hex.EncodeToString(random(12)) }

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}
