package helmservice

import (
	"strings"
	"sync"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	releasev1 "helm.sh/helm/v4/pkg/release/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/cli-runtime/pkg/resource"
)

// A hookClient waits until what ran of a hook before is gone. Helm deletes it and, unless told to wait for everything, makes the hook
// anew while the pod of a caller that was killed still stops: the API server refuses that, or takes the dying pod for the new one.
type hookClient struct {
	*kube.Client
	// Names of the hooks that this call has run and not deleted yet.
	ran sync.Map
}

func (c *hookClient) GetWaiter(strategy kube.WaitStrategy) (kube.Waiter, error) {
	return c.GetWaiterWithOptions(strategy)
}

func (c *hookClient) GetWaiterWithOptions(strategy kube.WaitStrategy, options ...kube.WaitOption) (kube.Waiter, error) {
	waiter, err := c.Client.GetWaiterWithOptions(strategy, options...)
	if err != nil || strategy != kube.HookOnlyStrategy {
		return waiter, err
	}
	all, err := c.Client.GetWaiterWithOptions(kube.StatusWatcherStrategy, options...)
	return &hookWaiter{Waiter: waiter, all: all, client: c}, err
}

type hookWaiter struct {
	kube.Waiter
	all    kube.Waiter
	client *hookClient
}

func (w *hookWaiter) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) error {
	for _, each := range resources {
		w.client.ran.Store(nameOf(each), true)
	}
	return w.Waiter.WatchUntilReady(resources, timeout)
}

func (w *hookWaiter) WaitForDelete(resources kube.ResourceList, timeout time.Duration) error {
	var left kube.ResourceList
	for _, each := range resources {
		object, err := meta.Accessor(each.Object)
		if err != nil {
			return err
		}
		_, isHook := object.GetAnnotations()[releasev1.HookAnnotation]
		if isHook && !w.isEnd(each, object.GetAnnotations()[releasev1.HookDeleteAnnotation]) {
			left = append(left, each)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return w.all.WaitForDelete(left, timeout)
}

// Whether the hook is deleted because it has ended: nobody needs to wait for that. Only who makes it anew does.
func (w *hookWaiter) isEnd(hook *resource.Info, policies string) bool {
	if !strings.Contains(policies, releasev1.HookSucceeded.String()) && !strings.Contains(policies, releasev1.HookFailed.String()) {
		return false
	}
	_, ran := w.client.ran.LoadAndDelete(nameOf(hook))
	return ran
}

func nameOf(each *resource.Info) string {
	return each.Namespace + "/" + each.ObjectName()
}
