package sim

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
)

// What is listed here is not documented: entries are made of the names that are used elsewhere.

func listTaxes(*request) answer {
	return listed(object{"id": "1", "name": "PPN", "percentage": 11}, object{"id": "2", "name": "PPN 12%", "percentage": 12})
}

func listUnits(*request) answer {
	return listed(object{"id": "1", "code": "pcs", "name": "Pieces"}, object{"id": "2", "code": "hour", "name": "Hours"})
}

func listed(entries ...object) answer {
	return answer{status: 200, body: object{"status_code": 200, "message": "success", "data": entries}}
}

// listHistory lists payment requests, the newest first.
func listHistory(q *request) answer {
	all := slices.SortedFunc(maps.Values(q.book.Requests), func(a, b *payRequest) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	limit, offset := q.number("limit", 10, 100), q.number("offset", 0, len(all))
	entries := []object{}
	for _, p := range all[offset:min(offset+limit, len(all))] {
		entries = append(entries, object{"payment_id": p.ID, "ref_id": p.RefID, "amount": p.Amount, "transaction_status": p.state(q.now)})
	}
	return listed(entries...)
}

// cardPage names the page on which a card's holder proves themselves: here the payment page itself.
func cardPage(q *request) answer {
	var body struct {
		ExternalID string `json:"external_id"`
	}
	if !q.decode(&body) {
		return refuse(http.StatusBadRequest, "the body is not valid")
	}
	for _, p := range q.book.Requests {
		if p.ExternalID == body.ExternalID && p.Method == "credit_card" {
			return answer{status: 200, body: object{"status": "success", "url": q.base + "/pay/" + p.Token}}
		}
	}
	return refuse(http.StatusNotFound, "no payment request by card with this external_id")
}

func addPartnerBank(q *request) answer {
	var body struct {
		Detail struct {
			BankCode string `json:"bank_code"`
			Number   string `json:"bank_account_number"`
		} `json:"bank_account_detail"`
		ID     string `json:"partner_id"`
		Number string `json:"partner_number"`
	}
	if !q.decode(&body) || body.Detail.BankCode == "" || body.Detail.Number == "" {
		return refuse(http.StatusBadRequest, "bank_code and bank_account_number are required")
	}
	for _, p := range q.book.Partners {
		if p.ID != body.ID && (body.Number == "" || p.text("number") != body.Number) {
			continue
		}
		b := partnerBank{ID: newUUID(), Partner: p.ID, BankCode: body.Detail.BankCode, Number: body.Detail.Number, Name: p.text("name")}
		if q.book.Banks == nil { // of a snapshot that had none
			q.book.Banks = map[string]partnerBank{}
		}
		q.book.Banks[b.ID] = b
		return answer{status: 200, changed: true, body: object{"status_code": 200, "message": "success", "data": b}}
	}
	return refuse(http.StatusNotFound, "partner not found")
}

func getPartnerBank(q *request) answer {
	b, known := q.book.Banks[q.PathValue("id")]
	if !known {
		return refuse(http.StatusNotFound, "bank account not found")
	}
	return answer{status: 200, body: object{"status_code": 200, "message": "success", "data": b}}
}
