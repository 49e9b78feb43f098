package outbox

import (
	"context"
	"time"

	"reserva/internal/kit/db"
)

// Backlog is what waits to be sent by one channel.
type Backlog struct {
	Channel  Channel    `db:"channel"`
	Messages int64      `db:"messages"`
	Since    *time.Time `db:"since"` // of the oldest; nil where nothing waits
}

const backlogSQL = `
	SELECT c.channel, count(m.id) AS messages, min(m.created_at) AS since
	FROM unnest($1::text[]) AS c (channel)
	LEFT JOIN messages m ON m.channel = c.channel AND m.sent_at IS NULL AND m.failure = ''
	GROUP BY c.channel
	ORDER BY c.channel`

// Backlog tells what waits in each channel that has a gateway; where there is none,
// messages are kept and wait for nothing.
func (o *Outbox) Backlog(ctx context.Context) ([]Backlog, error) {
	var channels []string
	for _, channel := range []Channel{Email, SMS} {
		if o.sender(row{Channel: channel}) != nil {
			channels = append(channels, string(channel))
		}
	}
	if len(channels) == 0 {
		return nil, nil
	}
	var found []Backlog
	err := o.db.PlatformView(ctx, "count messages that wait", func(tx *db.Tx) (err error) {
		found, err = db.All[Backlog](ctx, tx, backlogSQL, channels)
		return err
	})
	return found, err
}
