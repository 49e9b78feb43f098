package db

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNotFound is a row that is absent, or another tenant's.
var ErrNotFound = errors.New("db: not found")

// Conflict is a write that the database refused because of other rows: a unique
// or exclusion constraint, or a guard raised by Expect.
type Conflict struct {
	// Constraint is the name of the constraint or guard.
	Constraint string
	cause      error
}

func (e *Conflict) Error() string { return fmt.Sprintf("db: conflict with %s", e.Constraint) }
func (e *Conflict) Unwrap() error { return e.cause }

// Reference is a write that names a row which does not exist in the tenant, or
// removes one that is still named.
type Reference struct {
	Constraint string
	cause      error
}

func (e *Reference) Error() string { return fmt.Sprintf("db: reference %s", e.Constraint) }
func (e *Reference) Unwrap() error { return e.cause }

// Violation is a row that breaks a rule of its own: a check, or a deferred guard.
type Violation struct {
	Constraint string
	cause      error
}

func (e *Violation) Error() string { return fmt.Sprintf("db: %s violated: %v", e.Constraint, e.cause) }
func (e *Violation) Unwrap() error { return e.cause }

// IsConflict tells whether err is a Conflict with one of the named constraints,
// or with any if none is named.
func IsConflict(err error, names ...string) bool {
	var c *Conflict
	if !errors.As(err, &c) {
		return false
	}
	for _, name := range names {
		if c.Constraint == name {
			return true
		}
	}
	return len(names) == 0
}

// IsReference tells whether err is a Reference.
func IsReference(err error) bool {
	var r *Reference
	return errors.As(err, &r)
}

// translate turns the engine's codes into the errors above.
func translate(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch pg.Code {
	case "23505", "23P01", "RV001":
		return &Conflict{Constraint: pg.ConstraintName, cause: err}
	case "23503":
		return &Reference{Constraint: pg.ConstraintName, cause: err}
	case "23514", "23502", "RV002", "RV003", "RV004":
		return &Violation{Constraint: pg.ConstraintName, cause: err}
	}
	return err
}

// retryable are failures that a second attempt may not meet.
func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// expecting wraps a statement with RETURNING so that the database counts its rows.
func expecting(sql string, args int) string {
	var b strings.Builder
	b.Grow(len(sql) + 120)
	b.WriteString("WITH done AS (")
	b.WriteString(sql)
	b.WriteString(") SELECT reserva.expect((SELECT count(*) FROM done), $")
	b.WriteString(strconv.Itoa(args + 1))
	b.WriteString("::bigint, $")
	b.WriteString(strconv.Itoa(args + 2))
	b.WriteString("::text)")
	return b.String()
}
