package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/pgserver"
)

// The command fails where the books do not fit, so that a timer's mail tells.
func TestLedgerVerify(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	start(t, data, nil)
	verify := func(args ...string) (string, error) {
		command := exec.Command(program, append([]string{"ledger", "verify"}, args...)...)
		command.Env = append(clean(), "RESERVA_DATA="+data)
		said, err := command.CombinedOutput()
		return string(said), err
	}
	if said, err := verify(); err != nil || !strings.Contains(said, "0 wrong") {
		t.Errorf("an empty database: %v\n%s", err, said)
	}
	if said, err := verify("--tenant", "nobody"); err == nil {
		t.Errorf("a tenant that is not there: %s", said)
	}
	url, err := pgserver.Running(data)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), `
		WITH tenant AS (
			INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
			VALUES ('65a1b2c3d4e5f6a7b8c9d0e1', 'salon', 'Salon', 'a@b.c', '+62', now(), now())
			RETURNING id
		)
		INSERT INTO ledger_balances (tenant_id, account, currency, amount)
		SELECT id, 'merchant', 'IDR', 5000 FROM tenant`)
	if err != nil {
		t.Fatal(err)
	}
	said, err := verify("--tenant", "salon")
	want := "# WRONG 65a1b2c3d4e5f6a7b8c9d0e1 salon: wrong_balance merchant: IDR 5,000 instead of IDR 0\n"
	if err == nil || !strings.Contains(said, want) || !strings.Contains(said, "1 wrong") {
		t.Errorf("%v\n%s", err, said)
	}
}
