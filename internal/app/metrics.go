package app

import (
	"context"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"reserva/internal/api"
	"reserva/internal/kit/jobs"
)

// mountMetrics shows the numbers on the main address where the settings say so.
func (a *App) mountMetrics() {
	if a.DB != nil {
		a.registry.MustRegister(a.poolMetrics()...)
		a.registry.MustRegister(queueDepth{a})
	}
	if a.Config.Metrics.On {
		a.Mux.Handle("GET /metrics", api.Quietly(promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{})))
	}
}

// metricsHandler serves the address that has nothing but metrics.
func (a *App) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{}))
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

// queueDepth counts waiting jobs when it is asked. All servers of one database
// tell the same numbers.
type queueDepth struct{ app *App }

func (queueDepth) desc() *prometheus.Desc {
	return prometheus.NewDesc("reserva_jobs", "Jobs in the queue by state.", []string{"state"}, nil)
}

// Describe implements prometheus.Collector.
func (q queueDepth) Describe(out chan<- *prometheus.Desc) { out <- q.desc() }

// Collect implements prometheus.Collector.
func (q queueDepth) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	depth, err := jobs.Depth(ctx, q.app.DB)
	if err != nil {
		out <- prometheus.NewInvalidMetric(q.desc(), err)
		return
	}
	for _, state := range []string{"available", "running", "retryable", "scheduled", "discarded"} {
		out <- prometheus.MustNewConstMetric(q.desc(), prometheus.GaugeValue, float64(depth[state]), state)
	}
}
