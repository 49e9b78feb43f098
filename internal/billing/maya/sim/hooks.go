package sim

import (
	"net/http"
	"slices"

	"reserva/internal/billing/maya"
)

// hookNames are the events that can be registered, the superseded ones included.
func hookNames() []string {
	return append(maya.Events(), "AUTHORIZED", "CHECKOUT_SUCCESS", "CHECKOUT_FAILURE", "CHECKOUT_DROPOUT", "CHECKOUT_CANCELLED")
}

type hookBody struct {
	Name        string `json:"name"`
	CallbackURL string `json:"callbackUrl"`
}

func (b hookBody) check() *answer {
	var a answer
	switch {
	case !slices.Contains(hookNames(), b.Name):
		a = invalid("name", "is not the name of an event")
	case !absolute(b.CallbackURL):
		a = invalid("callbackUrl", "must be a URL")
	default:
		return nil
	}
	return &a
}

func (h hook) object() object {
	return object{"id": h.ID, "name": h.Name, "callbackUrl": h.URL, "createdAt": h.CreatedAt, "updatedAt": h.UpdatedAt}
}

func listHooks(q *request) answer {
	list := []object{}
	for _, h := range q.book.Hooks {
		list = append(list, h.object())
	}
	return answer{status: http.StatusOK, body: list}
}

func createHook(q *request) answer {
	var b hookBody
	if !decode(q.body, &b) {
		return malformed()
	}
	if refused := b.check(); refused != nil {
		return *refused
	}
	if slices.ContainsFunc(q.book.Hooks, func(h hook) bool { return h.Name == b.Name }) {
		return refuse(http.StatusBadRequest, "PY0039", "The webhook already exists.")
	}
	h := hook{ID: newUUID(), Name: b.Name, URL: b.CallbackURL, CreatedAt: q.now, UpdatedAt: q.now}
	q.book.Hooks = append(q.book.Hooks, h)
	return answer{status: http.StatusOK, changed: true, body: h.object()}
}

// hookIndex finds the registration of the path, -1 where there is none.
func (q *request) hookIndex() int {
	return slices.IndexFunc(q.book.Hooks, func(h hook) bool { return h.ID == q.PathValue("id") })
}

func noHook() answer { return refuse(http.StatusNotFound, "PY0038", "The webhook does not exist.") }

func updateHook(q *request) answer {
	var b hookBody
	if !decode(q.body, &b) {
		return malformed()
	}
	at := q.hookIndex()
	if at < 0 {
		return noHook()
	}
	h := &q.book.Hooks[at]
	if b.Name == "" {
		b.Name = h.Name
	}
	if refused := b.check(); refused != nil {
		return *refused
	}
	h.Name, h.URL, h.UpdatedAt = b.Name, b.CallbackURL, q.now
	return answer{status: http.StatusOK, changed: true, body: h.object()}
}

func deleteHook(q *request) answer {
	at := q.hookIndex()
	if at < 0 {
		return noHook()
	}
	gone := q.book.Hooks[at]
	q.book.Hooks = slices.Delete(q.book.Hooks, at, at+1)
	return answer{status: http.StatusOK, changed: true, body: gone.object()}
}
