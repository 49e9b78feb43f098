// Reserva is a booking platform for salons: one program that serves its API and
// runs a database of its own. Without arguments it serves; --help lists the rest.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	_ "time/tzdata" // outlets have time zones, and small systems have no list of them

	"github.com/alecthomas/kong"

	"reserva/internal/app"
	measure "reserva/internal/app/bench"
	"reserva/internal/config"
)

type commands struct {
	config.Flags

	Serve   serve   `cmd:"" default:"1" help:"Run the server. This is what happens without a command."`
	Migrate migrate `cmd:"" help:"Bring the database to the newest schema and end."`
	Demo    demo    `cmd:"" help:"Fill an empty database with four example businesses."`
	Admin   admin   `cmd:"" help:"What only the operator may do."`
	Audit   audit   `cmd:"" help:"Whether the audit log is as it was written."`
	Ledger  ledger  `cmd:"" help:"Whether the books of money are right."`
	Doctor  doctor  `cmd:"" help:"Check what a server needs from this machine."`
	Bench   bench   `cmd:"" help:"Measure bookings and reads per second."`
	OpenAPI openAPI `cmd:"" name:"openapi" help:"Print the OpenAPI document."`
	Gen     gen     `cmd:"" help:"Write the generated documents of the source tree anew."`

	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	var cli commands
	parsed := kong.Parse(&cli,
		kong.Name("reserva"),
		kong.Description("Booking platform for salons. Settings are flags or environment variables."),
		kong.Vars{"version": app.Version, "bench_steps": strings.Join(measure.Steps(), ", ")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.ShortUsageOnError(),
	)
	// The first signal asks to stop; after it the usual ones end the program at once.
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, restore)
	if err := parsed.Run(&call{ctx, cli.Flags}); err != nil {
		fmt.Fprintln(os.Stderr, "reserva:", err)
		os.Exit(1)
	}
}

// call is what every command gets.
type call struct {
	context.Context
	flags config.Flags
}

// settings reads them, or fails with every mistake.
func (c *call) settings() (config.Config, error) {
	settings, err := c.flags.Parse()
	if err != nil {
		return settings, fmt.Errorf("the settings are not right:\n%w", err)
	}
	return settings, nil
}

// newLog writes to standard error, so that standard output is for people.
func newLog(c config.Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Level}
	if c.JSON {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// calledAs is how to call this program again.
func calledAs() string {
	if strings.Contains(filepath.ToSlash(os.Args[0]), "/go-build") {
		return "go run ./cmd/reserva"
	}
	return os.Args[0]
}

// atTerminal tells whether a person is watching.
func atTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
