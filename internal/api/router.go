package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// router finds the endpoint of a path. A literal segment wins over a parameter,
// segment by segment, whatever the order of registration; where the literal
// leads nowhere the parameter is tried. (http.ServeMux refuses pairs of
// documented paths such as /staff/{staff_id}/performance and
// /staff/appointments/{id}, since neither is the more specific.)
type router struct {
	root node
	// families are those of the endpoints below each first segment.
	families map[string]family
}

type node struct {
	literals map[string]*node
	param    *node
	routes   map[string]*route // by method
}

type route struct {
	pattern string
	names   []string // of the parameters, in the order of the path
	family  family
	handle  http.HandlerFunc
}

// add registers a route. It panics where the method and path are taken.
func (rt *router) add(method, path string, fam family, handle http.HandlerFunc) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	r := &route{pattern: path, family: fam, handle: handle}
	n := &rt.root
	for _, s := range segments {
		if name, isParam := parameter(s); isParam {
			r.names = append(r.names, name)
			if n.param == nil {
				n.param = &node{}
			}
			n = n.param
			continue
		}
		if n.literals[s] == nil {
			if n.literals == nil {
				n.literals = map[string]*node{}
			}
			n.literals[s] = &node{}
		}
		n = n.literals[s]
	}
	if n.routes[method] != nil {
		panic("api: " + method + " " + path + " is registered twice")
	}
	if n.routes == nil {
		n.routes = map[string]*route{}
	}
	n.routes[method] = r
	rt.note(segments, fam)
}

func parameter(segment string) (name string, ok bool) {
	if !strings.HasPrefix(segment, "{") || !strings.HasSuffix(segment, "}") {
		return "", false
	}
	return segment[1 : len(segment)-1], true
}

// note remembers the error shape of a part of the API: that of the guest API
// only where nobody else has a path.
func (rt *router) note(segments []string, fam family) {
	if rt.families == nil {
		rt.families = map[string]family{}
	}
	first := segments[0]
	if known, ok := rt.families[first]; ok {
		fam = min(known, fam)
	}
	rt.families[first] = fam
}

// match is what a path leads to.
type match struct {
	route   *route // nil where nothing answers
	values  []string
	allowed []string // methods of the path, where only the method is wrong
	family  family   // of the route, else of the part of the API, for errors of the router
}

// find looks up an escaped path, without the prefix and the slash after it.
func (rt *router) find(method, escaped string) match {
	segments := strings.Split(escaped, "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return match{}
		}
		segments[i] = plain
	}
	m := match{family: rt.families[segments[0]]}
	allowed := map[string]bool{}
	m.route, m.values = rt.root.find(method, segments, nil, allowed)
	if m.route != nil {
		m.family = m.route.family
		return m
	}
	for method := range allowed {
		m.allowed = append(m.allowed, method)
	}
	slices.Sort(m.allowed)
	return m
}

func (n *node) find(method string, rest, values []string, allowed map[string]bool) (*route, []string) {
	if len(rest) == 0 {
		return n.answer(method, allowed), values
	}
	if next := n.literals[rest[0]]; next != nil {
		if r, v := next.find(method, rest[1:], values, allowed); r != nil {
			return r, v
		}
	}
	if n.param != nil && rest[0] != "" {
		return n.param.find(method, rest[1:], append(slices.Clip(values), rest[0]), allowed)
	}
	return nil, nil
}

func (n *node) answer(method string, allowed map[string]bool) *route {
	if r := n.routes[method]; r != nil {
		return r
	}
	if method == http.MethodHead && n.routes[http.MethodGet] != nil {
		return n.routes[http.MethodGet] // net/http drops the body
	}
	for m := range n.routes {
		allowed[m] = true
		if m == http.MethodGet {
			allowed[http.MethodHead] = true
		}
	}
	return nil
}
