{{/* Labels of every object. */}}
{{- define "hdfs.labels" -}}
{{ include "hdfs.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: bigdata
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels that never change: selectors, claims. */}}
{{- define "hdfs.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hdfs.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Pod: what no workload and no check may do. */}}
{{- define "hdfs.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Container: likewise. */}}
{{- define "hdfs.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
Keeps the pods of one role apart, each on a node of its own. Takes the root as "root", the role as "role" and its values, of which
antiAffinity is preferred or required, as "values".
*/}}
{{- define "hdfs.antiAffinity" -}}
podAntiAffinity:
  {{- if eq .values.antiAffinity "required" }}
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "hdfs.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- else }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "hdfs.selector" .root | nindent 12 }}
            app.kubernetes.io/component: {{ .role }}
  {{- end }}
{{- end }}

{{/* What all pods of one role have in common. Takes the root as "root", the role as "role" and its values as "values". */}}
{{- define "hdfs.pod" -}}
enableServiceLinks: false
automountServiceAccountToken: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "hdfs.podSecurity" .root | nindent 2 }}
{{- end }}

{{/* Where the pods of one role may run. Takes the same. */}}
{{- define "hdfs.placement" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "hdfs.selector" .root | nindent 8 }}
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

{{/* The volume or the claim that a role's data lies on. Takes the same. */}}
{{- define "hdfs.claim" -}}
- metadata:
    name: data
    labels:
      {{- include "hdfs.selector" .root | nindent 6 }}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .root.Values.persistence.storageClass }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .values.size }}
{{- end }}

{{/* A configuration file of Hadoop made of a dictionary. */}}
{{- define "hdfs.site" -}}
<?xml version="1.0"?>
<configuration>
{{- range $key, $value := . }}
  <property><name>{{ $key | html }}</name><value>{{ if kindIs "float64" $value }}{{ if eq (floor $value) $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}{{ else }}{{ $value | toString | html }}{{ end }}</value></property>
{{- end }}
</configuration>
{{- end }}
