// Package users holds those who sign in to the staff portal, and how they do.
//
// A user has one e-mail address in the whole system and is a member of one or
// more tenants, with a role in each; a super admin has every tenant. One comes
// into being with its tenant (Register), the rest are added by managers.
//
// Signing in answers with a session where there is one tenant to choose, or with
// a list of them and a token that stands in for the password once, for five
// minutes. Every session is in one tenant. Its access token is a JWT of half an
// hour, its refresh token is opaque, replaced at each use and good for a week.
// Role, outlets and the right to be here are read again at each request, so that
// signing somebody out, or taking a role away, acts at once.
//
// A forgotten password is reset with a code that was mailed: it works once, for an
// hour, and ends all sessions. Mail about an account is kept outside of tenants, as
// whoever reads it is let in. Sessions begin in the transaction that locks the user,
// so that no session outlives the password that began it. A user who must change
// the password reaches only what asks for access.Account.
//
// A super admin has every tenant, and is a session in one of them like anybody else:
// without a slug the sign-in answers with a choice.
//
// Failures are counted by the address that was typed, and an unknown address
// costs the same work and gets the same answer as a wrong password. Passwords
// are hashed and compared outside of transactions.
//
// Managing users changes memberships, and the person only where no other tenant has
// the same one: an administrator of one business must not reset the password that
// opens another, nor learn of it. Nobody manages an equal or a higher role, outlet
// managers only whom they reach whole. Changes of one tenant's users wait for each
// other at its subscription, so that together they pass no limit and leave no
// business without an active administrator. Users with the role staff count against
// the plan's limit at each of their outlets, apart from staff members, who are no
// accounts; deactivated ones count, removed ones do not. Who was removed from the
// last tenant gives the e-mail address free.
//
// Registration creates tenant, administrator, membership and subscription in one
// transaction; then the payment gateway is asked for a partner, outside of any
// and for five seconds at most; its answer is stored by a second. What is cut
// short in between is finished by a job (tenants.Registered, subscriber
// "partner").
package users
