package auditlog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
)

// Refusals.
var (
	ErrNotFound       = fault.New(fault.NotFound, "audit.not_found", "There is no such entry.")
	ErrObjectNotFound = fault.New(fault.NotFound, "audit.object_not_found", "Nothing is known of such an object at that time.")
)

// Operations read the audit log.
type Operations struct{ db *db.DB }

// New returns the operations on the database.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// Entry is one change and who made it.
type Entry struct {
	ID         string      `json:"id" example:"1042" doc:"Not in the order of time: an entry gets it before its change is committed."`
	At         time.Time   `json:"at" doc:"When the change began."`
	Actor      Actor       `json:"actor"`
	Action     string      `json:"action" example:"outlet.updated"`
	ObjectKind string      `json:"object_kind" example:"outlet"`
	ObjectID   string      `json:"object_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
	Old        *api.Object `json:"old" doc:"What the log knew of the object before; null where there was none. Never personal data of customers."`
	New        *api.Object `json:"new" doc:"What it knows of the object after; null where it is gone."`
	Address    string      `json:"address" example:"203.0.113.7" doc:"Of the client, or only its network where that is no user of the business; empty for the server's own work."`
	RequestID  string      `json:"request_id" doc:"As in the header X-Request-Id; empty for the server's own work."`
	Seal       *Seal       `json:"seal" doc:"Null for the moment until the entry is sealed."`
}

// Actor is who made a change.
type Actor struct {
	Kind string  `json:"kind" enum:"staff,customer,visitor,system" doc:"staff: a user of the staff portal. system: the server itself, or its operator."`
	ID   *string `json:"id" example:"65a1b2c3d4e5f6a7b8c9d0e2" doc:"Of the user or customer."`
	Name *string `json:"name" example:"Dewi Anggraini" doc:"Of a user who belongs to the business today."`
}

// Seal is the entry's place in the chain.
type Seal struct {
	Number   int64     `json:"number" minimum:"1" example:"17"`
	Digest   string    `json:"digest" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"SHA-256 over the entry, its place, and the digest before it."`
	SealedAt time.Time `json:"sealed_at"`
}

type row struct {
	ID         int64      `db:"id"`
	At         time.Time  `db:"at"`
	ActorKind  string     `db:"actor_kind"`
	ActorID    *string    `db:"actor_id"`
	ActorName  *string    `db:"actor_name"`
	Action     string     `db:"action"`
	ObjectKind string     `db:"object_kind"`
	ObjectID   string     `db:"object_id"`
	Old        []byte     `db:"old"`
	New        []byte     `db:"new"`
	Address    string     `db:"address"`
	RequestID  string     `db:"request_id"`
	Seal       *int64     `db:"seal"`
	Digest     []byte     `db:"digest"`
	SealedAt   *time.Time `db:"sealed_at"`
}

// columns and from read rows of audit_log e.
const (
	columns = `e.id, e.at, e.actor_kind, e.actor_id,
		(SELECT trim(u.first_name || ' ' || u.last_name) FROM users u WHERE e.actor_kind = 'staff' AND u.id = e.actor_id) AS actor_name,
		e.action, e.object_kind, e.object_id, e.old, e.new, e.address, e.request_id, s.seal, s.digest, s.sealed_at`
	from = `
		FROM audit_log e
		LEFT JOIN audit_seals s ON s.tenant_id = e.tenant_id AND s.entry = e.id`
)

func (r *row) entry() (Entry, error) {
	before, err := values(r.Old)
	if err != nil {
		return Entry{}, err
	}
	after, err := values(r.New)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		ID: formatID(r.ID), At: r.At.UTC(), Actor: Actor{Kind: r.ActorKind, ID: r.ActorID, Name: r.ActorName},
		Action: r.Action, ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, Old: before, New: after,
		Address: r.Address, RequestID: r.RequestID,
	}
	if r.Seal != nil {
		e.Seal = &Seal{Number: *r.Seal, Digest: hex.EncodeToString(r.Digest), SealedAt: r.SealedAt.UTC()}
	}
	return e, nil
}

// values keeps numbers as they were written.
func values(text []byte) (*api.Object, error) {
	if text == nil {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var found api.Object
	if err := decoder.Decode(&found); err != nil {
		return nil, fmt.Errorf("values of an audit entry: %w", err)
	}
	return &found, nil
}
