package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"reserva/internal/kit/id"
)

// form names what a digest covers. Another form would get another name, and old
// seals would be verified by the old one.
const form = "reserva audit seal 1"

// Digest is a SHA-256 over an entry, its place, and the digest before it.
type Digest = [sha256.Size]byte

// row is an entry as the database keeps it.
type row struct {
	Tenant     id.ID     `db:"tenant_id"`
	ID         int64     `db:"id"`
	At         time.Time `db:"at"`
	ActorKind  string    `db:"actor_kind"`
	ActorID    *string   `db:"actor_id"`
	Action     string    `db:"action"`
	ObjectKind string    `db:"object_kind"`
	ObjectID   string    `db:"object_id"`
	Old        []byte    `db:"old"`
	New        []byte    `db:"new"`
	Address    string    `db:"address"`
	RequestID  string    `db:"request_id"`
}

// place is where the chain has an entry.
type place struct {
	Seal     int64
	Entry    int64
	SealedAt time.Time
	Since    *time.Time
}

// digest covers all that is known of an entry and its place. Every part is written
// with its length, so that nothing can move from one column to the next.
//
// What PostgreSQL is free to show in other ways is brought into one form: moments
// are microseconds since 1970 in UTC, which is what the columns keep, and JSON goes
// by its values, whatever the order of its keys and the space between them.
func digest(previous Digest, p place, r row) (Digest, error) {
	w := &canonical{}
	w.text(form)
	w.bytes(previous[:])
	w.number(p.Seal)
	w.moment(&p.SealedAt)
	w.moment(p.Since)
	w.text(string(r.Tenant))
	w.number(r.ID)
	w.moment(&r.At)
	w.text(r.ActorKind)
	w.optional(r.ActorID)
	w.text(r.Action)
	w.text(r.ObjectKind)
	w.text(r.ObjectID)
	for _, value := range [][]byte{r.Old, r.New} {
		if err := w.json(value); err != nil {
			return Digest{}, fmt.Errorf("entry %d: %w", r.ID, err)
		}
	}
	w.text(r.Address)
	w.text(r.RequestID)
	return sha256.Sum256(w.Bytes()), nil
}

// canonical writes values so that equal ones, and only those, give equal bytes.
type canonical struct{ bytes.Buffer }

func (w *canonical) number(n int64) {
	_ = binary.Write(w, binary.BigEndian, n) // a Buffer takes everything
}

func (w *canonical) bytes(b []byte) {
	w.number(int64(len(b)))
	w.Write(b)
}

func (w *canonical) text(s string) {
	w.number(int64(len(s)))
	w.WriteString(s)
}

// absent and present precede what may be null.
const (
	absent  = 0
	present = 1
)

func (w *canonical) optional(s *string) {
	if s == nil {
		w.WriteByte(absent)
		return
	}
	w.WriteByte(present)
	w.text(*s)
}

func (w *canonical) moment(t *time.Time) {
	if t == nil {
		w.WriteByte(absent)
		return
	}
	w.WriteByte(present)
	w.number(t.UnixMicro())
}

// json reads numbers as they are written: jsonb keeps every digit.
func (w *canonical) json(text []byte) error {
	if text == nil {
		w.WriteByte(absent)
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	w.WriteByte(present)
	w.value(value)
	return nil
}

func (w *canonical) value(value any) {
	switch value := value.(type) {
	case nil:
		w.WriteByte('n')
	case bool:
		if value {
			w.WriteByte('t')
		} else {
			w.WriteByte('f')
		}
	case json.Number:
		w.WriteByte('#')
		w.text(value.String())
	case string:
		w.WriteByte('"')
		w.text(value)
	case []any:
		w.WriteByte('[')
		w.number(int64(len(value)))
		for _, item := range value {
			w.value(item)
		}
	case map[string]any:
		w.WriteByte('{')
		w.number(int64(len(value)))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			w.text(key)
			w.value(value[key])
		}
	}
}
