package sim

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// oneTimeCode is what every one-time code is.
const oneTimeCode = "123456"

const (
	codeLifetime = 5 * time.Minute
	codeTries    = 5
)

func balance(q *request) answer {
	return answer{status: 200, body: object{"status_code": 200, "message": "success",
		"data": object{"currency": "IDR", "on_hold_amount": 0, "balance": q.book.Balance},
		"meta": object{"created_at": q.now.Format(time.RFC3339), "modified_at": q.now.Format(time.RFC3339)},
	}}
}

// listBalance lists the withdrawals; its items are ours, since none are documented.
func listBalance(q *request) answer {
	refs := slices.Sorted(maps.Keys(q.book.Withdrawals))
	slices.Reverse(refs) // references end with their time
	limit, offset := q.number("limit", 10, 100), q.number("offset", 0, len(refs))
	items := []object{}
	for _, ref := range refs[offset:min(offset+limit, len(refs))] {
		w := q.book.Withdrawals[ref]
		items = append(items, object{"ref_id": w.RefID, "type": "withdrawal", "amount": w.Amount, "transaction_status": w.Status})
	}
	return answer{status: 200, body: object{"status_code": 200, "message": "success", "data": items}}
}

// createWithdrawal takes the amount from the balance at once; the disbursement callback tells the outcome.
func createWithdrawal(q *request) answer {
	var body struct {
		Detail struct {
			RefID  string `json:"ref_id"`
			Amount int64  `json:"total_amount"`
		} `json:"transaction_detail"`
	}
	if !q.decode(&body) || body.Detail.RefID == "" || body.Detail.Amount <= 0 {
		return refuse(http.StatusBadRequest, "ref_id and total_amount are required")
	}
	switch w := body.Detail; {
	case q.book.Withdrawals[w.RefID] != nil:
		return refuse(http.StatusBadRequest, "ref_id already used")
	case w.Amount > q.book.Balance:
		return refuse(http.StatusBadRequest, "insufficient balance")
	}
	w := &withdrawal{RefID: body.Detail.RefID, Amount: body.Detail.Amount, Status: "PAID"}
	q.book.Withdrawals[w.RefID] = w
	if q.sim.knobs.FailDisbursements {
		w.Status = "FAILED"
	} else {
		q.book.Balance -= w.Amount
	}
	return answer{status: 200, changed: true, events: []event{q.sim.disbursement(q.account, w)},
		body: object{"status_code": 200, "message": "Successful withdrawal request",
			"data": object{"ref_id": w.RefID, "transaction_status": "Disbursed Requested"}}}
}

func requestCode(q *request) answer {
	query := q.URL.Query()
	receiver := query.Get("phone")
	switch query.Get("method") {
	case "email":
		receiver = query.Get("email")
	case "sms", "whatsapp":
	default:
		return refuseV2(http.StatusBadRequest, "method must be one of email, sms, whatsapp")
	}
	action := query.Get("otp_action")
	if receiver == "" || action != "create_bank_account" && action != "update_bank_account" {
		return refuseV2(http.StatusBadRequest, "otp_action and a receiver are required")
	}
	token, expires := newToken(), q.now.Add(codeLifetime)
	q.book.Codes[token] = &code{ExpiresAt: expires}
	return answer{status: 200, changed: true, body: object{"message": "success", "data": object{
		"token": token, "attempt": codeTries, "otp_time": int(codeLifetime.Seconds()),
		"expired_at": expires.Format(time.RFC3339),
	}}}
}

func addBankAccount(q *request) answer {
	var body struct {
		Token         string `json:"token"`
		Code          string `json:"otp_code"`
		BankCode      string `json:"bank_code"`
		AccountNumber string `json:"account_number"`
		Currency      string `json:"currency"`
		IsDefault     bool   `json:"is_default"`
	}
	if !q.decode(&body) || body.BankCode == "" || body.AccountNumber == "" {
		return refuseV2(http.StatusBadRequest, "bank_code and account_number are required")
	}
	sent := q.book.Codes[body.Token]
	if sent == nil || q.now.After(sent.ExpiresAt) || sent.Tries >= codeTries {
		return refuseV2(http.StatusBadRequest, "the token is not valid")
	}
	if body.Code != oneTimeCode {
		sent.Tries++
		a := refuseV2(http.StatusBadRequest, "the code is wrong")
		a.changed = true
		return a
	}
	delete(q.book.Codes, body.Token)
	added := bankAccount{ID: newUUID(), BankCode: body.BankCode, AccountNumber: body.AccountNumber,
		AccountName: q.account.Business, Currency: body.Currency,
		IsDefault: body.IsDefault || len(q.book.Accounts) == 0}
	if added.IsDefault {
		for i := range q.book.Accounts {
			q.book.Accounts[i].IsDefault = false
		}
	}
	q.book.Accounts = append(q.book.Accounts, added)
	return answer{status: 201, body: object{"message": "success", "data": added}, changed: true}
}
