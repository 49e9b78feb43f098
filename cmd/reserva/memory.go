package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// The percentages by which the heap may grow between two collections. While the
// server starts they are frequent: reading the migrations and describing the API leave
// more behind than they keep, and where it lies between what stays, its pages cannot
// be given back. What a server holds later is small, and its answers may be large; the
// usual percentage would have it collect every few of them.
const (
	startingGCPercent = 20
	servingGCPercent  = 200
)

// startLean keeps what starting leaves behind small. The function that it returns ends
// that and gives back to the system what nothing holds any more. An operator's GOGC
// stands.
func startLean() (started func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	debug.SetGCPercent(startingGCPercent)
	return func() {
		debug.SetGCPercent(servingGCPercent)
		runtime.GC() // pools let go in the second collection only
		debug.FreeOSMemory()
	}
}
