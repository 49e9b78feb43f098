package feeds

import (
	"strings"
	"time"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// Faults of feeds.
var (
	ErrNotFound = fault.New(fault.NotFound, "calendar_feed.not_found", "There is no such calendar feed.")
	ErrExists   = fault.New(fault.Conflict, "calendar_feed.exists", "There is a calendar feed already. Rotate it for a new address.")
)

// Feed is a calendar that programs subscribe to.
type Feed struct {
	ID         id.ID     `json:"id" db:"id"`
	StaffID    *id.ID    `json:"staff_id" db:"staff_id" doc:"Whose diary it is, where it is a staff member's."`
	OutletID   *id.ID    `json:"outlet_id" db:"outlet_id" doc:"Whose diary it is, where it is an outlet's."`
	IssuedByID *id.ID    `json:"issued_by_id" db:"issued_by_id" doc:"The user who made the address. Null for the platform's administrators."`
	IsActive   bool      `json:"is_active" db:"is_active" doc:"Whether the address answers: while its staff member or outlet is there, and who made it may see what it shows."`
	Version    int64     `json:"version" db:"version" doc:"How many addresses it has had, this one included." example:"1"`
	CreatedAt  time.Time `json:"created_at" db:"created_at"`
	IssuedAt   time.Time `json:"issued_at" db:"issued_at" doc:"When the address was made."`
}

// Issued is a feed with its address, which is told this once.
type Issued struct {
	Feed
	URL string `json:"url" doc:"The private address. It is shown now and never again; whoever has it can read the calendar." example:"https://book.example.com/api/v1/calendar/65f1e2a0c3b4d5e6f7a8b9c0.4Zk0bV0c8nq1mQ3r5t7u9w1y3A5C7E9G1I3K5M7O9Q0.ics"`
}

// owner is whose diary a feed shows.
type owner struct {
	isOutlet bool // else a staff member
	id       id.ID
}

// columns are the owner as it is stored: of the two, one is empty.
func (o owner) columns() (staff, outlet id.ID) {
	if o.isOutlet {
		return "", o.id
	}
	return o.id, ""
}

// extension ends an address, since some programs go by it.
const extension = ".ics"

// address is the last part of a feed's address.
func address(tenant id.ID, secret string) string { return string(tenant) + "." + secret + extension }

// parse reads what address wrote.
func parse(file string) (tenant id.ID, secret string, ok bool) {
	file, ok = strings.CutSuffix(file, extension)
	front, secret, found := strings.Cut(file, ".")
	tenant, err := id.Parse(front)
	return tenant, secret, ok && found && err == nil && len(secret) == token.SecretLength
}
