package helmservice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	helmaction "helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
)

var (
	errDropped  = errors.New("the call was dropped")
	errRanOut   = errors.New("the lock on the release was not renewed in time")
	errFinished = errors.New("the call is over")
)

// A call under way. Its requests to the API server pass a gate, which is shut when it is dropped, when the lock that
// it was made under runs out, and when it is over: what Helm goes on to do in the background reaches nothing.
type call struct {
	request Request
	context string
	gate    *gate
	// As SIGTERM to Helm's own program: it may still write that the release failed.
	stopping context.Context
	stop     context.CancelFunc

	mutex  sync.Mutex
	expiry *time.Timer
	log    lockedBuffer
}

// An action returns what Helm would write to standard output.
type action struct {
	run func(*call, *helmaction.Configuration) (string, error)
	// True if Helm's own program cleans up when it is told to stop; others just end.
	stopsByItself bool
	level         slog.Level
}

func newCall(request Request, kubeContext string) *call {
	c := &call{request: request, context: kubeContext, gate: newGate()}
	c.stopping, c.stop = context.WithCancel(context.Background())
	if request.HeldFor != nil {
		c.extend(milliseconds(*request.HeldFor))
	}
	return c
}

func (c *call) run(do action) Response {
	type outcome struct {
		output string
		err    error
	}
	ended := make(chan outcome, 1)
	go func() {
		defer func() {
			if reason := recover(); reason != nil {
				ended <- outcome{err: fmt.Errorf("panic in Helm: %v", reason)}
			}
		}()
		configuration, err := c.configuration(do.level)
		if err != nil {
			ended <- outcome{err: err}
			return
		}
		output, err := do.run(c, configuration)
		ended <- outcome{output, err}
	}()
	stopping := c.stopping.Done()
	if do.stopsByItself {
		stopping = nil
	}
	var end outcome
	select {
	case end = <-ended:
	case <-stopping:
		end = outcome{err: errDropped}
	case <-c.gate.shut.Done():
		end = outcome{err: context.Cause(c.gate.shut)}
	}
	c.drop(errFinished)
	c.stop()
	if end.err == nil {
		return Response{ID: c.request.ID, Output: end.output}
	}
	return Response{ID: c.request.ID, Failed: true, Errors: fmt.Sprintf("%sError: %s\n", c.log.String(), end.err)}
}

func (c *call) cancel() { c.stop() }

func (c *call) drop(why error) {
	c.gate.close(why)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.expiry != nil {
		c.expiry.Stop()
	}
}

// For that long from now on, by a clock that nobody sets.
func (c *call) extend(duration time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.expiry != nil && !c.expiry.Stop() {
		return
	}
	c.expiry = time.AfterFunc(duration, func() { c.gate.close(errRanOut) })
}

func milliseconds(count float64) time.Duration {
	return time.Duration(count * float64(time.Millisecond))
}

func (c *call) configuration(level slog.Level) (*helmaction.Configuration, error) {
	// As Helm's own program writes its log.
	handler := slog.NewTextHandler(&c.log, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, attribute slog.Attr) slog.Attr {
			if attribute.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attribute
		},
	})
	configuration := helmaction.NewConfiguration(helmaction.ConfigurationSetLogger(handler))
	connection := newConnection(c.context, c.request.Namespace, c.gate)
	if err := configuration.Init(connection, c.request.Namespace, ""); err != nil {
		return nil, err
	}
	client := configuration.KubeClient.(*kube.Client)
	client.Factory = verifyingFactory{Factory: client.Factory, connection: connection}
	client.WaitContext = c.gate.shut
	configuration.KubeClient = &hookClient{Client: client}
	return configuration, nil
}

type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}
