package paperid

import (
	"context"
	"net/http"
	"net/url"
)

// PartnerQuery selects partners. Empty fields select nothing; what a filter matches is not documented.
type PartnerQuery struct {
	Type, Name, Number, Mobile, Phone, Email string

	Limit  int // 0 means 10, at most 100
	Offset int
}

// PartnerPage is a page of partners, the newest first.
type PartnerPage struct {
	Partners []Partner
	Limit    int
	Offset   int
	Total    int // in all pages
}

// ListPartners reads one page of the account's partners.
func (c *Client) ListPartners(ctx context.Context, q PartnerQuery) (PartnerPage, error) {
	query := url.Values{}
	if q.Limit > 0 || q.Offset > 0 {
		query = pageOf(max(q.Limit, 10), q.Offset)
	}
	for name, value := range map[string]string{
		"type": q.Type, "name": q.Name, "number": q.Number, "mobile": q.Mobile, "phone": q.Phone, "email": q.Email,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	var answer struct {
		Data       []partnerWire `json:"data"`
		Pagination struct {
			Limit  rupiah `json:"limit"`
			Offset rupiah `json:"offset"`
			Total  rupiah `json:"total_record"`
		} `json:"pagination"`
	}
	if err := c.do(ctx, call{op: "ListPartners", method: http.MethodGet, path: "/api/v2/partners", query: query, repeat: true}, &answer); err != nil {
		return PartnerPage{}, err
	}
	of := answer.Pagination
	page := PartnerPage{Limit: int(of.Limit), Offset: int(of.Offset), Total: int(of.Total)}
	for _, w := range answer.Data {
		page.Partners = append(page.Partners, w.partner())
	}
	return page, nil
}

// FindPartnerByNumber reads a partner by our own number; ErrNotFound when there is none. The list's filter is taken
// for a hint: only an exact match counts.
func (c *Client) FindPartnerByNumber(ctx context.Context, number string) (Partner, error) {
	page, err := c.ListPartners(ctx, PartnerQuery{Number: number, Limit: 100})
	if err != nil {
		return Partner{}, err
	}
	for _, p := range page.Partners {
		if p.Number == number {
			return p, nil
		}
	}
	return Partner{}, notFound("FindPartnerByNumber")
}
