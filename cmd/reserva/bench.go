package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	measure "reserva/internal/app/bench"
	"reserva/internal/config"
)

type bench struct {
	Large        bool     `help:"Measure a large database instead of a small one: 100 tenants, loaded first. Takes an hour and the disk's room."`
	Appointments int      `default:"200000" help:"With --large, of each tenant; fewer are made where the disk has no room."`
	Ledger       bool     `help:"Measure the verification of the ledger instead, over a million entries that are loaded first."`
	Entries      int      `default:"1000000" help:"With --ledger, how many."`
	History      bool     `help:"Measure the payment history of a tenant with a million payments, which are loaded first, and the print of its invoices."`
	Payments     int      `default:"1000000" help:"With --history, how many."`
	Only         []string `placeholder:"STEP,..." help:"Measure these steps alone: ${bench_steps}."`
	JSON         bool     `name:"json" help:"Print one JSON object instead of the table."`
	Seed         uint64   `default:"1" help:"Of the dates, customers and orders that are chosen."`
	Dir          string   `placeholder:"FOLDER" help:"Where to make the temporary folder of the database that is measured."`
}

func (b bench) Run(c *call) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	report, err := b.measure(c, measure.Options{Program: program, Seed: b.Seed, Dir: b.Dir, Log: newLog(config.Log{}), Only: b.Only})
	if err != nil {
		return err
	}
	if b.JSON {
		err = json.NewEncoder(os.Stdout).Encode(report)
	} else {
		err = report.Print(os.Stdout)
	}
	if err == nil && report.Failures() > 0 {
		err = fmt.Errorf("%d requests failed", report.Failures())
	}
	return err
}

// report is what a benchmark found.
type report interface {
	Print(w io.Writer) error
	Failures() int
}

func (b bench) measure(c *call, o measure.Options) (report, error) {
	if b.Ledger {
		found, err := measure.RunLedger(c, o, b.Entries)
		return &found, err
	}
	if b.History {
		found, err := measure.RunHistory(c, o, b.Payments)
		return &found, err
	}
	if b.Large {
		found, err := measure.RunLarge(c, o, b.Appointments)
		return &found, err
	}
	found, err := measure.Run(c, o)
	return &found, err
}
