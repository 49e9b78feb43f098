package main

import (
	"encoding/json"
	"fmt"
	"os"

	measure "reserva/internal/app/bench"
	"reserva/internal/config"
)

type bench struct {
	JSON bool   `name:"json" help:"Print one JSON object instead of the table."`
	Seed uint64 `default:"1" help:"Of the dates, customers and orders that are chosen."`
	Dir  string `placeholder:"FOLDER" help:"Where to make the temporary folder of the database that is measured."`
}

func (b bench) Run(c *call) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	report, err := measure.Run(c, measure.Options{Program: program, Seed: b.Seed, Dir: b.Dir, Log: newLog(config.Log{})})
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
