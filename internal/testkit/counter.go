package testkit

import (
	"fmt"
	"maps"
	"sync/atomic"
)

// counter tells apart what a World makes, the same way in each run.
type counter struct{ n atomic.Int64 }

func (c *counter) next(word string) string { return fmt.Sprintf("%s%d", word, c.n.Add(1)) }

// with returns the body with a caller's changes; nil takes a member away.
func with(body Object, changes []Object) Object {
	for _, change := range changes {
		maps.Copy(body, change)
	}
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	return body
}
