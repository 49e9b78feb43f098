package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"reserva/internal/kit/jobs"
)

// backlog tells what waits, when it is asked. All servers of one database tell the
// same numbers.
type backlog struct{ app *App }

func (backlog) jobs() *prometheus.Desc {
	return prometheus.NewDesc("reserva_jobs", "Jobs in the queue by state.", []string{"state"}, nil)
}

func (backlog) overdue() *prometheus.Desc {
	return prometheus.NewDesc("reserva_jobs_overdue_seconds", "For how long the job that is due the longest has been waiting.", nil, nil)
}

func (backlog) messages() *prometheus.Desc {
	return prometheus.NewDesc("reserva_outbox_messages", "Messages that wait to be sent, by channel that has a gateway.", []string{"channel"}, nil)
}

func (backlog) oldest() *prometheus.Desc {
	return prometheus.NewDesc("reserva_outbox_oldest_seconds", "Age of the oldest message that waits, by channel.", []string{"channel"}, nil)
}

// Describe implements prometheus.Collector.
func (b backlog) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{b.jobs(), b.overdue(), b.messages(), b.oldest()} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (b backlog) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	b.collectJobs(ctx, out)
	b.collectMessages(ctx, out)
}

func (b backlog) collectJobs(ctx context.Context, out chan<- prometheus.Metric) {
	depth, err := jobs.Depth(ctx, b.app.DB)
	if err != nil {
		out <- prometheus.NewInvalidMetric(b.jobs(), err)
		return
	}
	for _, state := range []string{"available", "running", "retryable", "scheduled", "discarded"} {
		out <- prometheus.MustNewConstMetric(b.jobs(), prometheus.GaugeValue, float64(depth[state]), state)
	}
	overdue, err := jobs.Overdue(ctx, b.app.DB)
	if err != nil {
		out <- prometheus.NewInvalidMetric(b.overdue(), err)
		return
	}
	out <- prometheus.MustNewConstMetric(b.overdue(), prometheus.GaugeValue, overdue.Seconds())
}

func (b backlog) collectMessages(ctx context.Context, out chan<- prometheus.Metric) {
	waiting, err := b.app.Outbox.Backlog(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(b.messages(), err)
		return
	}
	for _, w := range waiting {
		age := 0.0
		if w.Since != nil {
			age = max(0, b.app.Now().Sub(*w.Since).Seconds())
		}
		channel := string(w.Channel)
		out <- prometheus.MustNewConstMetric(b.messages(), prometheus.GaugeValue, float64(w.Messages), channel)
		out <- prometheus.MustNewConstMetric(b.oldest(), prometheus.GaugeValue, age, channel)
	}
}
