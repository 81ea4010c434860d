package helmservice

import (
	"context"
	"io"
	"net/http"
)

// A gate lets requests through until it is shut; then it ends those under way.
type gate struct {
	shut  context.Context
	close context.CancelCauseFunc
}

func newGate() *gate {
	shut, close := context.WithCancelCause(context.Background())
	return &gate{shut: shut, close: close}
}

func (g *gate) before(next http.RoundTripper) http.RoundTripper {
	return gated{gate: g, next: next}
}

type gated struct {
	gate *gate
	next http.RoundTripper
}

func (g gated) RoundTrip(request *http.Request) (*http.Response, error) {
	if g.gate.shut.Err() != nil {
		return nil, context.Cause(g.gate.shut)
	}
	under, cancel := context.WithCancelCause(request.Context())
	release := context.AfterFunc(g.gate.shut, func() { cancel(context.Cause(g.gate.shut)) })
	done := func() {
		release()
		cancel(nil)
	}
	response, err := g.next.RoundTrip(request.WithContext(under))
	if err != nil {
		done()
		return nil, err
	}
	response.Body = closing{ReadCloser: response.Body, done: done}
	return response, nil
}

type closing struct {
	io.ReadCloser
	done func()
}

func (c closing) Close() error {
	defer c.done()
	return c.ReadCloser.Close()
}
