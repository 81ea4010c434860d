{{/* Labels of every object. */}}
{{- define "hbase.labels" -}}
{{ include "hbase.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: bigdata
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels that never change: selectors, claims. */}}
{{- define "hbase.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hbase.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Pod: what no workload and no check may do. */}}
{{- define "hbase.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Container: likewise. */}}
{{- define "hbase.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
Keeps the pods of one role apart, each on a node of its own. Takes the root as "root", the role as "role" and its values, of which
antiAffinity is preferred or required, as "values".
*/}}
{{- define "hbase.antiAffinity" -}}
podAntiAffinity:
  {{- if eq .values.antiAffinity "required" }}
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "hbase.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- else }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "hbase.selector" .root | nindent 12 }}
            app.kubernetes.io/component: {{ .role }}
  {{- end }}
{{- end }}

{{/* What all pods of one role have in common. Takes the root as "root", the role as "role" and its values as "values". */}}
{{- define "hbase.pod" -}}
enableServiceLinks: false
automountServiceAccountToken: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "hbase.podSecurity" .root | nindent 2 }}
{{- end }}

{{/* Where the pods of one role may run. Takes the same. */}}
{{- define "hbase.placement" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "hbase.selector" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A configuration file made of a dictionary. */}}
{{- define "hbase.site" -}}
<?xml version="1.0"?>
<configuration>
{{- range $key, $value := . }}
  <property><name>{{ $key | html }}</name><value>{{ if kindIs "float64" $value }}{{ if eq (floor $value) $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}{{ else }}{{ $value | toString | html }}{{ end }}</value></property>
{{- end }}
</configuration>
{{- end }}
