package helmservice

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"encoding/json"
	helmaction "helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	loaderv2 "helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/cli"
	"helm.sh/helm/v4/pkg/kube"
	"helm.sh/helm/v4/pkg/release"
	releasecommon "helm.sh/helm/v4/pkg/release/common"
	releasev1 "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// Revisions that are kept of a release.
const history = 3

// By the name that a request gives.
var actions = map[string]action{
	"upgradeInstall": {run: upgradeInstall, stopsByItself: true, level: slog.LevelInfo},
	"rollback":       {run: rollback, level: slog.LevelInfo},
	// Why a release could not be deleted Helm says to who debugs it, and to nobody else.
	"uninstall": {run: uninstall, level: slog.LevelDebug},
	"hooks":     {run: hooks, level: slog.LevelInfo},
	"template":  {run: template, stopsByItself: true, level: slog.LevelInfo},
	"list":      {run: list, level: slog.LevelInfo},
	"render":    {run: render, stopsByItself: true, level: slog.LevelInfo},
	"lint":      {run: lint, level: slog.LevelInfo},
}

func (c *call) timeout() time.Duration {
	return time.Duration(c.request.TimeoutSeconds) * time.Second
}

func upgradeInstall(c *call, configuration *helmaction.Configuration) (string, error) {
	looked := helmaction.NewHistory(configuration)
	looked.Max = 1
	revisions, err := looked.Run(c.request.Release)
	if errors.Is(err, driver.ErrReleaseNotFound) || isUninstalled(revisions) {
		return install(c, configuration, isUninstalled(revisions))
	}
	if err != nil {
		return "", err
	}
	upgrade := helmaction.NewUpgrade(configuration)
	upgrade.Namespace = c.request.Namespace
	upgrade.Install = true
	upgrade.Labels = c.request.Labels
	// Without it, an empty mapping means "as before".
	upgrade.ResetValues = true
	// The stack file decides, also over what somebody changed by hand.
	upgrade.ServerSideApply, upgrade.ForceConflicts = "true", true
	upgrade.MaxHistory = history
	upgrade.Timeout = c.timeout()
	upgrade.TakeOwnership = c.request.Adopt
	upgrade.WaitStrategy = kube.HookOnlyStrategy
	loaded, values, err := c.chart(&upgrade.ChartPathOptions)
	if err != nil {
		return "", err
	}
	if _, err := upgrade.RunWithContext(c.stopping, c.request.Release, loaded, values); err != nil {
		return "", fmt.Errorf("UPGRADE FAILED: %w", err)
	}
	return "", nil
}

// Installs a release that there is none of, or whose uninstalled revisions were kept.
func install(c *call, configuration *helmaction.Configuration, replace bool) (string, error) {
	install := helmaction.NewInstall(configuration)
	install.ReleaseName = c.request.Release
	install.Namespace = c.request.Namespace
	install.Labels = c.request.Labels
	install.ServerSideApply, install.ForceConflicts = true, true
	install.Timeout = c.timeout()
	install.TakeOwnership = c.request.Adopt
	install.Replace = replace
	install.WaitStrategy = kube.HookOnlyStrategy
	_, err := c.install(install)
	return "", err
}

func (c *call) install(install *helmaction.Install) (*releasev1.Release, error) {
	loaded, values, err := c.chart(&install.ChartPathOptions)
	if err != nil {
		return nil, err
	}
	accessor, err := chart.NewAccessor(loaded)
	if err != nil {
		return nil, err
	}
	if kind := accessor.MetadataAsMap()["Type"]; kind != "" && kind != "application" {
		return nil, fmt.Errorf("%s charts are not installable", kind)
	}
	installed, err := install.RunWithContext(c.stopping, loaded, values)
	made, _ := installed.(*releasev1.Release)
	return made, err
}

func rollback(c *call, configuration *helmaction.Configuration) (string, error) {
	rollback := helmaction.NewRollback(configuration)
	rollback.Version = c.request.Revision
	rollback.ServerSideApply, rollback.ForceConflicts = "true", true
	rollback.MaxHistory = history
	rollback.Timeout = c.timeout()
	rollback.WaitStrategy = kube.HookOnlyStrategy
	before, err := lastRevision(configuration, c.request.Release)
	if err != nil {
		return "", err
	}
	failure := rollback.Run(c.request.Release)
	if failure != nil {
		endPending(configuration, before, failure)
	}
	return "", failure
}

func lastRevision(configuration *helmaction.Configuration, name string) (*releasev1.Release, error) {
	found, err := configuration.Releases.Last(name)
	if err != nil {
		return nil, err
	}
	last, ok := found.(*releasev1.Release)
	if !ok {
		return nil, fmt.Errorf("release %s is of an unknown kind", name)
	}
	return last, nil
}

// Helm leaves a rollback pending whose hook failed. Nobody works on it any more, so it has failed; if that cannot be written, because the
// lock is lost or the API server away, it is left to who finds it.
func endPending(configuration *helmaction.Configuration, before *releasev1.Release, failure error) {
	last, err := lastRevision(configuration, before.Name)
	if err != nil || last.Version == before.Version || last.Info.Status != releasecommon.StatusPendingRollback {
		return
	}
	last.Info.Status = releasecommon.StatusFailed
	last.Info.Description = fmt.Sprintf("Rollback %q failed: %s", last.Name, failure)
	if err := configuration.Releases.Update(last); err != nil {
		configuration.Logger().Warn("cannot write that the rollback failed", "error", err)
	}
}

func uninstall(c *call, configuration *helmaction.Configuration) (string, error) {
	uninstall := helmaction.NewUninstall(configuration)
	uninstall.IgnoreNotFound = true
	uninstall.DeletionPropagation = "background"
	uninstall.Timeout = c.timeout()
	uninstall.WaitStrategy = kube.HookOnlyStrategy
	_, err := uninstall.Run(c.request.Release)
	return "", err
}

func hooks(c *call, configuration *helmaction.Configuration) (string, error) {
	found, err := helmaction.NewGet(configuration).Run(c.request.Release)
	if err != nil {
		return "", err
	}
	accessor, err := release.NewAccessor(found)
	if err != nil {
		return "", err
	}
	var manifests strings.Builder
	for _, hook := range accessor.Hooks() {
		hook, err := release.NewHookAccessor(hook)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&manifests, "---\n# Source: %s\n%s\n", hook.Path(), hook.Manifest())
	}
	return manifests.String(), nil
}

// The manifests of an upgrade, rendered by what the cluster has.
func template(c *call, configuration *helmaction.Configuration) (string, error) {
	return c.manifests(configuration, helmaction.DryRunServer, true)
}

// The manifests of a first install, rendered without a cluster.
func render(c *call, configuration *helmaction.Configuration) (string, error) {
	return c.manifests(configuration, helmaction.DryRunClient, false)
}

func (c *call) manifests(configuration *helmaction.Configuration, strategy helmaction.DryRunStrategy, isUpgrade bool) (string, error) {
	install := helmaction.NewInstall(configuration)
	install.ReleaseName = c.request.Release
	install.Namespace = c.request.Namespace
	install.DryRunStrategy = strategy
	// No look at whether the name is taken.
	install.Replace = true
	install.IsUpgrade = isUpgrade
	install.ServerSideApply = true
	install.WaitStrategy = kube.HookOnlyStrategy
	rendered, err := c.install(install)
	if err != nil {
		return "", err
	}
	var manifests strings.Builder
	fmt.Fprintln(&manifests, strings.TrimSpace(rendered.Manifest))
	for _, hook := range rendered.Hooks {
		fmt.Fprintf(&manifests, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return manifests.String(), nil
}

type listed struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	Status    string `json:"status"`
}

func list(c *call, configuration *helmaction.Configuration) (string, error) {
	list := helmaction.NewList(configuration)
	list.Filter = c.request.Filter
	list.StateMask = helmaction.ListAll
	found, err := list.Run()
	if err != nil {
		return "", err
	}
	rows := make([]listed, 0, len(found))
	for _, each := range found {
		one, ok := each.(*releasev1.Release)
		if !ok {
			return "", fmt.Errorf("unsupported release type: %T", each)
		}
		rows = append(rows, listed{one.Name, one.Namespace, one.Version, one.Info.Status.String()})
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// What there is to say against a chart, warnings included.
func lint(c *call, _ *helmaction.Configuration) (string, error) {
	values, err := c.values()
	if err != nil {
		return "", err
	}
	linter := helmaction.NewLint()
	linter.Strict, linter.Namespace = true, c.request.Namespace
	result := linter.Run([]string{c.request.Chart}, values)
	if !helmaction.HasWarningsOrErrors(result) {
		return "", nil
	}
	var objections strings.Builder
	fmt.Fprintf(&objections, "1 chart(s) linted, 1 chart(s) failed\n==> Linting %s\n", c.request.Chart)
	if len(result.Messages) == 0 {
		for _, err := range result.Errors {
			fmt.Fprintf(&objections, "Error %s\n", err)
		}
	}
	for _, message := range result.Messages {
		if message.Severity > support.InfoSev {
			fmt.Fprintf(&objections, "%s\n", message)
		}
	}
	return "", errors.New(objections.String())
}

func (c *call) values() (map[string]any, error) {
	values, err := loaderv2.LoadValues(strings.NewReader(c.request.Values))
	if err != nil {
		return nil, fmt.Errorf("failed to parse -: %w", err)
	}
	return values, nil
}

func isUninstalled(revisions []release.Releaser) bool {
	if len(revisions) == 0 {
		return false
	}
	last, ok := revisions[len(revisions)-1].(*releasev1.Release)
	return ok && last.Info.Status == releasecommon.StatusUninstalled
}

// The chart and the values, with the same objections as Helm's own program has to them.
func (c *call) chart(options *helmaction.ChartPathOptions) (chart.Charter, map[string]any, error) {
	path, err := options.LocateChart(c.request.Chart, cli.New())
	if err != nil {
		return nil, nil, err
	}
	values, err := c.values()
	if err != nil {
		return nil, nil, err
	}
	loaded, err := loader.Load(path)
	if err != nil {
		return nil, nil, err
	}
	accessor, err := chart.NewAccessor(loaded)
	if err != nil {
		return nil, nil, err
	}
	if required := accessor.MetaDependencies(); len(required) > 0 {
		if err := helmaction.CheckDependencies(loaded, required); err != nil {
			return nil, nil, fmt.Errorf("an error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: %w", err)
		}
	}
	return loaded, values, nil
}
