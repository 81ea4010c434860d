{{/* Labels of every object. */}}
{{- define "volumes.labels" -}}
{{ include "volumes.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: bigdata
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels that never change: selectors, claims. */}}
{{- define "volumes.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "volumes.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Pod: what no workload and no check may do. */}}
{{- define "volumes.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Container: likewise. */}}
{{- define "volumes.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Name of the provisioner: several stacks in one cluster each have their own. */}}
{{- define "volumes.provisioner" -}}
{{ .Release.Namespace }}.bigdata.dev/{{ .Release.Name }}
{{- end }}

{{- define "volumes.class" -}}
{{ .Values.storageClass.name | default (printf "%s-local" .Release.Namespace) }}
{{- end }}

{{/* "true" or "false": another class that is the default already stays the only one. */}}
{{- define "volumes.isDefault" -}}
{{- $isDefault := eq .Values.defaultClass "always" }}
{{- if eq .Values.defaultClass "auto" }}
  {{- $isDefault = true }}
  {{- range (lookup "storage.k8s.io/v1" "StorageClass" "" "").items | default list }}
    {{- $mark := index (.metadata.annotations | default dict) "storageclass.kubernetes.io/is-default-class" }}
    {{- if and (ne .metadata.name (include "volumes.class" $)) (eq (toString $mark) "true") }}
      {{- $isDefault = false }}
    {{- end }}
  {{- end }}
{{- end }}
{{- $isDefault }}
{{- end }}
