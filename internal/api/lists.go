package api

import (
	"reserva/internal/kit/id"
)

// Page is the paging of a list; embed it in the input.
type Page struct {
	Page int `query:"page" minimum:"1" maximum:"10000000" default:"1" doc:"Number of the page, from 1."`
	Size int `query:"size" minimum:"1" maximum:"100" default:"20" doc:"Items on a page."`
}

// Offset returns how many items come before the page.
func (p Page) Offset() int { return (p.Page - 1) * p.Size }

// Limit returns how many items the page holds at most.
func (p Page) Limit() int { return p.Size }

// Pages returns how many pages hold total items: 0 for none.
func (p Page) Pages(total int) int {
	if p.Size <= 0 {
		return 0
	}
	return (total + p.Size - 1) / p.Size
}

// List is the documented envelope of lists.
type List[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" minimum:"0" doc:"Items on all pages."`
	Page  int `json:"page" example:"1"`
	Size  int `json:"size" example:"20"`
	Pages int `json:"pages" minimum:"0"`
}

// NewList returns one page of a list of total items.
func NewList[T any](items []T, total int, p Page) *List[T] {
	if items == nil {
		items = []T{}
	}
	return &List[T]{Items: items, Total: total, Page: p.Page, Size: p.Size, Pages: p.Pages(total)}
}

// Order is the direction of a sorted list, in each of its documented
// spellings; embed it beside a `sort_by` parameter with an enum.
type Order struct {
	SortOrder     string `query:"sort_order" enum:"asc,desc" doc:"Direction of sort_by."`
	SortDirection string `query:"sort_direction" enum:"asc,desc" doc:"Another name of sort_order."`
	OrderBy       string `query:"order" enum:"asc,desc" doc:"Another name of sort_order."`
}

// Descending reports the direction asked for, def where none was.
func (o Order) Descending(def bool) bool {
	for _, s := range []string{o.SortOrder, o.SortDirection, o.OrderBy} {
		if s != "" {
			return s == "desc"
		}
	}
	return def
}

// ID reads an id from a path. A malformed one becomes the empty id, which no
// record has, so that looking it up answers 404 like any unknown id.
func ID(s string) id.ID {
	parsed, err := id.Parse(s)
	if err != nil {
		return ""
	}
	return parsed
}

// Message is the answer of operations that only confirm.
type Message struct {
	Message string `json:"message" example:"Done."`
}

// NewMessage returns a Message.
func NewMessage(text string) *Message { return &Message{Message: text} }
