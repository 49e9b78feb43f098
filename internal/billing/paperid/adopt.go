package paperid

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	errNoID       = errors.New("the answer has no id")
	errSearchSize = errors.New("paperid: too many invoices to search for a number")
)

const (
	searchPage = 100
	// searchOverlap is read twice between neighbouring pages: invoices created meanwhile shift every offset.
	searchOverlap = 10
	// searchPages bounds one search to some 3,600 invoices, from both ends of the list.
	searchPages = 40
	// lookAttempts is how often a number is looked up after a lost answer. The provider may still be at work on the
	// request when we give up on it.
	lookAttempts = 3
)

func notFound(op string) error { return fmt.Errorf("paperid: %s: %w", op, ErrNotFound) }

// FindInvoiceByNumber searches the list for a number; ErrNotFound when the whole list lacks it.
//
// There is no filter by number, and the list's order is undocumented. A wanted number is nearly always a recent one, so
// pages are read from both ends towards the middle: whichever the order, it comes up early.
func (c *Client) FindInvoiceByNumber(ctx context.Context, number string) (InvoiceEntry, error) {
	first, err := c.ListInvoices(ctx, InvoiceQuery{Limit: searchPage})
	if err != nil {
		return InvoiceEntry{}, err
	}
	if entry, ok := first.find(number); ok {
		return entry, nil
	}
	size := searchPage
	if first.Limit > 0 && first.Limit < size {
		size = first.Limit
	}
	overlap := min(searchOverlap, size/2)
	front, back := len(first.Invoices), first.Total // everything below front and from back on has been read
	for pages := 1; front > 0 && front < back; pages++ {
		if pages >= searchPages {
			return InvoiceEntry{}, errSearchSize
		}
		offset := max(back-size, 0)
		if pages%2 == 0 {
			offset = max(front-overlap, 0)
			front = offset + size
		} else if back = offset + overlap; offset == 0 {
			back = 0
		}
		page, err := c.ListInvoices(ctx, InvoiceQuery{Limit: size, Offset: offset})
		if err != nil {
			return InvoiceEntry{}, err
		}
		if entry, ok := page.find(number); ok {
			return entry, nil
		}
	}
	return InvoiceEntry{}, notFound("FindInvoiceByNumber")
}

func (p InvoicePage) find(number string) (InvoiceEntry, bool) {
	for _, entry := range p.Invoices {
		if entry.Number == number && entry.ID != "" {
			return entry, true
		}
	}
	return InvoiceEntry{}, false
}

// AdoptInvoice finds the invoice that an earlier request with in.Number created and returns it as CreateInvoice would
// have. ErrNotFound when there is none; ErrOtherInvoice when its total is another, so that nobody is sent to pay a
// wrong amount.
func (c *Client) AdoptInvoice(ctx context.Context, in InvoiceInput) (CreatedInvoice, error) {
	ctx, cancel := c.bounded(ctx, c.timeout)
	defer cancel()

	entry, err := c.FindInvoiceByNumber(ctx, in.Number)
	if err != nil {
		return CreatedInvoice{}, err
	}
	found, err := c.GetInvoice(ctx, entry.ID)
	if err != nil {
		return CreatedInvoice{}, err
	}
	if total, exact := in.Total(); exact && total != found.Total {
		return CreatedInvoice{}, fmt.Errorf("paperid: AdoptInvoice: %w", ErrOtherInvoice)
	}
	return CreatedInvoice{
		ID: entry.ID, Number: found.Number, PaymentURL: found.PaymentURL, PDFURL: found.PDFURL, Adopted: true,
	}, nil
}

// EnsureInvoice creates the invoice, or adopts the one that has its number already. It is the operation for a job that
// may run twice: the second run returns the first run's invoice.
func (c *Client) EnsureInvoice(ctx context.Context, in InvoiceInput) (CreatedInvoice, error) {
	created, err := c.CreateInvoice(ctx, in)
	if !errors.Is(err, ErrDuplicateNumber) {
		return created, err
	}
	adopted, adoptErr := c.AdoptInvoice(ctx, in)
	switch {
	case errors.Is(adoptErr, ErrNotFound):
		return CreatedInvoice{}, err // burned by an invoice that was deleted since
	case errors.Is(adoptErr, ErrUnavailable), errors.Is(adoptErr, errSearchSize):
		return CreatedInvoice{}, fmt.Errorf("%w: %w", ErrUncertain, adoptErr) // it may well be ours
	}
	return adopted, adoptErr
}

// look repeats a look-up while it finds nothing or gets no answer.
func look[T any](ctx context.Context, backoff time.Duration, find func(context.Context) (T, error)) (found T, err error) {
	for attempt := range lookAttempts {
		found, err = find(ctx)
		if err == nil || !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrUnavailable) {
			return found, err
		}
		if !pause(ctx, backoff<<attempt) {
			break
		}
	}
	return found, err
}

// afterLook gives the error of a creation whose answer was lost, once its number was looked up.
func afterLook(lost, look error) error {
	switch {
	case look == nil:
		return nil
	case errors.Is(look, ErrOtherInvoice):
		return look
	default:
		return uncertain(lost)
	}
}
