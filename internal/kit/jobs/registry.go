package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Event is a value with a stable name, such as "appointment.booked".
type Event interface{ EventName() string }

// Registry holds who wants to know of which event, and what is done at intervals.
type Registry struct {
	handlers map[string]handler
	subs     map[string][]string
	onDemand map[string]bool
	periodic []periodic
}

type handler func(ctx context.Context, tenant id.ID, data json.RawMessage) error

type periodic struct {
	name  string
	every time.Duration
	run   func(ctx context.Context) error
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{handlers: map[string]handler{}, subs: map[string][]string{}, onDemand: map[string]bool{}}
}

// On subscribes to an event. It panics if the subscriber's name is taken.
func On[E Event](r *Registry, subscriber string, fn func(ctx context.Context, tenant id.ID, event E) error) {
	var zero E
	event := zero.EventName()
	key := event + "/" + subscriber
	if _, taken := r.handlers[key]; taken {
		panic("jobs: two subscribers named " + key)
	}
	r.subs[event] = append(r.subs[event], subscriber)
	r.handlers[key] = func(ctx context.Context, tenant id.ID, data json.RawMessage) error {
		var e E
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		return fn(ctx, tenant, e)
	}
}

// OnDemand is On for a subscriber that few tenants want: it gets a job only where the
// tenant listens by its name (db.Tx.Listen), so the others pay nothing for it. A name is
// on demand for all its events or for none.
func OnDemand[E Event](r *Registry, subscriber string, fn func(ctx context.Context, tenant id.ID, event E) error) {
	On(r, subscriber, fn)
	r.onDemand[subscriber] = true
}

// Every runs fn on one of the servers at the interval. fn is idempotent.
func (r *Registry) Every(name string, every time.Duration, fn func(ctx context.Context) error) {
	r.periodic = append(r.periodic, periodic{name: name, every: every, run: fn})
}

// Subscribers are given to db.Options, so that Publish knows whom to tell. The map
// is filled while features are built, before the first event.
func (r *Registry) Subscribers() map[string][]string { return r.subs }

// OnDemand is given to db.Options beside Subscribers, and filled like it.
func (r *Registry) OnDemand() map[string]bool { return r.onDemand }

// Outbound is an Event whose jobs call servers of strangers: they have workers of their
// own, and wait for nobody else's.
type Outbound interface {
	Event
	Outbound()
}

// args is what is stored of an event's job.
type args struct {
	Tenant     id.ID           `json:"tenant"`
	Event      string          `json:"event"`
	Subscriber string          `json:"subscriber"`
	Data       json.RawMessage `json:"data"`
}

const eventKind = "event"

// Kind is the worker's name in the queue.
func (args) Kind() string { return eventKind }

// Publish gives each subscriber of the event a job in tx's transaction.
func Publish(tx *db.Tx, event Event) { PublishAt(tx, event, time.Time{}) }

// PublishAt is Publish for a time to come.
func PublishAt(tx *db.Tx, event Event, at time.Time) {
	data, err := json.Marshal(event)
	if err != nil {
		panic(fmt.Sprintf("jobs: event %s cannot be written: %v", event.EventName(), err))
	}
	queue := db.DefaultQueue
	if _, outbound := event.(Outbound); outbound {
		queue = db.OutboundQueue
	}
	for _, subscriber := range tx.Subscribers(event.EventName()) {
		body, err := json.Marshal(args{Tenant: tx.Tenant(), Event: event.EventName(), Subscriber: subscriber, Data: data})
		if err != nil {
			panic(fmt.Sprintf("jobs: event %s cannot be written: %v", event.EventName(), err))
		}
		job := db.Job{Kind: eventKind, Args: body, RunAt: at, Queue: queue}
		if tx.OnDemand(subscriber) {
			job.Listener = subscriber
		}
		tx.AddJob(job)
	}
}

// Run calls the subscriber of a stored job at once; tests use it to run jobs twice.
func (r *Registry) Run(ctx context.Context, tenant id.ID, event, subscriber string, data json.RawMessage) error {
	fn, ok := r.handlers[event+"/"+subscriber]
	if !ok {
		return fmt.Errorf("no subscriber %s of %s", subscriber, event)
	}
	return fn(ctx, tenant, data)
}

// Names lists "event/subscriber", sorted.
func (r *Registry) Names() []string {
	names := make([]string, 0, len(r.handlers))
	for name := range r.handlers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Intervals lists the names of interval work, sorted.
func (r *Registry) Intervals() []string {
	names := make([]string, 0, len(r.periodic))
	for _, p := range r.periodic {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return names
}

// RunPeriodic runs the named interval work once; tests use it.
func (r *Registry) RunPeriodic(ctx context.Context, name string) error {
	for _, p := range r.periodic {
		if p.name == name {
			return p.run(ctx)
		}
	}
	return fmt.Errorf("no interval work named %s", name)
}
