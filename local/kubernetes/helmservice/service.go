// Package helmservice answers calls of Helm from one process: what `helm upgrade --install`, `rollback`, `uninstall`,
// `get hooks`, `template --dry-run=server` and `list` do, by Helm's own packages, without starting Helm for each.
//
// One JSON object a line: requests on standard input, a response to each on standard output, in the order in which the
// calls end. It ends with its standard input.
package helmservice

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"

	helmkube "helm.sh/helm/v4/pkg/kube"
)

// Request is a call, or what is to happen to one that is under way.
type Request struct {
	ID int `json:"id"`
	// Do is the name of an action, or "cancel", "drop" or "extend" of the call with that ID.
	Do        string `json:"do"`
	Namespace string `json:"namespace"`
	Release   string `json:"release"`
	// Chart is a folder.
	Chart string `json:"chart"`
	// Values is a document, as in a file of values.
	Values         string            `json:"values"`
	Labels         map[string]string `json:"labels"`
	TimeoutSeconds int               `json:"timeoutSeconds"`
	Adopt          bool              `json:"adopt"`
	Revision       int               `json:"revision"`
	// Filter is a regular expression of releases' names.
	Filter string `json:"filter"`
	// HeldFor is in milliseconds: for how long the caller's lock on the release is still good; absent if there is none.
	HeldFor *float64 `json:"heldFor"`
}

// Response tells what Helm would have written to standard output, or to standard error if it failed.
type Response struct {
	ID     int    `json:"id"`
	Output string `json:"output"`
	Failed bool   `json:"failed"`
	Errors string `json:"errors,omitempty"`
}

type service struct {
	context  string
	requests *json.Decoder

	writing   sync.Mutex
	responses *json.Encoder

	listing sync.Mutex
	calls   map[int]*call
}

// Run serves until standard input ends, and returns the exit code.
func Run(arguments []string, in io.Reader, out io.Writer) int {
	flags := flag.NewFlagSet("helm-service", flag.ContinueOnError)
	context := flags.String("kube-context", "", "context of the kubeconfig")
	if err := flags.Parse(arguments); err != nil {
		return 2
	}
	// The name under which Helm's own program changes objects.
	helmkube.ManagedFieldsManager = "helm"
	s := &service{context: *context, requests: json.NewDecoder(in), responses: json.NewEncoder(out), calls: map[int]*call{}}
	for {
		var request Request
		err := s.requests.Decode(&request)
		if errors.Is(err, io.EOF) {
			return 0
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "helm-service: not a request:", err)
			return 1
		}
		s.take(request)
	}
}

func (s *service) take(request Request) {
	s.listing.Lock()
	defer s.listing.Unlock()
	under, known := s.calls[request.ID]
	switch {
	case request.Do == "cancel" && known:
		under.cancel()
	case request.Do == "drop" && known:
		under.drop(errDropped)
	case request.Do == "extend" && known && request.HeldFor != nil:
		under.extend(milliseconds(*request.HeldFor))
	case !known:
		if do, exists := actions[request.Do]; exists {
			s.begin(request, do)
		}
	}
}

func (s *service) begin(request Request, do action) {
	c := newCall(request, s.context)
	s.calls[request.ID] = c
	go func() {
		response := c.run(do)
		s.listing.Lock()
		delete(s.calls, request.ID)
		s.listing.Unlock()
		s.writing.Lock()
		defer s.writing.Unlock()
		// Nobody reads any more: standard input ends as well.
		_ = s.responses.Encode(response)
	}()
}
