package auditlog

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Moment chooses a moment, and one of several kinds under which an id is recorded.
type Moment struct {
	At         api.Instant `query:"at" doc:"Now where absent."`
	ObjectKind string      `query:"object_kind" maxLength:"50" example:"outlet" doc:"Where absent, the kind under which the id was first recorded."`
}

// State is an object as it was at a moment.
type State struct {
	ObjectID   id.ID       `json:"object_id"`
	ObjectKind string      `json:"object_kind" example:"outlet"`
	At         time.Time   `json:"at" doc:"The moment asked for."`
	Exists     bool        `json:"exists" doc:"False after it was deleted."`
	State      *api.Object `json:"state" doc:"As the log knew it. Null after it was deleted, and where entries say nothing of it."`
	DeletedAt  *time.Time  `json:"deleted_at"`
	Last       Entry       `json:"last" doc:"The entry that tells it."`
}

// At returns how the object was. It fails with ErrObjectNotFound, also before the
// first entry about the object.
func (o *Operations) At(ctx context.Context, who access.Staff, object id.ID, m Moment) (State, error) {
	var last row
	var at time.Time
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		if at = m.At.Time; at.IsZero() {
			at = tx.Now()
		}
		// Entries without values, such as of a password that was changed, tell nothing
		// of the state: they count only where there are no others.
		last, err = db.One[row](ctx, tx, `
			SELECT `+columns+from+`
			WHERE e.tenant_id = $1 AND e.object_id = $2 AND e.at <= $3
				AND e.object_kind = coalesce(nullif($4, ''),
					(SELECT f.object_kind FROM audit_log f WHERE f.tenant_id = $1 AND f.object_id = $2 ORDER BY f.id LIMIT 1))
			ORDER BY (e.old IS NULL AND e.new IS NULL), e.id DESC
			LIMIT 1`, tx.Tenant(), object, at, m.ObjectKind)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return State{}, ErrObjectNotFound
	}
	if err != nil {
		return State{}, err
	}
	entry, err := last.entry()
	if err != nil {
		return State{}, err
	}
	s := State{
		ObjectID: object, ObjectKind: entry.ObjectKind, At: at.UTC(), Exists: entry.New != nil || entry.Old == nil,
		State: entry.New, Last: entry,
	}
	if !s.Exists {
		s.DeletedAt = &s.Last.At
	}
	return s, nil
}
