package main

import (
	"fmt"
	"log/slog"
	"os"

	example "reserva/internal/app/demo"
)

type demo struct {
	Seed uint64 `default:"1" help:"Of everything that is made up."`
}

func (d demo) Run(c *call) error {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	settings.Log.Level = max(settings.Log.Level, slog.LevelWarn)
	fmt.Fprintln(os.Stderr, "Filling the database; this takes about half a minute.")
	story, err := example.Fill(c, settings, example.Options{Seed: d.Seed, Log: newLog(settings.Log)})
	if err != nil {
		return err
	}
	return story.Print(os.Stdout, calledAs())
}
