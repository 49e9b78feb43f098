package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	books "reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/money"
)

type ledger struct {
	Verify verifyLedger `cmd:"" help:"Compare movements, balances, payments and what is put aside with one another."`
}

type verifyLedger struct {
	Tenant string `help:"Slug of the only tenant to look at." placeholder:"SLUG"`
}

// Help explains more than fits a line.
func (verifyLedger) Help() string {
	return "Prints a line for each thing that does not fit and fails if there is one; then what was looked at, and the " +
		"fees that the platform earned over all tenants. The server may run meanwhile."
}

var errBooksWrong = errors.New("the books are not right; see above")

func (v verifyLedger) Run(c *call) error {
	return c.withDatabase(func(d *db.DB) error { return v.print(c, d, os.Stdout) })
}

func (v verifyLedger) print(c *call, d *db.DB, out io.Writer) error {
	wrong := 0
	looked, err := books.Verify(c, d, v.Tenant, func(f books.Finding) error {
		wrong++
		_, err := fmt.Fprintln(out, "# WRONG", f)
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range looked.Earned {
		if _, err := fmt.Fprintln(out, "platform earned", money.Format(b.Amount, b.Currency)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "%d tenants, %d movements, %d entries: %d wrong\n", looked.Tenants, looked.Movements, looked.Entries, wrong)
	if err == nil && wrong > 0 {
		err = errBooksWrong
	}
	return err
}
