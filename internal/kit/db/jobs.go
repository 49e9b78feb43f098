package db

import (
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
}

// AddJob adds a job to the transaction: it runs after COMMIT, or never.
func (tx *Tx) AddJob(job Job) { tx.jobs = append(tx.jobs, job) }

// Subscribers are those who get a job for the event.
func (tx *Tx) Subscribers(event string) []string { return tx.db.subs[event] }

// The queue is River's. Its rows are written here rather than through its client,
// because they then travel with the last batch, and because its client would
// NOTIFY, which makes commits wait for one another; the workers poll instead.
const insertJobsSQL = `
	INSERT INTO river.river_job (args, kind, max_attempts, priority, queue, scheduled_at, state, tags)
	SELECT j.args, j.kind, 25, j.priority, 'default', j.run_at,
		(CASE WHEN j.run_at > $5 THEN 'scheduled' ELSE 'available' END)::river.river_job_state, '{}'
	FROM unnest($1::jsonb[], $2::text[], $3::smallint[], $4::timestamptz[]) AS j (args, kind, priority, run_at)`

func (tx *Tx) queueJobs() {
	if len(tx.jobs) == 0 {
		return
	}
	n := len(tx.jobs)
	args, kinds := make([]string, n), make([]string, n)
	priorities, times := make([]int16, n), make([]time.Time, n)
	// The queue lives in wall-clock time; a clock set for a test does not move it.
	wall := time.Now().UTC()
	for i, job := range tx.jobs {
		args[i], kinds[i], priorities[i], times[i] = string(job.Args), job.Kind, max(job.Priority, 1), wall
		if job.RunAt.After(tx.now) {
			times[i] = wall.Add(job.RunAt.Sub(tx.now))
		}
	}
	tx.Exec(insertJobsSQL, args, kinds, priorities, times, wall)
	tx.jobs = nil
}
