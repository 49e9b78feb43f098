package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"reserva/internal/api"
)

// mountMetrics shows the numbers on the main address where the settings say so.
func (a *App) mountMetrics() {
	if a.DB != nil {
		a.registry.MustRegister(a.poolMetrics()...)
		a.registry.MustRegister(backlog{a})
	}
	if a.Config.Metrics.On {
		a.Mux.Handle("GET /metrics", api.Quietly(a.metricsPage()))
	}
}

// metricsPage shows what can be told, also while the database cannot.
func (a *App) metricsPage() http.Handler {
	return promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// metricsHandler serves the address that has nothing but metrics.
func (a *App) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metricsPage())
	return mux
}

func (a *App) poolMetrics() []prometheus.Collector {
	pool := a.DB.Pool()
	gauge := func(state string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "reserva_db_connections", Help: "Connections to the database by state.",
			ConstLabels: prometheus.Labels{"state": state},
		}, value)
	}
	return []prometheus.Collector{
		gauge("used", func() float64 { return float64(pool.Stat().AcquiredConns()) }),
		gauge("idle", func() float64 { return float64(pool.Stat().IdleConns()) }),
		gauge("allowed", func() float64 { return float64(pool.Stat().MaxConns()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "reserva_db_acquires_total", Help: "Connections taken from the pool.",
		}, func() float64 { return float64(pool.Stat().AcquireCount()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "reserva_db_acquire_seconds_total", Help: "Time spent waiting for a connection of the pool.",
		}, func() float64 { return pool.Stat().AcquireDuration().Seconds() }),
	}
}
