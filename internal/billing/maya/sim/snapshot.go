package sim

import (
	"encoding/json"
	"fmt"

	"reserva/internal/kit/snapshot"
)

// load reads a snapshot; an empty name or an absent file is an empty state.
func load(file string) (state, error) {
	st := state{Books: map[string]*book{}, Owners: map[string]string{}, Accounts: map[string]string{}}
	if err := snapshot.Load(file, &st); err != nil {
		return state{}, fmt.Errorf("maya simulator: snapshot: %w", err)
	}
	return st, nil
}

// changed asks for the state to be saved.
func (s *Simulator) changed() { s.keeper.Changed() }

// marshal returns the state as it is kept.
func (s *Simulator) marshal() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(s.state)
}
