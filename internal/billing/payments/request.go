package payments

import (
	"context"
	"encoding/json"
	"slices"

	"reserva/internal/billing/invoices"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
)

// payerRow is who pays an invoice and whom. Guests go by what they typed.
type payerRow struct {
	Business    string  `db:"business"`
	TenantPhone string  `db:"tenant_phone"`
	OutletPhone *string `db:"outlet_phone"`
	Name        *string `db:"name"`
	Email       *string `db:"email"`
	Phone       *string `db:"phone"`
}

// load reads an invoice and makes of it what the provider is asked for. The same
// invoice gives the same number and total each time.
func (o *Operations) load(ctx context.Context, tenant, invoice id.ID) (s invoices.Stored, r Request, err error) {
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		payer := db.QueueOne[payerRow](tx, `
			SELECT t.name AS business, t.phone AS tenant_phone, o.phone AS outlet_phone,
				coalesce(a.guest ->> 'name', nullif(trim(c.first_name || ' ' || c.last_name), '')) AS name,
				coalesce(a.guest ->> 'email', c.email) AS email, coalesce(a.guest ->> 'phone', c.phone) AS phone
			FROM invoices i
			JOIN tenants t ON t.id = $1
			LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = i.appointment_id
			LEFT JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id
			LEFT JOIN customers c ON c.tenant_id = $1 AND c.id = i.customer_id
			WHERE i.tenant_id = $1 AND i.id = $2`, tenant, invoice)
		if s, err = invoices.Load(ctx, tx, invoice); err != nil {
			return err
		}
		r, err = request(tenant, s, payer.Value)
		r.At, r.Return = tx.Now(), o.back(tenant, s)
		return err
	})
	return s, r, err
}

// metadata is what this package keeps with an invoice beside its columns.
type metadata struct {
	Send     []string `json:"send"`
	SentVia  []string `json:"sent_via"`
	Redirect string   `json:"success_redirect_url"`
}

func metadataOf(s invoices.Stored) metadata {
	m := metadata{}
	_ = json.Unmarshal(s.Metadata, &m) // written by this server; without it nothing is sent
	return m
}

// back is where the provider's page sends the payer: to pages of our own, or, once it
// is paid, where the one who asked for the link wanted.
func (o *Operations) back(tenant id.ID, s invoices.Stored) Return {
	if o.returnURL == "" {
		return Return{}
	}
	query := "?" + returnedOf + "=" + string(tenant) + "-" + string(s.ID)
	success := first(metadataOf(s).Redirect, o.returnURL+"/success"+query)
	return Return{Success: success, Failure: o.returnURL + "/failure" + query, Cancel: o.returnURL + "/cancel" + query}
}

func request(tenant id.ID, s invoices.Stored, p payerRow) (Request, error) {
	lines, err := requestLines(s)
	if err != nil {
		return Request{}, err
	}
	send := metadataOf(s).Send
	email, phone := str(p.Email), str(p.Phone)
	if address, err := mail.Normalise(email); err == nil {
		email = address
	} else {
		email = ""
	}
	r := Request{
		Tenant: tenant, Business: p.Business, Number: s.ProviderNumber, Issued: s.IssueDate, Due: s.DueDate, Currency: s.Currency, Lines: lines,
		Payer: Payer{Name: first(str(p.Name), "Customer"), Email: email, Phone: first(phone, str(p.OutletPhone), p.TenantPhone)},
		Send: Channels{
			Email: email != "" && slices.Contains(send, "email"), WhatsApp: phone != "" && slices.Contains(send, "whatsapp"),
			SMS: phone != "" && slices.Contains(send, "sms"),
		},
		Notes: s.Notes,
	}
	if s.CustomerID != nil {
		r.Payer.ID = *s.CustomerID
	}
	return r, nil
}

// requestLines are the invoice's lines with the tax and the fee. Where the wallet paid a part,
// it is one line of the total.
func requestLines(s invoices.Stored) ([]RequestLine, error) {
	lines, err := s.Lines()
	if err != nil {
		return nil, err
	}
	total := RequestLine{Name: "Invoice " + s.Number, Description: s.ProviderNumber, Quantity: 1, Price: s.Total}
	out, sum := []RequestLine{}, int64(0)
	for _, l := range lines {
		if l.Quantity < 1 {
			return []RequestLine{total}, nil
		}
		if l.Amount == 0 {
			continue
		}
		out = append(out, RequestLine{
			Name: l.Description, Description: first(l.StaffName, l.Description), Quantity: int(l.Quantity), Price: l.UnitPrice,
		})
		sum += l.Quantity * l.UnitPrice
	}
	switch added := s.Total - sum; {
	case added < 0:
		return []RequestLine{total}, nil
	case added > 0 && s.Tax > 0 && s.Discount > 0:
		return []RequestLine{total}, nil
	case added > 0:
		for _, l := range []RequestLine{{Name: "Tax", Price: s.Tax}, {Name: "Service fee", Price: added - s.Tax}} {
			if l.Price > 0 {
				l.Description, l.Quantity = l.Name, 1
				out = append(out, l)
			}
		}
	}
	return out, nil
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func first(candidates ...string) string {
	for _, c := range candidates {
		if c != "" {
			return c
		}
	}
	return ""
}
