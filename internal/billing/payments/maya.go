package payments

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// MayaGateway is Maya as a Gateway. It speaks for one account, whatever the tenant.
// A page there can be paid for an hour, and sends the payer back.
type MayaGateway struct{ client *maya.Client }

// NewMaya returns the gateway of an account.
func NewMaya(client *maya.Client) *MayaGateway { return &MayaGateway{client: client} }

// Takes implements Gateway: accounts take pesos.
func (m *MayaGateway) Takes(currency money.Currency) bool { return currency == money.PHP }

// Open implements Gateway. The provider knows no idempotency, so what an earlier
// attempt may have made is looked for first; and where the answer to this one is
// lost, at once.
func (m *MayaGateway) Open(ctx context.Context, r Request) (Link, error) {
	if !m.Takes(r.Currency) {
		return Link{}, fmt.Errorf("payments: Maya takes no %s", r.Currency)
	}
	if r.Again {
		if found, err := m.Find(ctx, r); !errors.Is(err, ErrNothingThere) {
			return found, err
		}
	}
	created, err := m.client.CreateCheckout(ctx, checkoutInput(r))
	if errors.Is(err, maya.ErrUncertain) {
		if found, findErr := m.Find(ctx, r); findErr == nil {
			return found, nil
		}
		// That nothing is found now does not mean that nothing comes.
	}
	if err != nil {
		return Link{}, translateMaya(err)
	}
	return Link{ID: created.ID, URL: created.URL, ShortURL: created.URL, ExpiresAt: new(r.At.Add(maya.Lifetime))}, nil
}

// Find implements Gateway: of several checkouts under one number the paid one, else
// one that can still be paid, else the newest.
func (m *MayaGateway) Find(ctx context.Context, r Request) (Link, error) {
	found, err := m.client.PaymentsByReference(ctx, r.Number)
	if err != nil {
		return Link{}, translateMaya(err)
	}
	best, ok := choose(found)
	if !ok {
		return Link{}, ErrNothingThere
	}
	return m.page(best), nil
}

// choose picks the payment of a reference that says most.
func choose(found []maya.Payment) (best maya.Payment, ok bool) {
	rank := func(p maya.Payment) int {
		switch {
		case p.Status.Paid():
			return 2
		case !p.Status.Over():
			return 1
		}
		return 0
	}
	for _, p := range found {
		if !ok || rank(p) > rank(best) || rank(p) == rank(best) && p.CreatedAt.After(best.CreatedAt) {
			best, ok = p, true
		}
	}
	return best, ok
}

func (m *MayaGateway) page(p maya.Payment) Link {
	url := m.client.PageURL(p.ID)
	l := Link{ID: p.ID, URL: url, ShortURL: url}
	if !p.CreatedAt.IsZero() {
		l.ExpiresAt = new(p.CreatedAt.Add(maya.Lifetime))
	}
	return l
}

// Look implements Gateway. Where the page's own payment was not made, another one of
// the same number may have been.
func (m *MayaGateway) Look(ctx context.Context, _ id.ID, providerID string) (State, error) {
	p, err := m.client.GetPayment(ctx, providerID)
	if err != nil {
		return State{}, translateMaya(err)
	}
	if p.Status.Over() && p.Reference != "" {
		others, err := m.client.PaymentsByReference(ctx, p.Reference)
		if err != nil {
			return State{}, translateMaya(err)
		}
		if best, ok := choose(others); ok && best.Status.Paid() {
			p = best
		}
	}
	s := State{
		Number: p.Reference, Progress: Unpaid, Total: p.Amount, Currency: p.Currency,
		PaymentID: p.ID, Method: method(p.Method), Channel: p.Scheme, Link: m.page(p),
	}
	switch {
	case p.Status.Paid():
		s.Progress = FullyPaid
	case p.Status.Over():
		s.Progress, s.Reason = Over, "the provider says "+string(p.Status)
	}
	return s, nil
}

// method writes the provider's kind of funds as other methods are written.
func method(kind string) string { return strings.ReplaceAll(strings.ToLower(kind), "-", "_") }

// Withdraw implements Gateway. A page that ended by itself is withdrawn.
func (m *MayaGateway) Withdraw(ctx context.Context, _ id.ID, providerID string) error {
	refused := m.client.Cancel(ctx, providerID)
	if refused == nil || errors.Is(refused, maya.ErrNotFound) {
		return nil
	}
	p, err := m.client.GetPayment(ctx, providerID)
	switch {
	case err != nil:
		return translateMaya(errors.Join(refused, err))
	case p.Status.Paid():
		return fmt.Errorf("%w: %w", ErrPaidAlready, refused)
	case p.Status.Over():
		return nil
	}
	return translateMaya(refused)
}

func checkoutInput(r Request) maya.CheckoutInput {
	first, last, _ := strings.Cut(r.Payer.Name, " ")
	in := maya.CheckoutInput{
		Reference: r.Number, Currency: r.Currency,
		Buyer:    maya.Buyer{FirstName: first, LastName: last, Email: r.Payer.Email, Phone: r.Payer.Phone},
		Return:   maya.Redirects(r.Return),
		Metadata: map[string]string{"business": r.Business},
	}
	for i, l := range r.Lines {
		in.Items = append(in.Items, maya.Item{
			Name: l.Name, Code: fmt.Sprintf("%s-%d", r.Number, i+1), Description: l.Description, Quantity: l.Quantity, Price: l.Price,
		})
	}
	return in
}

// translateMaya gives the provider's errors the meaning that a Gateway's have.
// Uncertainty is asked first: such an error is an outage as well.
func translateMaya(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, maya.ErrUncertain):
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	case errors.Is(err, maya.ErrUnavailable):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	case errors.Is(err, maya.ErrNotFound):
		return fmt.Errorf("%w: %w", ErrNothingThere, err)
	}
	return err
}
