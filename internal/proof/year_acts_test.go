package proof_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// book lets somebody book, mostly at a time that is offered.
func (y *year) book() {
	y.Helper()
	p := y.random.IntN(len(y.places))
	asked := []*offer{y.services[y.random.IntN(len(y.services))]}
	var online *testkit.Customer
	if y.oneIn(3) {
		online = &y.members[y.random.IntN(len(y.members))]
		if y.oneIn(2) {
			asked = append(asked, y.services[y.random.IntN(len(y.services))])
		}
	}
	date := civil.Of(y.Clock.Now(), y.places[p].loc).AddDays(y.random.IntN(horizon))
	starts := y.starts(p, asked, "", date, online)
	free := len(starts) > 0 && !y.oneIn(6)
	at := civil.Clock(y.random.IntN(steps) * step)
	if free {
		at = starts[y.random.IntN(len(starts))]
	}
	answer := y.ask(p, asked, date, at, online)
	switch {
	case answer.Status == http.StatusCreated:
		if !slices.Contains(starts, at) {
			y.Errorf("%s at %s was not offered, and booked: %s", date, at, answer.Body)
		}
		y.visits = append(y.visits, y.made(answer, p, asked, online))
		y.counts["booked"]++
	case answer.Status == http.StatusConflict && answer.Text("code") == "appointment.already_booked":
	case free:
		y.Errorf("%s at %s was offered, and refused: %d %s", date, at, answer.Status, answer.Body)
	default:
		y.counts["refused"]++
	}
}

// ask sends the booking.
func (y *year) ask(p int, asked []*offer, date civil.Date, at civil.Clock, online *testkit.Customer) testkit.Answer {
	y.Helper()
	var lines []object
	for _, s := range asked {
		lines = append(lines, object{"service_id": s.ID})
	}
	body := object{"outlet_id": y.places[p].ID, "appointment_date": date, "start_time": at, "services": lines}
	if online != nil {
		return y.send(testkit.Request{As: y.customer(online), Method: "POST", Path: "/customer/booking/appointments", Body: body})
	}
	body["customer_id"] = y.customers[y.random.IntN(len(y.customers))].ID
	return y.desk("POST", "/appointments", body)
}

// appointment is what the server says of one.
type appointment struct {
	ID     string      `json:"id"`
	Status string      `json:"status"`
	Date   civil.Date  `json:"appointment_date"`
	Start  civil.Clock `json:"start_time"`
	Total  int         `json:"total_price"`
	Hold   *time.Time  `json:"hold_until"`
}

// made is the visit that was booked, for what its services cost at the moment.
func (y *year) made(answer testkit.Answer, p int, asked []*offer, online *testkit.Customer) *visit {
	y.Helper()
	var a appointment
	answer.Into(&a)
	v := &visit{id: a.ID, place: p, service: asked[0], lines: len(asked), online: online}
	for _, s := range asked {
		v.price += s.price
	}
	if a.Total != v.price {
		y.Errorf("visit %s costs %d, want %d", v.id, a.Total, v.price)
	}
	y.follow(v, a)
	return v
}

// follow takes over what the server says of a visit.
func (y *year) follow(v *visit, a appointment) {
	y.Helper()
	starts, err := civil.Resolve(a.Date, a.Start, y.places[v.place].loc)
	if err != nil {
		y.Fatal(err)
	}
	v.status, v.starts = a.Status, starts
	if a.Hold != nil {
		v.hold = *a.Hold
	}
}

// starts are those that a server offers, in order.
func (y *year) starts(p int, asked []*offer, staff id.ID, date civil.Date, online *testkit.Customer) (starts []civil.Clock) {
	y.Helper()
	query := url.Values{"outlet_id": {string(y.places[p].ID)}}
	for _, s := range asked {
		query.Add("service_id", string(s.ID))
	}
	if staff != "" {
		query.Set("staff_id", string(staff))
	}
	if online != nil {
		query.Set("date", date.String())
		var page struct {
			Slots []struct {
				Start civil.Clock `json:"start_time"`
			} `json:"slots"`
		}
		y.must(http.StatusOK, y.send(testkit.Request{As: y.customer(online), Method: "GET", Path: "/customer/booking/available-slots?" + query.Encode()})).Into(&page)
		for _, s := range page.Slots {
			starts = append(starts, s.Start)
		}
		return starts
	}
	query.Set("start_date", date.String())
	query.Set("num_days", "1")
	query.Set("slot_interval_minutes", "5")
	answer := y.desk("GET", "/availability/availability-grid?"+query.Encode(), nil)
	if staff != "" && answer.Status == http.StatusBadRequest {
		return nil // who does not give the service any more
	}
	var grid struct {
		Days map[string][]struct {
			Start     civil.Clock `json:"start_time"`
			Available bool        `json:"is_available"`
		} `json:"availability_grid"`
	}
	y.must(http.StatusOK, answer).Into(&grid)
	for _, s := range grid.Days[date.String()] {
		if s.Available {
			starts = append(starts, s.Start)
		}
	}
	return starts
}

// standing picks a visit that is still to come; nil where there is none.
func (y *year) standing() *visit {
	now := y.Clock.Now()
	var all []*visit
	for _, v := range y.visits {
		if v.stands(now) && v.starts.After(now) {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[y.random.IntN(len(all))]
}

// move asks for another time: at the desk a free one of the staff member who serves,
// by the customer any. Who may have it gets it.
func (y *year) move() {
	y.Helper()
	v := y.standing()
	if v == nil {
		return
	}
	date := civil.Of(y.Clock.Now(), y.places[v.place].loc).AddDays(y.random.IntN(horizon))
	at, free := civil.Clock(y.random.IntN(steps)*step), false
	if v.lines == 1 && v.online == nil {
		if starts := y.starts(v.place, []*offer{v.service}, y.serving(v), date, nil); len(starts) > 0 {
			at, free = starts[y.random.IntN(len(starts))], true
		}
	}
	request := testkit.Request{
		As: y.admin(), Method: "POST", Path: "/appointments/" + v.id + "/reschedule", Body: object{"new_date": date, "new_time": at, "reason": "Delayed."},
	}
	if v.online != nil && y.oneIn(2) {
		request.As, request.Path = y.customer(v.online), "/customer/booking"+request.Path
	}
	answer := y.send(request)
	switch {
	case answer.Status == http.StatusOK:
		var a appointment
		answer.Into(&a)
		y.follow(v, a)
		y.counts["moved"]++
	case free && answer.Text("code") != "appointment.already_booked":
		y.Errorf("%s to %s at %s was offered, and refused: %d %s", v.id, date, at, answer.Status, answer.Body)
	default:
		y.counts["move refused"]++
	}
}

// serving is who serves in a visit of one service; empty where nobody is needed.
func (y *year) serving(v *visit) id.ID {
	y.Helper()
	var a struct {
		Services []struct {
			Staff id.ID `json:"staff_id"`
		} `json:"services"`
	}
	y.must(http.StatusOK, y.desk("GET", "/appointments/"+v.id, nil)).Into(&a)
	return a.Services[0].Staff
}

// cancel is refused to customers shortly before, and never to the desk.
func (y *year) cancel() {
	y.Helper()
	if v := y.standing(); v != nil {
		y.cancelVisit(v, v.online != nil && y.oneIn(2))
	}
}

func (y *year) cancelVisit(v *visit, byCustomer bool) {
	y.Helper()
	request := testkit.Request{
		As: y.admin(), Method: "POST", Path: "/appointments/" + v.id + "/cancel", Body: object{"cancellation_reason": "Plans changed."},
	}
	if byCustomer {
		request.As, request.Path = y.customer(v.online), "/customer/booking"+request.Path
	}
	answer := y.turn(request, v, "cancelled")
	if byCustomer && answer.Status == http.StatusBadRequest {
		return
	}
	y.must(http.StatusOK, answer)
	v.status = "cancelled"
	y.counts["cancelled"]++
}

// turn asks for another status of a visit, now and then twice, the first time without
// hearing the answer: who is told the second time that it cannot be looks, and finds that
// it is.
func (y *year) turn(r testkit.Request, v *visit, status string) testkit.Answer {
	y.Helper()
	if !y.oneIn(8) {
		return y.send(r)
	}
	y.counts["cut off"]++
	y.cutOff(y.server(), r, 1+y.random.IntN(6))
	answer := y.send(r)
	if answer.Status/100 == 4 {
		if found := y.desk("GET", "/appointments/"+v.id, nil); found.Text("status") == status {
			return found
		}
	}
	return answer
}

func (y *year) deskTurns(v *visit, verb, status string, body any) {
	y.Helper()
	y.must(http.StatusOK, y.turn(testkit.Request{As: y.admin(), Method: "POST", Path: "/appointments/" + v.id + verb, Body: body}, v, status))
}

// settle confirms a pending visit, by word or by a payment.
func (y *year) settle() {
	y.Helper()
	now := y.Clock.Now()
	for _, v := range y.visits {
		if v.status != "pending" || !v.stands(now) || y.oneIn(3) {
			continue
		}
		if y.oneIn(2) {
			y.pay(v)
		} else {
			y.deskTurns(v, "/confirm", "confirmed", nil)
		}
		v.status = "confirmed"
		y.counts["confirmed"]++
		return
	}
}

func (y *year) pay(v *visit) {
	y.Helper()
	y.must(http.StatusOK, y.desk("POST", "/appointments/"+v.id+"/record-payment", object{"amount": v.price, "payment_method": "cash"}))
}

// close writes down in the evening who came, and who did not.
func (y *year) close() {
	y.Helper()
	now := y.Clock.Now()
	for _, v := range y.visits {
		if v.status == "pending" && !now.Before(v.hold) {
			v.status = "cancelled"
			y.counts["lapsed"]++
		}
		if v.status != "confirmed" || v.starts.After(now) || y.oneIn(10) {
			continue
		}
		path := "/appointments/" + v.id
		if y.oneIn(6) {
			y.deskTurns(v, "/no-show", "no_show", object{"reason": "Did not come."})
			v.status = "no_show"
			y.counts["no-show"]++
			continue
		}
		if y.desk("GET", path, nil).Text("payment_status") != "paid" {
			y.pay(v)
		}
		y.deskTurns(v, "/start", "in_progress", nil)
		y.deskTurns(v, "/complete", "completed", nil)
		v.status = "completed"
		y.counts["completed"]++
	}
}

// vacation is laid over a day of somebody, whatever is booked on it, which stands.
func (y *year) vacation() {
	y.Helper()
	e := y.staff[y.random.IntN(len(y.staff))]
	if e.gone {
		return
	}
	date := y.today.AddDays(1 + y.random.IntN(horizon-1))
	answer := y.desk("POST", "/availability", object{
		"staff_id": e.ID, "date": date, "start_time": "00:00", "end_time": "24:00", "availability_type": "vacation", "recurrence_type": "none",
	})
	if answer.Status == http.StatusConflict {
		return // there is one
	}
	var made struct {
		ID       string `json:"id"`
		Affected []struct {
			ID string `json:"appointment_id"`
		} `json:"affected_appointments"`
	}
	y.must(http.StatusCreated, answer).Into(&made)
	y.counts["vacation"]++
	for _, a := range made.Affected {
		y.counts["vacation over bookings"]++
		if i := slices.IndexFunc(y.visits, func(v *visit) bool { return v.id == a.ID }); i < 0 || !y.visits[i].stands(y.Clock.Now()) {
			y.Errorf("%s is named as affected by a vacation on %s, and does not stand", a.ID, date)
		}
	}
	if y.oneIn(3) {
		y.must(http.StatusOK, y.desk("DELETE", "/availability/"+made.ID, nil))
	}
}

// leave lets somebody go: who was booked with them goes to somebody else, where there
// is one, or is cancelled. Somebody new begins.
func (y *year) leave() {
	y.Helper()
	i := y.random.IntN(len(y.staff))
	if e := y.staff[i]; !e.gone {
		y.must(http.StatusOK, y.desk("PUT", "/staff/"+string(e.ID), object{"is_bookable": false}))
		for _, v := range y.visits {
			if v.stands(y.Clock.Now()) && v.starts.After(y.Clock.Now().Add(-24*time.Hour)) {
				y.handOver(v, e)
			}
		}
		if answer := y.desk("DELETE", "/staff/"+string(e.ID), nil); answer.Status == http.StatusConflict {
			y.counts["could not leave"]++ // somebody sits in the chair
			y.must(http.StatusOK, y.desk("PUT", "/staff/"+string(e.ID), object{"is_bookable": true}))
			return
		}
		e.gone = true
		y.counts["left"]++
		y.hire()
	}
}

// handOver gives the services of a visit that somebody gives to others.
func (y *year) handOver(v *visit, e *employee) {
	y.Helper()
	var a struct {
		Services []struct {
			Service id.ID `json:"service_id"`
			Staff   id.ID `json:"staff_id"`
		} `json:"services"`
	}
	y.must(http.StatusOK, y.desk("GET", "/appointments/"+v.id, nil)).Into(&a)
	for position, line := range a.Services {
		if line.Staff != e.ID {
			continue
		}
		answer := y.desk("PUT", "/appointments/"+v.id+"/staff", object{"service_id": line.Service, "position": position})
		if answer.Status == http.StatusOK {
			y.counts["handed over"]++
			continue
		}
		y.cancelVisit(v, false)
		return
	}
}

// reprice changes what a service costs from now on.
func (y *year) reprice() {
	y.Helper()
	s := y.services[y.random.IntN(len(y.services))]
	s.price = 1000 * (50 + y.random.IntN(300))
	y.must(http.StatusOK, y.desk("PUT", fmt.Sprintf("/services/%s", s.ID), object{"pricing": object{"base_price": s.price}}))
	y.counts["price"]++
}

// sample books some starts of the evening's grids and gives them back, and asks for
// some that are not offered.
func (y *year) sample() {
	y.Helper()
	for range 2 {
		p, asked := y.random.IntN(len(y.places)), []*offer{y.services[y.random.IntN(len(y.services))]}
		date := civil.Of(y.Clock.Now(), y.places[p].loc).AddDays(y.random.IntN(horizon))
		starts := y.starts(p, asked, "", date, nil)
		for range 4 {
			at := civil.Clock(y.random.IntN(steps) * step)
			if len(starts) > 0 && y.oneIn(2) {
				at = starts[y.random.IntN(len(starts))]
			}
			answer := y.ask(p, asked, date, at, nil)
			if offered := slices.Contains(starts, at); offered != (answer.Status == http.StatusCreated) {
				if offered && answer.Text("code") == "appointment.already_booked" {
					continue
				}
				y.Errorf("%s at %s, offered %v: %d %s", date, at, offered, answer.Status, answer.Body)
			}
			if answer.Status == http.StatusCreated {
				v := y.made(answer, p, asked, nil)
				y.visits = append(y.visits, v)
				y.cancelVisit(v, false)
				y.counts["sampled"]++
			}
		}
	}
}
