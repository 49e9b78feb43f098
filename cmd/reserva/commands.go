package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"reserva/internal/access"
	"reserva/internal/app"
	examine "reserva/internal/app/doctor"
	documents "reserva/internal/app/gen"
	"reserva/internal/business/subscriptions"
	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
)

type serve struct{}

func (serve) Run(c *call) error {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	log := newLog(settings.Log)
	for _, text := range settings.Warnings {
		log.Warn(text)
	}
	for _, name := range config.Unknown(os.Environ()) {
		log.Warn(name + " is set and is no setting")
	}
	started := startLean()
	a, err := app.New(c, settings, app.Options{Log: log})
	if err != nil {
		return err
	}
	return a.Run(c, func() {
		go started()
		if !settings.Production || atTerminal(os.Stdout) {
			a.Announce(os.Stdout, calledAs())
		}
	})
}

type migrate struct{}

func (migrate) Run(c *call) error {
	return c.withDatabase(func(*db.DB) error {
		fmt.Println("The database is up to date.")
		return nil
	})
}

// withDatabase runs fn on the migrated database of the settings.
func (c *call) withDatabase(fn func(*db.DB) error) error {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	settings.Log.Level = max(settings.Log.Level, slog.LevelWarn)
	d, end, err := app.OpenDatabase(c, settings, newLog(settings.Log))
	if err != nil {
		return err
	}
	err = fn(d)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c), 20*time.Second)
	defer cancel()
	return errors.Join(err, end(ctx))
}

type admin struct {
	Create     createAdmin `cmd:"" help:"Make a super admin, the first one for example."`
	Plan       plan        `cmd:"" help:"Put a tenant on a plan at once, without an invoice."`
	RotateKeys rotateKeys  `cmd:"" help:"Sign access tokens with a new key from now on; nobody is signed out."`
}

type plan struct {
	Slug string `arg:"" help:"Slug of the tenant."`
	Plan string `arg:"" help:"FREE, PRO or ENTERPRISE."`
}

func (p plan) Run(c *call) error {
	return c.withDatabase(func(d *db.DB) error {
		operations := subscriptions.New(d, jobs.NewRegistry())
		if err := operations.SetPlan(c, access.System{Job: "operator"}, p.Slug, p.Plan); err != nil {
			return err
		}
		fmt.Printf("%s is on plan %s.\n", p.Slug, p.Plan)
		return nil
	})
}

type rotateKeys struct {
	Revoke bool `help:"Remove the keys before it at once, because somebody has them: their tokens are refused within half a minute."`
}

func (r rotateKeys) Run(c *call) error {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	settings.Log.Level = max(settings.Log.Level, slog.LevelWarn)
	kid, err := app.RotateSigningKeys(c, settings, newLog(settings.Log), r.Revoke)
	if err != nil {
		return err
	}
	if r.Revoke {
		fmt.Printf("Key %s signs now; all others are removed.\n", kid)
	} else {
		fmt.Printf("Key %s is published, and signs in ten minutes.\n", kid)
	}
	return nil
}

type doctor struct{}

func (doctor) Run(c *call) error {
	report := examine.Examine(c, c.flags, os.Environ())
	if err := report.Print(os.Stdout); err != nil {
		return err
	}
	if report.Bad() {
		return errors.New("something is wrong; see above")
	}
	return nil
}

type openAPI struct{}

func (openAPI) Run(*call) error {
	a, err := app.Describe()
	if err != nil {
		return err
	}
	document, err := a.OpenAPI()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(document)
	return err
}

type gen struct {
	Dir string `arg:"" default:"." help:"Top folder of the source tree."`
}

func (g gen) Run(c *call) error { return documents.All(c, g.Dir) }
