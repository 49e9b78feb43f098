package token

import (
	"crypto/sha256"
	"reflect"
	"sync"
)

// provenAtMost is how many tokens are remembered, twice: those of now, and those of
// before.
const provenAtMost = 4096

// proven remembers by their digests tokens whose signature held under the keys of one
// keySet, with their claims: checking and reading them again takes longer than all else
// about a token. What has an end, the expiry above all, is checked each time.
type proven struct {
	mu          sync.RWMutex
	now, before map[[sha256.Size]byte]any
}

// read copies the claims of a token that is remembered into claims, and tells whether it
// is. Whoever looks for other claims than before is told that it is not.
func (p *proven) read(print [sha256.Size]byte, claims any) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	known, ok := p.now[print]
	if !ok {
		known, ok = p.before[print]
	}
	to := reflect.ValueOf(claims)
	if !ok || to.Type() != reflect.TypeOf(known) {
		return false
	}
	to.Elem().Set(reflect.ValueOf(known).Elem())
	return true
}

// add remembers a token, with a copy of its claims, a pointer to a struct. What was not
// added lately is forgotten, and proven anew.
func (p *proven) add(print [sha256.Size]byte, claims any) {
	known := reflect.New(reflect.TypeOf(claims).Elem())
	known.Elem().Set(reflect.ValueOf(claims).Elem())
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil || len(p.now) >= provenAtMost {
		p.now, p.before = map[[sha256.Size]byte]any{}, p.now
	}
	p.now[print] = known.Interface()
}
