// Package tenants holds the brands that pay: their profile, their settings, and
// the business card that anybody may read.
//
// A tenant owns everything below it; its outlets are places, its users may sign
// in for it. The slug is its name in addresses and never changes. Time zone,
// currency and kind of business are columns of their own; the remaining settings
// are one document of which only the keys that somebody set are stored, so that
// a default may be bettered for everybody else. Changing a setting acts at once
// on all outlets.
//
// Plan and status of the subscription are shown here and changed in package
// subscriptions. Tenants are created by registration, in package users, which
// publishes Registered.
package tenants
