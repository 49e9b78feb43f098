// Package access says who is asking and what they may.
//
// A request is made by exactly one principal: a Staff user, a Customer or a
// Visitor. Principals are plain values that package api hands to a handler; a
// handler cannot be written without one, and no code reads a tenant from a
// body. Work that nobody asked for is done by System.
//
// Three questions are kept apart:
//
//   - Requirement: may this role use this endpoint at all? Stated where the
//     endpoint is registered, answered before the handler runs, and the source
//     of the published permission table.
//   - Permission: the documented strings that clients receive at sign-in and
//     hide buttons by. Staff.Can answers finer questions inside an operation.
//   - Outlet scope: Staff.CanOutlet. Administrators reach every outlet of their
//     tenant, everybody else only their own.
//
// The package is pure: no database, no clock, no HTTP.
package access
