package customers

import (
	"context"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/token"
)

// purpose is what a one-time code is good for, as stored.
type purpose string

const (
	verifyEmail   purpose = "customer.verify_email"
	verifyPhone   purpose = "customer.verify_phone"
	resetPassword purpose = "customer.reset_password"
)

// Rules of one-time codes.
const (
	codeLife     = 10 * time.Minute
	codeAttempts = 5
	codePause    = time.Minute
	codesPerHour = 5
)

// address is where a code goes: a mailbox or a telephone.
type address struct {
	channel outbox.Channel
	value   string // normalised
}

// addressOf prefers the mailbox of the two; one of them is not nil.
func addressOf(email, phone *string) address {
	if email != nil {
		return address{outbox.Email, *email}
	}
	return address{outbox.SMS, *phone}
}

// verification is the purpose that proves the address.
func (a address) verification() purpose {
	if a.channel == outbox.Email {
		return verifyEmail
	}
	return verifyPhone
}

// codeHistory is what was sent to an address lately for one purpose.
type codeHistory struct {
	Recent int        `db:"recent"` // within the hour
	First  *time.Time `db:"first"`  // of those
	Newest *time.Time `db:"newest"`
	Live   bool       `db:"live"` // the newest may still be entered
}

// queueCodes makes other requests for the address wait until tx ends, and queues
// what was sent to it.
func queueCodes(tx *db.Tx, p purpose, a address) *db.Result[codeHistory] {
	tx.Alone(string(p) + " " + a.value)
	return db.QueueOne[codeHistory](tx, `
		SELECT
			count(*) AS recent,
			min(created_at) AS first,
			max(created_at) AS newest,
			coalesce(bool_or(used_at IS NULL AND expires_at > $4 AND attempts < $6), false) AS live
		FROM one_time_codes
		WHERE tenant_id = $1 AND purpose = $2 AND subject_id = $3 AND created_at > $5`,
		tx.Tenant(), p, a.value, tx.Now(), tx.Now().Add(-time.Hour), codeAttempts)
}

// mayFollow answers ErrCodeTooSoon while no further code may be sent.
func (h codeHistory) mayFollow(now time.Time) error {
	var wait time.Duration
	if h.Newest != nil {
		wait = codePause - now.Sub(*h.Newest)
	}
	if h.Recent >= codesPerHour {
		wait = max(wait, time.Hour-now.Sub(*h.First))
	}
	if wait <= 0 {
		return nil
	}
	return ErrCodeTooSoon.WithRetryAfter(wait)
}

// sentCode is a new code and its name.
type sentCode struct {
	id   id.ID
	code string
}

// newCode queues a code for the address; earlier ones are void from now on.
func (o *Operations) newCode(tx *db.Tx, p purpose, a address) sentCode {
	sent := sentCode{id: id.NewAt(tx.Now()), code: token.NewCode()}
	tx.Exec(`
		UPDATE one_time_codes
		SET used_at = $4
		WHERE tenant_id = $1 AND purpose = $2 AND subject_id = $3 AND used_at IS NULL`,
		tx.Tenant(), p, a.value, tx.Now())
	tx.Exec(`
		INSERT INTO one_time_codes (tenant_id, id, purpose, subject_id, channel, hash, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Tenant(), sent.id, p, a.value, a.channel, o.mac(tx.Tenant(), p, a, sent.code), tx.Now(), tx.Now().Add(codeLife))
	return sent
}

type codeRow struct {
	ID      id.ID      `db:"id"`
	Hash    []byte     `db:"hash"`
	Tried   int        `db:"attempts"`
	Expires time.Time  `db:"expires_at"`
	UsedAt  *time.Time `db:"used_at"`
}

// redeem counts a guess and compares it; a right code is used up. The refusal is
// apart from the error because tx has to commit the count either way.
func (o *Operations) redeem(ctx context.Context, tx *db.Tx, p purpose, a address, code string) (refusal *fault.Error, err error) {
	found := db.QueueOne[codeRow](tx, `
		UPDATE one_time_codes
		SET attempts = attempts + 1
		WHERE tenant_id = $1 AND id = (
			SELECT id FROM one_time_codes
			WHERE tenant_id = $1 AND purpose = $2 AND subject_id = $3
			ORDER BY created_at DESC, used_at IS NULL DESC, id DESC
			LIMIT 1)
		RETURNING id, hash, attempts, expires_at, used_at`,
		tx.Tenant(), p, a.value)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	row := found.Value
	switch {
	case !found.Found || row.UsedAt != nil:
		return ErrCode, nil
	case !row.Expires.After(tx.Now()):
		return ErrCodeExpired, nil
	case row.Tried > codeAttempts:
		return ErrCodeAttempts.WithRetryAfter(row.Expires.Sub(tx.Now())), nil
	case !o.keys.CheckMAC(row.Hash, string(p), string(tx.Tenant()), a.value, code):
		return ErrCode, nil
	}
	tx.Exec(`UPDATE one_time_codes SET used_at = $3 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), row.ID, tx.Now())
	return nil, nil
}

func (o *Operations) mac(tenant id.ID, p purpose, a address, code string) []byte {
	return o.keys.MAC(string(p), string(tenant), a.value, code)
}

// TidyCodes removes codes that nobody can enter any more. It is run at intervals.
func (o *Operations) TidyCodes(ctx context.Context) error {
	return o.db.Platform(ctx, "remove old one-time codes", func(tx *db.Tx) error {
		tx.Exec(`DELETE FROM one_time_codes WHERE tenant_id IS NOT NULL AND created_at < $1`, tx.Now().Add(-24*time.Hour))
		return nil
	})
}
