{{/* Labels of every object. */}}
{{- define "presto.labels" -}}
{{ include "presto.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: bigdata
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels that never change: selectors, claims. */}}
{{- define "presto.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "presto.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Pod: what no workload and no check may do. */}}
{{- define "presto.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Container: likewise. */}}
{{- define "presto.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
Keeps the pods of one role apart, each on a node of its own. Takes the root as "root", the role as "role" and its values, of which
antiAffinity is preferred or required, as "values".
*/}}
{{- define "presto.antiAffinity" -}}
podAntiAffinity:
  {{- if eq .values.antiAffinity "required" }}
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "presto.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- else }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "presto.selector" .root | nindent 12 }}
            app.kubernetes.io/component: {{ .role }}
  {{- end }}
{{- end }}

{{/* Environment of a server: its address, the access to the object store from its one Secret, and what further catalogs need. */}}
{{- define "presto.environment" -}}
env:
  - name: POD_IP
    valueFrom:
      fieldRef: { fieldPath: status.podIP }
  - name: AWS_ACCESS_KEY_ID
    valueFrom:
      secretKeyRef: { name: {{ .Values.objectStore.existingSecret }}, key: accessKey }
  - name: AWS_SECRET_ACCESS_KEY
    valueFrom:
      secretKeyRef: { name: {{ .Values.objectStore.existingSecret }}, key: secretKey }
{{- end }}

{{/* Probes of a server. */}}
{{- define "presto.probes" -}}
startupProbe:
  exec:
    command: &started [/opt/presto/bin/started]
  periodSeconds: 2
  timeoutSeconds: 10
  failureThreshold: 1800
readinessProbe:
  exec:
    command: *started
  periodSeconds: 10
  timeoutSeconds: 10
livenessProbe:
  httpGet: { path: /v1/info, port: http }
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
{{- end }}

{{/* Volumes of a server; its argument is the context, with the name of its part. */}}
{{- define "presto.volumes" -}}
- name: config
  configMap:
    name: {{ .Release.Name }}-{{ .part }}
- name: catalogs
  configMap:
    name: {{ .Release.Name }}-catalogs
- name: data
  emptyDir: {}
- name: tmp
  emptyDir: {}
{{- end }}

{{- define "presto.volumeMounts" -}}
- { name: config, mountPath: /etc/presto }
- { name: catalogs, mountPath: /etc/presto-catalogs }
- { name: data, mountPath: /opt/presto/data }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{/* Lines of a properties file, sorted. */}}
{{- define "presto.properties" -}}
{{- range $key, $value := . }}
{{ $key }}={{ if kindIs "float64" $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end }}

{{/* What both kinds of servers have in config.properties. */}}
{{- define "presto.common" -}}
node.environment: {{ .Release.Name | replace "-" "_" }}
http-server.http.port: "8080"
http-server.log.enabled: "false"
query.max-memory: 256MB
query.max-memory-per-node: 128MB
query.max-total-memory-per-node: 192MB
memory.heap-headroom-per-node: 64MB
{{- end }}
