package ratelimit

import (
	"context"
	"math"
	"time"

	"reserva/internal/kit/db"
)

// counted is a row of the table after a statement counted in it.
type counted struct {
	Key        string `db:"key"`
	Minute     int64  `db:"minute"`
	Hour       int64  `db:"hour"`
	UsedMinute int    `db:"used_minute"`
	UsedHour   int    `db:"used_hour"`
	Granted    int    `db:"granted"`
}

// takeSQL grants each key as much of what is asked as its limits leave. Rows are locked in the order of their keys, so
// that two servers cannot wait for each other. As in Memory, a server whose clock is a little behind counts in the
// window that another has begun.
const takeSQL = `
	INSERT INTO rate_counters AS c (key, minute, hour, used_minute, used_hour, minute_limit, hour_limit, granted)
	SELECT a.key, $5::bigint, $6::bigint, g.granted, g.granted, a.minute_limit, a.hour_limit, g.granted
	FROM unnest($1::text[], $2::int[], $3::int[], $4::int[]) AS a (key, asked, minute_limit, hour_limit),
	  LATERAL (SELECT least(a.asked, a.minute_limit, a.hour_limit)) AS g (granted)
	ORDER BY a.key
	ON CONFLICT (key) DO UPDATE
	SET (minute, hour, used_minute, used_hour, minute_limit, hour_limit, granted) = (
	  SELECT CASE WHEN w.minute_on THEN c.minute ELSE excluded.minute END,
	    CASE WHEN w.hour_on THEN c.hour ELSE excluded.hour END,
	    u.used_minute + g.granted, u.used_hour + g.granted,
	    excluded.minute_limit, excluded.hour_limit, g.granted
	  FROM (
	      SELECT c.minute IN (excluded.minute, excluded.minute + 1), c.hour IN (excluded.hour, excluded.hour + 1)
	    ) AS w (minute_on, hour_on),
	    LATERAL (
	      SELECT CASE WHEN w.minute_on THEN c.used_minute ELSE 0 END, CASE WHEN w.hour_on THEN c.used_hour ELSE 0 END
	    ) AS u (used_minute, used_hour),
	    LATERAL (
	      SELECT greatest(0, least(excluded.granted,
	        excluded.minute_limit - u.used_minute, excluded.hour_limit - u.used_hour))
	    ) AS g (granted)
	)
	RETURNING c.key, c.minute, c.hour, c.used_minute, c.used_hour, c.granted`

// count asks the table for all requests of a batch in one statement. Requests of one key have one limit.
func (s *Shared) count(ctx context.Context, byKey map[string][]*ask, now time.Time) (map[string]counted, error) {
	keys := sortedKeys(byKey)
	asked, minutes, hours := make([]int, len(keys)), make([]int, len(keys)), make([]int, len(keys))
	for i, key := range keys {
		l := byKey[key][0].limit
		asked[i], minutes[i], hours[i] = len(byKey[key]), orEndless(l.Minute), orEndless(l.Hour)
	}
	minute, hour := Windows(now)
	var rows *db.Results[counted]
	// A key that is claimed with the request belongs to what the request changes, not to its counting.
	err := s.db.Platform(db.WithClaim(ctx, nil), "count requests", func(tx *db.Tx) error {
		rows = db.QueueAll[counted](tx, takeSQL, keys, asked, minutes, hours, minute, hour)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make(map[string]counted, len(rows.Rows))
	for _, row := range rows.Rows {
		out[row.Key] = row
	}
	return out, nil
}

// endless is what no window holds; twice of it still is a number.
const endless = math.MaxInt32 / 2

func orEndless(limit int) int {
	if limit <= 0 {
		return endless
	}
	return limit
}

// Tidy removes the counters of past hours, but for the last: a server whose clock is a little behind may be in it still.
// It is run at intervals, and may run anywhere.
func (s *Shared) Tidy(ctx context.Context) error {
	return s.db.Platform(ctx, "counters of past hours", func(tx *db.Tx) error {
		_, hour := Windows(tx.Now())
		tx.Exec(`DELETE FROM rate_counters WHERE hour < $1`, hour-1)
		return nil
	})
}
