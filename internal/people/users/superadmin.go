package users

import (
	"context"
	"log/slog"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// SuperAdmin is somebody who runs the platform, and so reaches every business.
type SuperAdmin struct {
	Email     string
	FirstName string
	LastName  string
	// Password is generated where it is empty, and must then be changed at the first
	// sign-in.
	Password string
}

// CreateSuperAdmin makes an account that no request over the network can make. It
// returns the password that was generated, empty where one was given. It fails with
// ErrUserEmail. There being no tenant whose audit log it could stand in, the log of
// the server says it.
func (o *Operations) CreateSuperAdmin(ctx context.Context, in SuperAdmin) (generated string, err error) {
	var c checks
	u := newUser{
		Email: c.email("email", in.Email), FirstName: c.line("name", in.FirstName), LastName: c.line("name", in.LastName),
	}
	password := in.Password
	if password == "" {
		if generated, err = TemporaryPassword(); err != nil {
			return "", err
		}
		password = generated
	}
	if problem := token.CheckPassword(password); problem != "" {
		c.refuse("password", problem)
	}
	if err := c.err(); err != nil {
		return "", err
	}
	if u.PasswordHash, err = o.hasher.Hash(ctx, password); err != nil {
		return "", err
	}
	err = o.db.Platform(ctx, "create a super admin", func(tx *db.Tx) error {
		u.ID = id.NewAt(tx.Now())
		insertUser(tx, u, generated != "")
		tx.Expect(1, "users_changed", `UPDATE users SET is_super_admin = true WHERE id = $1 RETURNING id`, u.ID)
		return nil
	})
	if db.IsConflict(err, "users_email") {
		return "", ErrUserEmail
	}
	if err == nil {
		o.log.InfoContext(ctx, "a super admin was created", slog.String("user", string(u.ID)))
	}
	return generated, err
}
