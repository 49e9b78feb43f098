package proof_test

import (
	"fmt"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// open makes the diary in the server, through its API. What was booked early is
// booked a day and some before the starts are asked for: what waits for payment since
// then has lapsed.
func (d *diary) open() {
	d.Helper()
	d.drawTime()
	early := d.oneIn(4)
	d.Clock.Set(d.now)
	if early {
		d.Clock.Set(d.now.Add(-26 * time.Hour))
	}
	d.tenant = d.Tenant(object{"timezone": d.zone}).Plan("ENTERPRISE").Settings(object{"booking_advance_days": 730})
	d.openOutlets()
	d.addResources()
	d.addServices()
	d.addStaff()
	for range 3 {
		d.walkIns = append(d.walkIns, d.tenant.WalkIn())
	}
	if early {
		d.book(1 + d.random.IntN(4))
		d.Clock.Set(d.now)
		d.tenant.Admin = d.tenant.SignIn(d.tenant.Email)
		d.note("26 hours later")
	}
	d.book(d.random.IntN(8))
	if d.oneIn(4) {
		d.changeMind()
	}
	if d.online {
		d.customer = d.tenant.Customer()
	}
	d.ask()
}

func (d *diary) openOutlets() {
	d.interval = step
	if d.guest {
		d.interval = pick(d, []int{5, 10, 15, 30, 45, 60})
	}
	settings := object{
		"timezone": d.zone, "slot_interval_minutes": d.interval, "auto_confirm_bookings": d.oneIn(2), "payment_required_upfront": d.oneIn(3),
		"advance_booking_days": 730,
	}
	days := d.date.Sub(civil.Of(d.now, d.loc))
	if d.guest {
		d.guestHorizon(days)
	} else if days < 700 && d.oneIn(3) {
		settings["advance_booking_days"] = max(days+d.random.IntN(3)-1, 0)
	}
	if until := d.date.Start(d.loc).Sub(d.now) / time.Minute; d.oneIn(3) && until < 40_000 {
		settings["min_notice_minutes"] = max(0, int(until)+d.random.IntN(24*60))
	}
	var hours []object
	for day := range 7 {
		if day != d.date.Weekday() {
			hours = append(hours, object{"day": day, "open_time": "00:00", "close_time": "24:00"})
		}
	}
	today := d.spans(3)
	special := d.oneIn(4)
	for _, s := range today {
		if !special {
			hours = append(hours, object{"day": d.date.Weekday(), "open_time": s[0], "close_time": s[1]})
		}
	}
	first := d.tenant.Outlet(object{"settings": settings, "business_hours": hours})
	if special {
		var intervals []object
		for _, s := range today {
			intervals = append(intervals, object{"open_time": s[0], "close_time": s[1]})
		}
		d.JSON(d.tenant.Admin, "POST", "/outlets/"+string(first.ID)+"/special-hours", object{"date": d.date, "intervals": intervals})
	}
	d.outlets, d.zones = []*testkit.Outlet{first}, []*time.Location{d.loc}
	d.note("open %v (special %v), %v", today, special, settings)
	if d.oneIn(3) {
		return
	}
	other := pick(d, zones())
	for day := range hours {
		hours[day] = object{"day": hours[day]["day"], "open_time": "00:00", "close_time": "24:00"}
	}
	whole := make([]object, 7)
	for day := range whole {
		whole[day] = object{"day": day, "open_time": "00:00", "close_time": "24:00"}
	}
	d.outlets = append(d.outlets, d.tenant.Outlet(object{"settings": object{"timezone": other}, "business_hours": whole}))
	d.zones = append(d.zones, d.location(other))
	d.note("another outlet in %s", other)
}

// guestHorizon draws how far ahead guests may book, around the date. It is a rule of its
// own: the others' horizon does not bind them.
func (d *diary) guestHorizon(days int) {
	horizon := 730
	if days < 700 && d.oneIn(4) {
		horizon = max(1, days+d.random.IntN(3)-1)
	}
	d.beyond = days > horizon
	d.tenant.Settings(object{"booking_horizon_days": horizon})
	d.note("guests may book %d days ahead", horizon)
}

func (d *diary) addResources() {
	for _, kind := range []string{"room", "laser"} {
		quantity := d.random.IntN(3)
		if quantity == 0 {
			continue
		}
		d.kinds = append(d.kinds, kind)
		for _, outlet := range d.outlets {
			d.JSON(d.tenant.Admin, "POST", "/resources", object{"outlet_id": outlet.ID, "kind": kind, "name": kind, "quantity": quantity})
		}
		d.note("%d of kind %s", quantity, kind)
	}
}

// addServices makes one to three; the first is asked for.
func (d *diary) addServices() {
	for range 1 + d.random.IntN(3) {
		drawn := d.service()
		s := d.tenant.Service(drawn)
		d.services = append(d.services, s)
		d.drawn[s.ID] = drawn
	}
}

func (d *diary) service() object {
	duration := d.between(5, 180, 5)
	if d.oneIn(6) {
		duration = d.between(180, 900, 5)
	}
	s := object{
		"duration_minutes": duration, "preparation_minutes": d.between(0, 20, 5) * d.random.IntN(2),
		"cleanup_minutes": d.between(0, 30, 5) * d.random.IntN(2), "max_advance_booking_days": 730,
	}
	if d.oneIn(4) && duration >= 15 {
		from := d.between(0, duration-10, 5)
		to := d.between(from+5, duration-5, 5)
		s["processing_gaps"] = []object{{"from_minute": from, "to_minute": to}}
	}
	if d.oneIn(3) {
		s["allow_parallel_bookings"], s["max_parallel_bookings"] = true, 2+d.random.IntN(3)
	}
	if d.oneIn(5) {
		s["required_staff_count"] = 2
	}
	if d.oneIn(8) {
		s["requires_staff"], s["required_staff_count"] = false, nil
	}
	if len(d.kinds) > 0 && d.oneIn(2) {
		needs := []object{{"kind": d.kinds[0], "quantity": 1 + d.random.IntN(2)}}
		if len(d.kinds) > 1 && d.oneIn(2) {
			needs = append(needs, object{"kind": d.kinds[1], "quantity": 1})
		}
		s["required_resources"] = needs
	}
	if until := int(d.date.End(d.loc).Sub(d.now).Hours()); d.oneIn(4) && until < 8000 {
		s["min_advance_booking_hours"] = max(0, until-d.random.IntN(30))
	}
	if days := d.date.Sub(civil.Of(d.now, d.loc)); !d.guest && d.oneIn(5) && 0 < days && days < 700 {
		s["max_advance_booking_days"] = days + d.random.IntN(3) - 1
	}
	d.note("service %v", s)
	return s
}

func (d *diary) addStaff() {
	for range 1 + d.random.IntN(4) {
		gives := []*testkit.Service{d.services[0]}
		for _, s := range d.services[1:] {
			if !d.oneIn(3) {
				gives = append(gives, s)
			}
		}
		var ids []id.ID
		for _, s := range gives {
			ids = append(ids, s.ID)
		}
		changes := object{"skills": object{"services": d.skills(gives)}}
		if len(d.outlets) > 1 && !d.oneIn(3) {
			changes["outlet_ids"] = []id.ID{d.outlets[1].ID}
		}
		if d.oneIn(10) {
			changes["accepts_online_booking"] = false
		}
		if days := d.date.Sub(civil.Of(d.now, d.loc)); !d.guest && days < 700 && d.oneIn(10) {
			changes["max_advance_booking_days"] = max(0, days+d.random.IntN(3)-1)
		}
		m := d.tenant.Staff(d.outlets[0], gives, changes)
		d.staff = append(d.staff, m)
		entries := d.entries(ids)
		d.JSON(d.tenant.Admin, "POST", "/availability/bulk", object{"staff_id": m.ID, "availability_entries": entries})
		d.note("staff %d %s gives %v, %v: %v", len(d.staff)-1, m.ID, ids, changes, entries)
	}
}

// skills are the services that somebody gives, some of them faster or slower than others
// do.
func (d *diary) skills(gives []*testkit.Service) (skills []object) {
	for _, s := range gives {
		skill := object{"service_id": s.ID}
		if length := d.drawn[s.ID]["duration_minutes"].(int); d.oneIn(4) {
			skill["duration_minutes"] = max(5, length+d.between(0, 30, 5))
			if d.drawn[s.ID]["processing_gaps"] == nil {
				skill["duration_minutes"] = d.between(5, min(max(10, 2*length), 24*60), 5)
			}
		}
		skills = append(skills, skill)
	}
	return skills
}

// entries draws the day of a staff member. Where there is an outlet in another zone the
// days around it are worked as well.
func (d *diary) entries(services []id.ID) (entries []object) {
	date := d.date
	add := func(kind, from, to string, more object) {
		e := object{"date": date, "start_time": from, "end_time": to, "availability_type": kind, "recurrence_type": "none"}
		for key, value := range more {
			e[key] = value
		}
		entries = append(entries, e)
	}
	for _, s := range d.spans(2) {
		more := object{}
		if d.oneIn(8) {
			more["service_ids"] = []id.ID{pick(d, services)}
		}
		if d.oneIn(4) {
			more["capacity"] = 1 + d.random.IntN(4)
		}
		if d.oneIn(4) {
			d.recur(more)
		}
		add("working_hours", s[0], s[1], more)
	}
	for _, kind := range []string{"break", "blocked", "vacation"} {
		if !d.oneIn(3) || kind == "vacation" && len(entries) > 1 && entries[len(entries)-1]["availability_type"] == "blocked" {
			continue
		}
		begin := d.between(0, 23*60, 5)
		end := min(begin+d.between(5, 90, 5), 24*60)
		add(kind, civil.Clock(begin).String(), civil.Clock(end).String(), nil)
	}
	if len(d.outlets) > 1 {
		for _, date = range []civil.Date{d.date.AddDays(-1), d.date.AddDays(1)} {
			add("working_hours", "00:00", "24:00", nil)
		}
	}
	return entries
}

// recur lets an entry come again: every week, or where nothing else is worked around the
// day, every day.
func (d *diary) recur(entry object) {
	first := d.date.AddDays(-7 * (1 + d.random.IntN(3)))
	if first.Before(civil.Of(d.now, d.loc)) {
		first = d.date
	}
	entry["date"], entry["recurrence_end_date"] = first, d.date.AddDays(d.random.IntN(20))
	entry["recurrence_type"], entry["recurrence_days"] = "weekly", []int{d.date.Weekday()}
	if len(d.outlets) == 1 && d.oneIn(2) {
		entry["recurrence_type"] = "daily"
		delete(entry, "recurrence_days")
	}
}

// book books some appointments at the desk, of which not all succeed.
func (d *diary) book(n int) {
	for range n {
		outlet := d.random.IntN(len(d.outlets))
		service := pick(d, d.services)
		line := object{"service_id": service.ID}
		if d.oneIn(3) {
			line["staff_id"] = pick(d, d.staff).ID
		}
		at := civil.Clock(d.between(0, 24*60-5, 5))
		date := d.date.AddDays(-1 + d.random.IntN(3)*outlet + 1 - outlet)
		answer := d.Send(testkit.Request{As: d.tenant.Admin, Method: "POST", Path: "/appointments", Body: object{
			"customer_id": pick(d, d.walkIns).ID, "outlet_id": d.outlets[outlet].ID, "appointment_date": date,
			"start_time": at, "services": []object{line},
		}})
		if answer.Status >= 500 {
			d.fail("booking %s %s: %d %s", date, at, answer.Status, answer.Body)
		}
		if answer.Status == 201 {
			d.note("booked %s %s at outlet %d: %v, %s", date, at, outlet, line, answer.Text("status"))
			if d.oneIn(6) {
				d.JSON(d.tenant.Admin, "POST", "/appointments/"+answer.Text("id")+"/cancel", object{"cancellation_reason": "Ill."})
				d.note("and cancelled")
			}
		}
	}
}

// changeMind changes a service that is booked already: what stands keeps its times.
func (d *diary) changeMind() {
	change := object{"cleanup_minutes": d.between(0, 30, 5)}
	if d.oneIn(2) {
		change = object{"preparation_minutes": d.between(0, 30, 5)}
	}
	d.JSON(d.tenant.Admin, "PUT", "/services/"+string(d.services[0].ID), change)
	d.note("the first service was changed: %v", change)
}

// ask draws what is asked for: mostly one service, online at times several.
func (d *diary) ask() {
	d.asked = d.services[:1]
	if d.online && d.oneIn(2) {
		d.asked = nil
		for range 2 + d.random.IntN(2) {
			d.asked = append(d.asked, pick(d, d.services))
		}
	}
	if !d.guest && d.oneIn(4) {
		d.wanted = pick(d, d.staff).ID
	}
	d.note("asked for %s by %q", fmt.Sprint(ids(d.asked)), d.wanted)
}

func ids(services []*testkit.Service) (ids []id.ID) {
	for _, s := range services {
		ids = append(ids, s.ID)
	}
	return ids
}
