package sim

import (
	"net/http"
	"sort"
	"strings"
	"time"
)

// partnerBody is the part of a partner's data that has rules.
type partnerBody struct {
	Name   string `json:"name"`
	Number string `json:"number"`
	Type   string `json:"type"`
	Phone  string `json:"phone"`
}

func (b partnerBody) problem() string {
	switch {
	case b.Name == "":
		return "name is required"
	case b.Number == "":
		return "number is required"
	case b.Phone == "":
		return "phone is required"
	}
	switch b.Type {
	case "Supplier", "supplier", "Client", "client", "Both", "both":
		return ""
	}
	return "type must be one of Supplier, Client, Both"
}

func partnerView(p *partner) object {
	view := object{}
	for key, value := range p.Data {
		view[key] = value
	}
	view["id"] = p.ID
	view["counter_parties"] = []any{}
	view["created_at"] = p.CreatedAt.Format(time.RFC3339)
	view["updated_at"] = p.UpdatedAt.Format(time.RFC3339)
	return view
}

// readPartner decodes and checks a body; other is the partner that has its number already, if any.
func (q *request) readPartner() (data object, body partnerBody, other *partner, problem string) {
	if !q.decode(&data) || !q.decode(&body) {
		return nil, body, nil, "the body is not valid"
	}
	for _, p := range q.book.Partners {
		if p.text("number") == body.Number {
			other = p
		}
	}
	return data, body, other, body.problem()
}

func createPartner(q *request) answer {
	data, body, other, problem := q.readPartner()
	switch {
	case problem != "":
		return refuseV2(http.StatusBadRequest, problem)
	case other != nil && !strings.EqualFold(other.text("name"), body.Name):
		return refuseV2(http.StatusBadRequest, "partner doesn't match")
	case other != nil:
		return refuseV2(http.StatusBadRequest, "partner number already exists")
	}
	p := &partner{ID: newUUID(), Data: data, CreatedAt: q.now, UpdatedAt: q.now}
	q.book.Partners[p.ID] = p
	return answer{status: 201, body: object{"message": "success", "data": partnerView(p)}, changed: true}
}

func updatePartner(q *request) answer {
	p := q.book.Partners[q.PathValue("id")]
	if p == nil {
		return refuseV2(http.StatusNotFound, "partner not found")
	}
	data, _, other, problem := q.readPartner()
	switch {
	case problem != "":
		return refuseV2(http.StatusBadRequest, problem)
	case other != nil && other != p:
		return refuseV2(http.StatusBadRequest, "partner number already exists")
	}
	p.Data, p.UpdatedAt = data, q.now
	return answer{status: 201, body: object{"message": "success", "data": partnerView(p)}, changed: true}
}

func getPartner(q *request) answer {
	p := q.book.Partners[q.PathValue("id")]
	if p == nil {
		return refuseV2(http.StatusNotFound, "partner not found")
	}
	return answer{status: 200, body: object{"message": "success", "data": partnerView(p)}}
}

// listPartners filters by exact match, newest first.
func listPartners(q *request) answer {
	var found []*partner
	filters := [...]struct{ name, key string }{
		{"number", "number"}, {"type", "type"}, {"name", "name"}, {"email", "email"}, {"phone", "phone"}, {"mobile", "mobile_phone"},
	}
next:
	for _, p := range q.book.Partners {
		for _, f := range filters {
			if want := q.URL.Query().Get(f.name); want != "" && !strings.EqualFold(p.text(f.key), want) {
				continue next
			}
		}
		found = append(found, p)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].CreatedAt.After(found[j].CreatedAt) })

	limit, offset := max(q.number("limit", 10, 100), 1), q.number("offset", 0, len(found))
	views := []object{}
	for _, p := range found[offset:min(offset+limit, len(found))] {
		views = append(views, partnerView(p))
	}
	return answer{status: 200, body: object{"message": "success", "data": views, "pagination": object{
		"limit": limit, "offset": offset, "total_record": len(found),
		"page": offset/limit + 1, "total_page": (len(found) + limit - 1) / limit,
	}}}
}
