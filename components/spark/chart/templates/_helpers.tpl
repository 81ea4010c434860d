{{/* Labels of every object. */}}
{{- define "spark.labels" -}}
{{ include "spark.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: bigdata
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels that never change: selectors, claims. */}}
{{- define "spark.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "spark.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Pod: what no workload and no check may do. */}}
{{- define "spark.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Container: likewise. */}}
{{- define "spark.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
Keeps the pods of one role apart, each on a node of its own. Takes the root as "root", the role as "role" and its values, of which
antiAffinity is preferred or required, as "values".
*/}}
{{- define "spark.antiAffinity" -}}
podAntiAffinity:
  {{- if eq .values.antiAffinity "required" }}
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "spark.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- else }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "spark.selector" .root | nindent 12 }}
            app.kubernetes.io/component: {{ .role }}
  {{- end }}
{{- end }}

{{/* Access to the object store, from its one Secret: for workers, whose executors inherit it, and for drivers. */}}
{{- define "spark.objectStoreAccess" -}}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef: { name: {{ .Values.objectStore.existingSecret }}, key: accessKey }
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef: { name: {{ .Values.objectStore.existingSecret }}, key: secretKey }
{{- end }}

{{/* The address that a daemon or driver binds and tells to others. */}}
{{- define "spark.ownAddress" -}}
- name: SPARK_LOCAL_HOSTNAME
  valueFrom:
    fieldRef: { fieldPath: status.podIP }
{{- end }}
