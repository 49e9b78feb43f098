package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/sms"
)

const (
	// patience is how long a gateway may refuse work before a message is given up:
	// what was written two days ago may be wrong by now.
	patience = 48 * time.Hour
	// keep is how long a message's row stays.
	keep = 30 * 24 * time.Hour
)

// Options say through whom messages go. A channel without a sender keeps them.
type Options struct {
	Mail mail.Sender
	From mail.Address // of e-mails
	SMS  sms.Sender
	Log  *slog.Logger
}

// Outbox sends and shows what Queue stored.
type Outbox struct {
	db  *db.DB
	via Options
}

// New returns the outbox of a database.
func New(d *db.DB, o Options) *Outbox {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Outbox{db: d, via: o}
}

// Subscribe has messages sent when they are queued, and old ones removed.
func (o *Outbox) Subscribe(r *jobs.Registry) {
	jobs.On(r, "sender", func(ctx context.Context, _ id.ID, q Queued) error { return o.Deliver(ctx, q.Tenant, q.ID) })
	r.Every("outbox.tidy", 6*time.Hour, o.Tidy)
}

// Deliver sends a message unless that is done, or given up, or nobody is there to
// do it. An error means that another attempt may succeed.
func (o *Outbox) Deliver(ctx context.Context, tenant, message id.ID) error {
	row, err := o.waiting(ctx, tenant, message)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	send := o.sender(row)
	if send == nil {
		return nil
	}
	switch now := o.db.Now(); {
	case row.ExpiresAt != nil && !now.Before(*row.ExpiresAt):
		return o.settle(ctx, tenant, message, "not sent in time")
	case now.Sub(row.CreatedAt) > patience:
		return o.settle(ctx, tenant, message, "not sent within two days")
	}
	err = send(ctx)
	switch {
	case err == nil:
		return o.settle(ctx, tenant, message, "")
	case errors.Is(err, mail.ErrMessage), errors.Is(err, mail.ErrRejected), errors.Is(err, sms.ErrRejected):
		o.via.Log.WarnContext(ctx, "message refused", "message", message, "channel", row.Channel, "error", err)
		return o.settle(ctx, tenant, message, err.Error())
	default:
		return fmt.Errorf("send message %s: %w", message, err)
	}
}

// sender is nil where the message's channel has no gateway.
func (o *Outbox) sender(m row) func(context.Context) error {
	switch {
	case m.Channel == Email && o.via.Mail != nil:
		return func(ctx context.Context) error {
			return o.via.Mail.Send(ctx, mail.Message{
				From: o.via.From, To: mail.Address{Address: m.To}, Subject: m.Subject, Text: m.Text, HTML: m.HTML, Entry: m.entry(),
				File: m.file(),
			})
		}
	case m.Channel == SMS && o.via.SMS != nil:
		return func(ctx context.Context) error { return o.via.SMS.Send(ctx, sms.Message{To: m.To, Text: m.Text}) }
	}
	return nil
}

// settle notes that a message has gone out, or with a failure that it never will.
func (o *Outbox) settle(ctx context.Context, tenant, message id.ID, failure string) error {
	// The gateway has spoken: the note must not be lost with the job's deadline.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		settleMessage(tx, tenant, message, failure)
		return nil
	})
}

// Tidy removes messages of more than a month ago.
func (o *Outbox) Tidy(ctx context.Context) error {
	return o.db.Platform(ctx, "remove old messages", func(tx *db.Tx) error {
		deleteOlder(tx, tx.Now().Add(-keep))
		return nil
	})
}
