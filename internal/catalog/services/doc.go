// Package services holds what is sold by time: how long it takes, who and what it
// needs, and what it costs.
//
// A service occupies preparation, duration and cleanup; in the processing gaps of
// its duration the staff member is free for others. All of these lie on the
// 5-minute raster that everything is booked on. With parallel bookings several
// customers share one run of the service. It is offered at every outlet unless it
// names some, and only while it is active.
//
// EffectivePrice is the one place that decides what a service costs: a promotion,
// else the outlet's own price, else the base price. Appointments copy the answer,
// so that a change of price concerns new ones only; what prices were is in the
// audit log. All prices of a service are in its currency.
//
// Who gives a service is written by the staff package, through StaffLinks.
package services
