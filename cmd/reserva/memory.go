package main

import (
	"runtime"
	"runtime/debug"
)

// startupGCPercent makes the collector run often while the server starts. Reading the
// migrations and describing the API leave more behind than they keep, and where it
// lies between what stays, its pages cannot be given back.
const startupGCPercent = 20

// startLean keeps what starting leaves behind small. The function that it returns ends
// that and gives back to the system what nothing holds any more.
func startLean() (started func()) {
	usual := debug.SetGCPercent(startupGCPercent)
	return func() {
		debug.SetGCPercent(usual)
		runtime.GC() // pools let go in the second collection only
		debug.FreeOSMemory()
	}
}
