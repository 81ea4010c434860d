// Lets claims of one provisioner become larger. A folder of a node has no size of its own: a volume is as large as its claim asks.
//
// Environment: PROVISIONER_NAME.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// All claims are looked at again after this time: what failed is tried again.
const again = 30 * time.Second

// By whom a volume was made.
const provisionedBy = "pv.kubernetes.io/provisioned-by"

func main() {
	within, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatal(err)
	}
	resizer := resizer{client: client, provisioner: os.Getenv("PROVISIONER_NAME")}
	factory := informers.NewSharedInformerFactory(client, again)
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	look := func(object any) {
		claim, isClaim := object.(*core.PersistentVolumeClaim)
		if !isClaim {
			return
		}
		if err := resizer.look(within, claim); err != nil {
			log.Printf("%s/%s: %v", claim.Namespace, claim.Name, err)
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: look, UpdateFunc: func(_, now any) { look(now) }}
	if _, err := claims.AddEventHandler(handler); err != nil {
		log.Fatal(err)
	}
	factory.Start(within.Done())
	<-within.Done()
}

type resizer struct {
	client      kubernetes.Interface
	provisioner string
}

// look makes the volume of a claim as large as the claim asks, and says so in both.
func (r resizer) look(within context.Context, claim *core.PersistentVolumeClaim) error {
	wanted := claim.Spec.Resources.Requests[core.ResourceStorage]
	if claim.Status.Phase != core.ClaimBound || claim.DeletionTimestamp != nil || !isLarger(wanted, claim.Status.Capacity) {
		return nil
	}
	volume, err := r.client.CoreV1().PersistentVolumes().Get(within, claim.Spec.VolumeName, meta.GetOptions{})
	if err != nil {
		return err
	}
	if volume.Annotations[provisionedBy] != r.provisioner {
		return nil
	}
	if isLarger(wanted, volume.Spec.Capacity) {
		patch := sized("spec", wanted)
		if _, err := r.client.CoreV1().PersistentVolumes().Patch(within, volume.Name, types.MergePatchType, patch, meta.PatchOptions{}); err != nil {
			return err
		}
	}
	patch := sized("status", wanted)
	claims := r.client.CoreV1().PersistentVolumeClaims(claim.Namespace)
	if _, err := claims.Patch(within, claim.Name, types.MergePatchType, patch, meta.PatchOptions{}, "status"); err != nil {
		return err
	}
	log.Printf("%s/%s has %s", claim.Namespace, claim.Name, wanted.String())
	return nil
}

func isLarger(wanted resource.Quantity, than core.ResourceList) bool {
	return wanted.Cmp(than[core.ResourceStorage]) > 0
}

// sized is a patch that sets the capacity within a part of an object.
func sized(part string, size resource.Quantity) []byte {
	capacity := map[string]string{string(core.ResourceStorage): size.String()}
	patch, err := json.Marshal(map[string]any{part: map[string]any{"capacity": capacity}})
	if err != nil {
		panic(err)
	}
	return patch
}
