// Package bench measures a server as its users meet it. It runs the program itself
// once more, as a server on a data folder of its own, and drives it over HTTP from
// this process; what it measures is what `reserva serve` does with its usual
// settings, except that callers are not limited.
//
// Creating bookings is held against a limit that is measured between the same
// bookings: how fast this process, with the same number of connections, writes the
// rows of one booking into the same tables with the database driver alone. So the
// ratio says what the product costs, whatever the machine. That both write the same
// rows is checked before anything is measured.
//
// What is there to be booked is loaded with COPY: nobody measures the loading.
// Client, server and database share the machine, as they do for whoever runs this.
package bench
