package civil

import (
	"errors"
	"path"
	"sync"
	"time"
)

// ErrZone reports a text that does not name a time zone.
var ErrZone = errors.New("civil: not the name of a time zone in the IANA database")

// zones keeps what was read: the runtime reads a zone's file each time.
var zones sync.Map // name to *time.Location

// Zone returns the zone of an IANA name such as "Asia/Jakarta". Unlike time.LoadLocation it knows no "Local" and no
// empty name, which would be the zone of the machine.
func Zone(name string) (*time.Location, error) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	// One name for each zone, or what is kept might grow without end.
	if name == "" || name == "Local" || name != path.Clean(name) {
		return nil, ErrZone
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, ErrZone
	}
	zones.Store(name, loc)
	return loc, nil
}
