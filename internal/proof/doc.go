// Package proof holds no code: its tests prove the scheduling engine and the books in the
// large, from seeds, through the API of the whole server.
//
//   - Diaries: over random outlets, services, staff, policies and zones, each start
//     that is offered can be booked and each other start of the day is refused, for the
//     desk, for customers, and for guests with rules of their own.
//   - The year: a brand lives through a simulated year on one clock, and after every
//     day the invariants of the diary hold.
//   - The wishes: people wait for what is taken, day by day, and of those who wait for a
//     freed time at most one gets it.
//   - The popular hour: a thousand customers want it at once, and the right ones win.
//   - Money lives: customers pay at both providers in all the ways in which it can go
//     wrong, fill wallets and get money back, businesses withdraw, the server is killed
//     between its steps, and the books end like the providers' own.
//   - One balance: many hands reach for the same wallet, payment and earnings at once, and
//     nobody gets what is not there.
//
// go test runs a short version of each; make prove runs the long one. A failure names
// the seed that repeats it:
//
//	go test ./internal/proof -run TestDiaries -seed 4711 -diaries 1
package proof
