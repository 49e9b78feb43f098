package token

import (
	"crypto/sha256"
	"sync"
)

// provenAtMost is how many tokens are remembered, twice: those of now, and those of
// before.
const provenAtMost = 4096

// proven remembers by their digests tokens whose signature held under the keys of one
// keySet: checking it again takes longer than all else about a token. What has an end,
// the expiry above all, is checked each time.
type proven struct {
	mu          sync.RWMutex
	now, before map[[sha256.Size]byte]struct{}
}

func (p *proven) has(print [sha256.Size]byte) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	_, now := p.now[print]
	_, before := p.before[print]
	return now || before
}

// add remembers a token. What was not added lately is forgotten, and proven anew.
func (p *proven) add(print [sha256.Size]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil || len(p.now) >= provenAtMost {
		p.now, p.before = map[[sha256.Size]byte]struct{}{}, p.now
	}
	p.now[print] = struct{}{}
}
