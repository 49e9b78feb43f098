package sim

import (
	"net/http"
	"slices"
	"time"
)

// getInvoice answers the detail. Total, fee, notes and times stand outside of data, and the invoice's own id nowhere.
func getInvoice(q *request) answer {
	inv := q.book.Invoices[q.PathValue("id")]
	if inv == nil {
		return refuseInvoice(http.StatusNotFound, "invoice not found")
	}
	items := []object{}
	for _, line := range inv.Items {
		items = append(items, object{"name": line.Name, "code": "", "description": line.Description,
			"quantity": line.Quantity, "uom": "", "price": line.Price, "discount": line.Quantity*line.Price - line.Amount,
			"tax": 0, "product_href": "", "additional_info": nil})
	}
	at := func(t time.Time) string { return t.In(jakarta()).Format(time.DateTime) }
	return answer{status: 200, body: object{
		"status_code": 200,
		"data": object{
			"number":       inv.Number,
			"invoice_date": inv.InvoiceDate.In(jakarta()).Format(time.DateOnly),
			"due_date":     inv.DueDate.In(jakarta()).Format(time.DateOnly),
			"status":       object{"payment_status": inv.status(q.now), "acceptance_status": "not accepted"},
			"payment_link": bare(q.base) + "/pay/" + inv.Token,
			"pdf_link":     q.base + "/pdf/" + inv.Token,
			"customer": object{"id": inv.Customer.ID, "company_name": inv.Customer.Name,
				"company_email": inv.Customer.Email, "company_phone": inv.Customer.Phone, "href": "", "contacts": []any{}},
			"items": items,
		},
		"additional_fee": object{"delivery_fee": inv.DeliveryFee},
		"total":          inv.Total, "signature_text_header": inv.Signer, "signature_text_footer": "",
		"terms_condition": "", "notes": inv.Notes,
		"created_at": at(inv.CreatedAt), "modified_at": at(inv.ModifiedAt),
	}}
}

// listInvoices answers a page, newest first unless the knob says otherwise. Its integer status is undocumented; 3 here
// means paid and 2 anything else.
func listInvoices(q *request) answer {
	ids := slices.Clone(q.book.Order)
	if !q.sim.knobs.OldestFirst {
		slices.Reverse(ids)
	}
	if want := q.URL.Query().Get("status"); want != "" {
		ids = slices.DeleteFunc(ids, func(id string) bool { return q.book.Invoices[id].status(q.now) != want })
	}
	limit, offset := q.number("limit", 10, 100), q.number("offset", 0, len(ids))
	entries := []object{}
	for _, id := range ids[offset:min(offset+limit, len(ids))] {
		inv, status := q.book.Invoices[id], 2
		if inv.status(q.now) == "paid" {
			status = 3
		}
		entries = append(entries, object{"uuid": inv.ID, "number": inv.Number, "status": status, "links": []any{},
			"invoice_date": inv.InvoiceDate.In(jakarta()).Format(time.DateOnly)})
	}
	return answer{status: 200, body: object{
		"invoices": entries, "limit": limit, "offset": offset, "total_records": len(ids),
	}}
}
