package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	chains "reserva/internal/audit"
	"reserva/internal/kit/db"
)

type audit struct {
	Verify verify `cmd:"" help:"Look for entries of the audit log that were changed, removed or inserted."`
}

type verify struct {
	Tenant string `help:"Slug of the only tenant to look at." placeholder:"SLUG"`
	Anchor string `help:"File of lines that this command printed before, kept where nobody else can write; - reads them from standard input." placeholder:"FILE"`
}

// Help explains more than fits a line.
func (verify) Help() string {
	return "Prints a line for each tenant with the end of its chain of seals, and fails if a chain does not fit. " +
		"Keep the lines elsewhere and give them back with --anchor: only they tell if somebody with all rights in the " +
		"database wrote a whole chain anew."
}

var errTampered = errors.New("the audit log is not as it was written; see above")

func (v verify) Run(c *call) error {
	check := chains.Check{Slug: v.Tenant}
	if v.Anchor != "" {
		anchors, err := readAnchors(v.Anchor)
		if err != nil {
			return err
		}
		check.Anchors = anchors
	}
	return c.withDatabase(func(d *db.DB) error { return v.print(c, d, check, os.Stdout) })
}

func (verify) print(c *call, d *db.DB, check chains.Check, out io.Writer) error {
	wrong := false
	err := chains.Verify(c, d, check, func(chain chains.Chain) error {
		if chain.Wrong != nil {
			wrong = true
			_, err := fmt.Fprintf(out, "# WRONG %s %s: %s\n", chain.Tenant, chain.Slug, chain.Wrong)
			return err
		}
		_, err := fmt.Fprintf(out, "%s %s %s ok\n", chain.Tenant, chain.Head, chain.Slug)
		return err
	})
	if err == nil && wrong {
		err = errTampered
	}
	return err
}

func readAnchors(name string) (chains.Anchors, error) {
	in := os.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	anchors, err := chains.ReadAnchors(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return anchors, nil
}
