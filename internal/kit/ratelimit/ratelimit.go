// Package ratelimit counts what a caller did in the present minute and the present hour, and says when it is too much.
//
// Both windows are fixed: they begin with each minute and hour of UTC. That takes two numbers for each caller and one
// statement in a database, and every server agrees on the windows without talking. The price is stated: around
// the turn of a minute a caller can have two minutes' worth within seconds, and the hour's limit bounds that.
// A refused request counts for nothing, so that a client that keeps asking is served when its window turns.
//
// Counters are kept by key. A key names what is limited and who it is, as in "public:203.0.113.7"; two limits need two
// keys. Memory is one server's counters, Shared those of all servers on one database. AddressKey and ClientAddress tell callers apart who have not signed in.
package ratelimit

import (
	"context"
	"time"
)

// Limit is how many requests a caller has in a minute and in an hour. Zero is no limit.
type Limit struct {
	Minute, Hour int
}

// Decision is the answer to one request. It carries what the X-RateLimit headers show.
type Decision struct {
	Allowed         bool
	LimitMinute     int // as asked for; 0 where there is none
	RemainingMinute int // after this request; 0 where there is no limit
	LimitHour       int
	RemainingHour   int
	RetryAfter      time.Duration // until the window turns that refused; 0 when allowed
}

// Limiter decides and counts in one step.
type Limiter interface {
	// Take counts one request of key when l allows it. Now is the caller's clock. An error means that nothing could be
	// decided; whether to serve then is the caller's choice.
	Take(ctx context.Context, key string, l Limit, now time.Time) (Decision, error)
}

// Windows returns the numbers of the minute and the hour that now lies in, counted from 1970.
func Windows(now time.Time) (minute, hour int64) {
	seconds := now.Unix()
	return seconds / 60, seconds / 3600
}

// Decide returns the decision on one more request of a caller who has used so many in the present minute and hour. It
// is the rule that every Limiter shares.
func Decide(l Limit, usedMinute, usedHour int, now time.Time) Decision {
	d := Decision{Allowed: true, LimitMinute: l.Minute, LimitHour: l.Hour}
	minuteFull := l.Minute > 0 && usedMinute >= l.Minute
	hourFull := l.Hour > 0 && usedHour >= l.Hour
	switch {
	case hourFull:
		d.RetryAfter = untilNext(now, time.Hour)
	case minuteFull:
		d.RetryAfter = untilNext(now, time.Minute)
	}
	if minuteFull || hourFull {
		d.Allowed = false
	} else {
		usedMinute, usedHour = usedMinute+1, usedHour+1
	}
	d.RemainingMinute = max(0, l.Minute-usedMinute)
	d.RemainingHour = max(0, l.Hour-usedHour)
	return d
}

// untilNext returns the time until the next whole minute or hour of UTC; more than nothing.
func untilNext(now time.Time, window time.Duration) time.Duration {
	seconds := int64(window / time.Second)
	next := (now.Unix()/seconds + 1) * seconds
	return time.Unix(next, 0).Sub(now)
}
