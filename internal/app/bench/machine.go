package bench

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// machine describes this one, as far as it tells: outside of Linux only the
// processors are known.
func machine(ctx context.Context, driver *pgxpool.Pool) (Machine, error) {
	m := Machine{CPU: "unknown CPU", Cores: runtime.NumCPU(), System: system(), Go: runtime.Version()}
	if about, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		m.CPU = model(string(about))
	}
	if about, err := os.ReadFile("/proc/meminfo"); err == nil {
		kib, _ := strconv.ParseFloat(field(string(about), "MemTotal:"), 64)
		m.MemoryGiB = round(kib/(1<<20), 1)
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		first, _, _ := strings.Cut(string(load), " ")
		m.LoadAverage, _ = strconv.ParseFloat(first, 64)
	}
	err := driver.QueryRow(ctx, "SHOW server_version").Scan(&m.PostgreSQL)
	m.PostgreSQL, _, _ = strings.Cut(m.PostgreSQL, " ")
	return m, err
}

// model is the processor's name in /proc/cpuinfo.
func model(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown CPU"
}
