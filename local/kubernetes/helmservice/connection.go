package helmservice

import (
	"net/http"
	"sync"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/kubectl/pkg/validation"
)

// Requests that a call may make at once, as Helm's own program has it.
const burst = 100

// A connection is one call's: it looks up anew which kinds the cluster has, and reads the kubeconfig anew. The sockets are
// shared by all calls, as client-go does for equal configurations.
type connection struct {
	*genericclioptions.ConfigFlags
	discovered func() (discovery.CachedDiscoveryInterface, error)
}

func newConnection(kubeContext, namespace string, gate *gate) *connection {
	flags := genericclioptions.NewConfigFlags(false)
	flags.Context = &kubeContext
	flags.Namespace = &namespace
	flags.WrapConfigFn = func(config *rest.Config) *rest.Config {
		config.Burst = burst
		config.UserAgent = "Helm/" + common.DefaultCapabilities.HelmVersion.Version
		config.Wrap(func(next http.RoundTripper) http.RoundTripper {
			return &kube.RetryingRoundTripper{Wrapped: gate.before(next)}
		})
		return config
	}
	c := &connection{ConfigFlags: flags}
	c.discovered = sync.OnceValues(func() (discovery.CachedDiscoveryInterface, error) {
		config, err := c.ToRESTConfig()
		if err != nil {
			return nil, err
		}
		client, err := discovery.NewDiscoveryClientForConfig(config)
		if err != nil {
			return nil, err
		}
		return memory.NewMemCacheClient(client), nil
	})
	return c
}

// ToDiscoveryClient has no cache on disk: between calls, kinds come and go.
func (c *connection) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return c.discovered()
}

// ToRESTMapper knows short names of kinds, too.
func (c *connection) ToRESTMapper() (meta.RESTMapper, error) {
	client, err := c.discovered()
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(client)
	return restmapper.NewShortcutExpander(mapper, client, func(string) {}), nil
}

// A verifyingFactory asks once a kind whether the API server validates fields itself, which takes the kind's whole OpenAPI
// document to find out, and does not change while it runs.
type verifyingFactory struct {
	kube.Factory
	connection *connection
}

var validatedByServer sync.Map // schema.GroupVersionKind → struct{}

func (f verifyingFactory) Validator(directive string) (validation.Schema, error) {
	original, err := f.Factory.Validator(directive)
	if err != nil || directive == metav1.FieldValidationIgnore {
		return original, err
	}
	dynamic, err := f.DynamicClient()
	if err != nil {
		return nil, err
	}
	client, err := f.connection.ToDiscoveryClient()
	if err != nil {
		return nil, err
	}
	asked := resource.NewQueryParamVerifierV3(dynamic, client.OpenAPIV3(), resource.QueryParamFieldValidation)
	return validation.NewParamVerifyingSchema(original, remembering{asked}, directive), nil
}

type remembering struct {
	resource.Verifier
}

func (r remembering) HasSupport(kind schema.GroupVersionKind) error {
	if _, known := validatedByServer.Load(kind); known {
		return nil
	}
	if r.Verifier.HasSupport(kind) != nil {
		// Whatever it was, Helm's own way to find out has the last word.
		return resource.NewParamUnsupportedError(kind, resource.QueryParamFieldValidation)
	}
	validatedByServer.Store(kind, struct{}{})
	return nil
}
