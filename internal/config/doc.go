// Package config reads how a server is to run, from flags and environment
// variables. It is the only package that knows their names.
//
// Flags holds every setting as the text that was given, so that the command line
// library cannot stop at the first mistake; Parse turns all of it into one Config
// and reports every mistake at once, each by the name of its variable. A blank
// setting counts as absent, as `RESERVA_ADDR=` in an env file is meant. Texts that
// may hold a password are never repeated in a mistake.
//
// What is right only in development (no rate limits, the messages for all to see,
// simulated providers) is refused or off in production.
package config
