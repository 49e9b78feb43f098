package withdrawals_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// till is a salon that earned money yesterday, and who asks for it.
type till struct {
	*testkit.World
	salon *testkit.Salon
	admin testkit.SignedIn
	root  testkit.Token
}

func newTill(t *testing.T, c money.Currency, earned int64) till {
	t.Helper()
	w := world.New(t)
	s := till{World: w, salon: w.Salon()}
	s.move(t, c, earned)
	w.Clock.Advance(25 * time.Hour)
	s.admin, s.root = s.salon.Member(access.TenantAdmin), s.salon.Member(access.SuperAdmin).Token
	return s
}

// move lets an amount come to the earnings, or leave them.
func (s till) move(t *testing.T, c money.Currency, amount int64) {
	t.Helper()
	err := s.DB.Update(t.Context(), s.salon.ID, func(tx *db.Tx) error {
		return ledger.Post(tx, ledger.Movement{Kind: ledger.Charge, Reference: string(id.New()), Entries: []ledger.Entry{
			{Account: ledger.Gateway, Currency: c, Amount: -amount}, {Account: ledger.Merchant, Currency: c, Amount: amount},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// confirmed posts a body that a code confirms, which is asked for with asking.
func (s till) confirmed(path string, asking, body testkit.Object, status int) testkit.Answer {
	s.Helper()
	s.Clock.Advance(time.Minute) // codes are not sent faster
	body["otp_token"] = s.JSON(s.admin.Token, "POST", "/withdrawals/request-otp", asking).Text("token")
	body["otp_code"] = s.Code(s.admin.Email)
	return s.Do(s.admin.Token, "POST", path, body, status)
}

func (s till) account(number string) string {
	s.Helper()
	asking := testkit.Object{"purpose": "create_bank_account", "bank_code": "014", "account_number": number}
	return s.confirmed("/withdrawals/bank-accounts", asking, testkit.Object{
		"bank_code": "014", "bank_name": "BCA", "account_holder": "PT Salon", "account_number": number,
	}, 201).Text("id")
}

func (s till) withdraw(account string, what testkit.Object, status int) testkit.Answer {
	s.Helper()
	asking, body := testkit.Object{"purpose": "withdrawal", "bank_account_id": account}, testkit.Object{"bank_account_id": account}
	for k, v := range what {
		asking[k], body[k] = v, v
	}
	return s.confirmed("/withdrawals", asking, body, status)
}

func (s till) want(as testkit.Token, path, want string) {
	s.Helper()
	testkit.Scenario{As: as, Method: "GET", Path: path, Status: 200, Want: want}.Run(s.TB.(*testing.T), s.World)
}

// Pesos are earned at the platform's account like rupiah, and paid out by the
// operator, who is told to whom.
func TestPesosArePaidOutByTheOperator(t *testing.T) {
	t.Parallel()
	s := newTill(t, money.PHP, 250_050)
	account := s.account("1234567890")
	if told := s.withdraw(account, testkit.Object{"amount": 60000}, 409); told.Text("code") != "withdrawal.insufficient" {
		t.Errorf("rupiah that are not there: %s", told.Body)
	}
	made := s.withdraw(account, testkit.Object{"amount": 1000.5, "currency": "php"}, 201)
	if got := made.Text("amount") + " " + made.Text("currency") + " " + made.Text("bank_account.account_number"); got != "1000.5 PHP ******7890" {
		t.Error(got)
	}
	if text := s.Outbox(s.admin.Email)[0].Text; !strings.Contains(text, "a withdrawal of PHP 1,000.50 to your bank account (BCA ******7890)") {
		t.Error(text)
	}
	s.RunJobs() // the provider pays no pesos
	s.want(s.admin.Token, "/withdrawals/balance?currency=PHP", `{"available_balance": 1500, "on_hold": 1000.5, "total_withdrawn": 0}`)

	found := s.JSON(s.root, "GET", "/withdrawals/open", nil)
	if got := found.Text("items.0.id") + " " + found.Text("items.0.account_number") + " " + found.Text("items.0.tenant_slug"); got !=
		made.Text("id")+" 1234567890 "+s.salon.Slug {
		t.Errorf("the operator is told %s", found.Body)
	}
	testkit.Scenario{As: s.admin.Token, Method: "GET", Path: "/withdrawals/open", Status: 403}.Run(t, s.World)

	path := "/tenants/" + string(s.salon.ID) + "/withdrawals/" + made.Text("id") + "/resolve"
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "taken", As: s.root, Method: "POST", Path: path, Body: testkit.Object{"status": "processing"}, Status: 200, Want: `{"status": "processing", "processed_at": null}`},
		testkit.Scenario{Name: "taken twice", As: s.root, Method: "POST", Path: path, Body: testkit.Object{"status": "processing"}, Status: 409, Want: `{"code": "withdrawal.not_pending"}`},
		testkit.Scenario{Name: "cancelled under the transfer", As: s.admin.Token, Method: "POST", Path: "/withdrawals/" + made.Text("id") + "/cancel", Status: 409},
		testkit.Scenario{Name: "only what is processing", As: s.root, Method: "GET", Path: "/withdrawals/open?status=pending", Status: 200, Want: `{"total": 0}`},
		testkit.Scenario{Name: "done", As: s.root, Method: "POST", Path: path, Body: testkit.Object{"status": "completed", "provider_ref": "BPI-7"}, Status: 200,
			Want: `{"status": "completed", "provider_ref": "BPI-7", "processed_at": "*"}`},
		testkit.Scenario{Name: "over", As: s.root, Method: "POST", Path: path, Body: testkit.Object{"status": "processing"}, Status: 409, Want: `{"code": "withdrawal.not_open"}`},
		testkit.Scenario{Name: "nothing is open", As: s.root, Method: "GET", Path: "/withdrawals/open", Status: 200, Want: `{"total": 0, "items": []}`},
	)
	s.want(s.admin.Token, "/withdrawals/balance?currency=PHP", `{"available_balance": 1500, "on_hold": 0, "total_withdrawn": 1000.5}`)
}

// A code for pesos is none for as many rupiah.
func TestACodeIsBoundToTheCurrency(t *testing.T) {
	t.Parallel()
	s := newTill(t, money.IDR, 500_000)
	account := s.account("1234567890")
	told := s.confirmed("/withdrawals", testkit.Object{"purpose": "withdrawal", "bank_account_id": account, "amount": 100000, "currency": "JPY"},
		testkit.Object{"bank_account_id": account, "amount": 100000}, 400)
	if told.Text("code") != "withdrawal.code" {
		t.Errorf("%s", told.Body)
	}
	made := s.withdraw(account, testkit.Object{"amount": 100000}, 201)
	ended := s.Do(s.admin.Token, "POST", "/withdrawals/"+made.Text("id")+"/cancel", nil, 200)
	if !ended.Has("processed_at") || ended.Text("processed_at") == "" {
		t.Errorf("when it was cancelled is not told: %s", ended.Body)
	}
	for field, body := range map[string]testkit.Object{
		"amount":   {"amount": 0, "bank_account_id": account},
		"currency": {"amount": 100000, "currency": "XXX", "bank_account_id": account},
	} {
		body["purpose"] = "withdrawal"
		testkit.Scenario{Name: field, As: s.admin.Token, Method: "POST", Path: "/withdrawals/request-otp", Body: body, Status: 422, Want: field}.Run(t, s.World)
	}
}

func TestBankAccountsHaveNames(t *testing.T) {
	t.Parallel()
	s := newTill(t, money.IDR, 500_000)
	asking := testkit.Object{"purpose": "create_bank_account", "bank_code": "014", "account_number": "1234567890"}
	for _, field := range []string{"bank_name", "account_holder"} {
		body := testkit.Object{"bank_code": "014", "bank_name": "BCA", "account_holder": "PT Salon", "account_number": "1234567890"}
		body[field] = " "
		if told := s.confirmed("/withdrawals/bank-accounts", asking, body, 422); !strings.Contains(string(told.Body), field) {
			t.Errorf("%s: %s", field, told.Body)
		}
	}
	s.want(s.admin.Token, "/withdrawals/bank-accounts", `{"total": 0}`)
}
