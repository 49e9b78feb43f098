package db

import (
	"cmp"
	"time"
)

// Job is a row of the job queue, written in the transaction that wants it done.
type Job struct {
	// Kind names the worker.
	Kind string
	// Args is a JSON object that holds "tenant" and ids, never personal data.
	Args []byte
	// RunAt is the earliest time to run; zero means at once.
	RunAt time.Time
	// Priority is 1 (first) to 4; 0 means 1.
	Priority int16
	// Queue is one of the runner's; empty means DefaultQueue.
	Queue string
	// Listener, where set, drops the job unless the tenant listens by that name: see
	// Listen. The database looks, in the statement that would write the job.
	Listener string
}

// The queues. What waits for servers of strangers has workers of its own, so that a
// slow one holds up nothing else.
const (
	DefaultQueue  = "default"
	OutboundQueue = "outbound"
)

// AddJob adds a job to the transaction: it runs after COMMIT, or never.
func (tx *Tx) AddJob(job Job) { tx.jobs = append(tx.jobs, job) }

// Subscribers are those who get a job for the event.
func (tx *Tx) Subscribers(event string) []string { return tx.db.subs[event] }

// OnDemand tells whether the subscriber gets jobs only of tenants that listen.
func (tx *Tx) OnDemand(subscriber string) bool { return tx.db.onDemand[subscriber] }

// Listen begins jobs of the tenant for a subscriber on demand, and is nothing new where
// they had begun. The events of other transactions count from its commit on.
func (tx *Tx) Listen(subscriber string) {
	tx.Exec(`
		INSERT INTO job_listeners (tenant_id, subscriber, since)
		VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, tx.tenant, subscriber, tx.now)
}

// Unlisten ends them.
func (tx *Tx) Unlisten(subscriber string) {
	tx.Exec(`
		DELETE FROM job_listeners
		WHERE tenant_id = $1 AND subscriber = $2`, tx.tenant, subscriber)
}

// The queue is River's. Its rows are written here rather than through its client,
// because they then travel with the last batch, and because its client would
// NOTIFY, which makes commits wait for one another; the workers poll instead.
const insertJobsSQL = `
	INSERT INTO river.river_job (args, kind, max_attempts, priority, queue, scheduled_at, state, tags)
	SELECT j.args, j.kind, 25, j.priority, j.queue, j.run_at,
		(CASE WHEN j.run_at > $5 THEN 'scheduled' ELSE 'available' END)::river.river_job_state, '{}'
	FROM unnest($1::jsonb[], $2::text[], $3::smallint[], $4::timestamptz[], $6::text[], $7::text[])
		AS j (args, kind, priority, run_at, queue, listener)
	WHERE j.listener = ''
		OR EXISTS (SELECT 1 FROM job_listeners l WHERE l.tenant_id = $8 AND l.subscriber = j.listener)`

func (tx *Tx) queueJobs() {
	if len(tx.jobs) == 0 {
		return
	}
	n := len(tx.jobs)
	args, kinds := make([]string, n), make([]string, n)
	priorities, times := make([]int16, n), make([]time.Time, n)
	queues, listeners := make([]string, n), make([]string, n)
	// The queue lives in wall-clock time; a clock set for a test does not move it.
	wall := time.Now().UTC()
	for i, job := range tx.jobs {
		args[i], kinds[i], priorities[i], times[i] = string(job.Args), job.Kind, max(job.Priority, 1), wall
		queues[i], listeners[i] = cmp.Or(job.Queue, DefaultQueue), job.Listener
		if job.RunAt.After(tx.now) {
			times[i] = wall.Add(job.RunAt.Sub(tx.now))
		}
	}
	tx.Exec(insertJobsSQL, args, kinds, priorities, times, wall, queues, listeners, tx.tenant)
	tx.jobs = nil
}
