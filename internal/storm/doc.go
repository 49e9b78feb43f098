// Package storm holds no code: its tests let many callers want the same times at
// once, through the API, and look at what is stored afterwards.
//
// The callers share one server in memory, or two server processes on one database,
// or a server that is killed again and again. Each time
//
//   - a seat has one winner, and whoever loses is told so with a 409,
//   - nothing is left of what was refused or cut short, and what was acknowledged
//     is stored whole: appointment, lines, sessions, occupancies, audit entry, jobs,
//   - the answers fit some order in which the callers came one after another
//     (checked by Porcupine against a model of an appointment book, for single services,
//     several back to back, classes, and services that need a room),
//   - and each message that a booking calls for is written once.
package storm
