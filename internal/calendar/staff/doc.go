// Package staff holds the people who provide services: who they are, where they
// work, what they can be booked for, and what they earn. They are not accounts; a
// staff member may be linked to one user of the staff portal, who then keeps an
// own calendar and the public part of the profile.
//
// A staff member has one primary outlet and may work at more, the primary one
// always among them. Each is a subject: the database keeps a subject from being
// in two places at once, whatever books it.
//
// Invariants: is_active says the same as the status, true for active and on_leave.
// The plan limits the active staff members of each outlet, counted under the lock
// of the outlet's row; what a smaller plan finds stays, but nothing can be added.
// A removed staff member is marked, and cannot be removed while somebody is booked
// with them; the e-mail address is free for another from then on.
//
// Pay (salary, hourly rate, commission) is shown to those who manage staff only.
// Times of the calendar itself are package availability's.
package staff
