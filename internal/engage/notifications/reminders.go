package notifications

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// reminder is one kind of reminder: it is due so long before the visit begins, and
// once it has to be told within the next one's time it is not told any more.
type reminder struct {
	kind         string // as stored
	ahead, until time.Duration
	notice       notice
}

func reminders() []reminder {
	const (
		day  = 24 * time.Hour
		hour = time.Hour
	)
	return []reminder{
		{"day", day, hour, notice{
			name: "reminder.day", subject: "Reminder: your appointment at %s",
			text: "this is to remind you of your appointment. We look forward to seeing you.",
		}},
		{"hour", hour, 0, notice{
			name: "reminder.hour", subject: "Your appointment at %s begins soon",
			text: "your appointment begins soon. See you in a moment.",
		}},
	}
}

// sendAtOnce is how many reminders are looked up in one go.
const sendAtOnce = 200

// Remind settles the reminders that are due: each once for each time that an
// appointment is moved to, on however many servers this runs. Who booked, confirmed or
// moved within the time ahead was told then, and gets none.
func (n *Notices) Remind(ctx context.Context) error {
	var failed error
	for _, r := range reminders() {
		for {
			due, err := n.due(ctx, r)
			failed = errors.Join(failed, err)
			for _, d := range due {
				err = errors.Join(err, n.remind(ctx, d, r))
			}
			failed = errors.Join(failed, err)
			// What has failed is due again in a minute.
			if err != nil || len(due) < sendAtOnce {
				break
			}
		}
	}
	return failed
}

type dueRow struct {
	Tenant id.ID `db:"tenant_id"`
	ID     id.ID `db:"id"`
}

// due lists appointments to remind of, the next first. It goes through the outlets, by
// whose time the appointments are indexed.
func (n *Notices) due(ctx context.Context, r reminder) (due []dueRow, err error) {
	err = n.db.PlatformView(ctx, "reminders that are due", func(tx *db.Tx) (err error) {
		now := tx.Now()
		due, err = db.All[dueRow](ctx, tx, `
			SELECT a.tenant_id, a.id
			FROM outlets o
			CROSS JOIN LATERAL (
				SELECT a.tenant_id, a.id, a.starts_at
				FROM appointments a
				WHERE a.tenant_id = o.tenant_id AND a.outlet_id = o.id AND a.starts_at > $1 AND a.starts_at <= $2
					AND a.status = 'confirmed' AND `+settledAt+` < a.starts_at - $3 * interval '1 second'
					AND NOT EXISTS (
						SELECT 1 FROM reminders r
						WHERE r.tenant_id = a.tenant_id AND r.appointment_id = a.id AND r.kind = $4 AND r.starts_at = a.starts_at)) a
			ORDER BY a.starts_at, a.id
			LIMIT $5`, now.Add(r.until), now.Add(r.ahead), int(r.ahead.Seconds()), r.kind, sendAtOnce)
		return err
	})
	return due, err
}

// settledAt is since when the appointment a is at its time for certain.
const settledAt = `greatest(a.created_at, a.confirmed_at, a.rescheduled_at)`

type standing struct {
	Status    string    `db:"status"`
	StartsAt  time.Time `db:"starts_at"`
	SettledAt time.Time `db:"settled_at"`
}

// remind settles one reminder. The lock makes it wait for whoever moves or cancels the
// appointment at this moment, and them for it.
func (n *Notices) remind(ctx context.Context, d dueRow, r reminder) error {
	return n.db.Update(ctx, d.Tenant, func(tx *db.Tx) error {
		now := tx.Now()
		s, err := db.One[standing](ctx, tx, `
			SELECT a.status, a.starts_at, `+settledAt+` AS settled_at
			FROM appointments a
			WHERE a.tenant_id = $1 AND a.id = $2
			FOR NO KEY UPDATE`, tx.Tenant(), d.ID)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		due := s.StartsAt.Add(-r.ahead)
		if s.Status != "confirmed" || now.Before(due) || !s.SettledAt.Before(due) || !now.Before(s.StartsAt.Add(-r.until)) {
			return nil
		}
		first, err := tx.ExecNow(ctx, `
			INSERT INTO reminders (tenant_id, appointment_id, kind, starts_at, created_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT ON CONSTRAINT reminders_once DO NOTHING`, tx.Tenant(), d.ID, r.kind, s.StartsAt, now)
		if err != nil || first == 0 {
			return err
		}
		v, err := findVisit(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		what := r.notice
		what.name += "." + s.StartsAt.UTC().Format("20060102150405")
		v.write(tx, what, s.StartsAt)
		return nil
	})
}

// TidyReminders forgets the reminders of visits that began a day ago.
func (n *Notices) TidyReminders(ctx context.Context) error {
	return n.db.Platform(ctx, "forget the reminders of visits that are over", func(tx *db.Tx) error {
		tx.Exec(`DELETE FROM reminders WHERE starts_at < $1`, tx.Now().Add(-24*time.Hour))
		return nil
	})
}
