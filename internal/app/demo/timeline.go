package demo

import (
	"container/heap"
	"context"
	"time"
)

// event is something that happens at its time.
type event func(ctx context.Context) error

// timeline holds what is to happen. An event may put others on it.
type timeline struct {
	queue queue
	made  int
}

func (l *timeline) at(when time.Time, what event) {
	l.made++
	heap.Push(&l.queue, entry{when, l.made, what})
}

// run lets everything happen, the earliest first, and of one time in the order of
// planning.
func (l *timeline) run(happen func(at time.Time, what event) error) error {
	for l.queue.Len() > 0 {
		next := heap.Pop(&l.queue).(entry)
		if err := happen(next.when, next.what); err != nil {
			return err
		}
	}
	return nil
}

type entry struct {
	when  time.Time
	order int
	what  event
}

// queue implements heap.Interface.
type queue []entry

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].when.Equal(q[j].when) {
		return q[i].order < q[j].order
	}
	return q[i].when.Before(q[j].when)
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(entry)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
