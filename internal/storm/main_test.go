package storm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"testing"
	_ "time/tzdata" // as the product does

	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

// childVariable makes this test binary a server with the settings that it holds as
// JSON. The server prints its address, and runs until its standard input ends or it
// is killed. So the servers are checked for data races like the tests are.
const childVariable = "STORM_TEST_SERVER"

func TestMain(m *testing.M) {
	settings := os.Getenv(childVariable)
	if settings == "" {
		testkit.Main(m)
	}
	if err := serve(context.Background(), settings); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, settings string) error {
	var flags config.Flags
	if err := json.Unmarshal([]byte(settings), &flags); err != nil {
		return err
	}
	c, err := flags.Parse()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	a, err := app.New(ctx, c, app.Options{
		Log:     slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Hashing: token.Params{Memory: 64, Time: 1}, // no secret is worth more here
	})
	if err != nil {
		return err
	}
	return a.Run(ctx, func() { _ = json.NewEncoder(os.Stdout).Encode(a.BaseURL) })
}
