{{/* Labels of every object. */}}
{{- define "minio.labels" -}}
{{ include "minio.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: bigdata
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels that never change: selectors, claims. */}}
{{- define "minio.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "minio.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Pod: what no workload and no check may do. */}}
{{- define "minio.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Container: likewise. */}}
{{- define "minio.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Name of the Secret with the credentials. */}}
{{- define "minio.secret" -}}
{{ .Values.credentials.existingSecret | default .Release.Name }}
{{- end }}

{{/* Environment: the server's own credentials, and those of its users, which may be changed while the previous ones stay valid. */}}
{{- define "minio.credentials" -}}
- name: MINIO_ROOT_USER
  valueFrom:
    secretKeyRef: { name: {{ include "minio.secret" . }}, key: rootUser }
- name: MINIO_ROOT_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ include "minio.secret" . }}, key: rootPassword }
- name: ACCESS_KEY
  valueFrom:
    secretKeyRef: { name: {{ include "minio.secret" . }}, key: accessKey }
- name: SECRET_KEY
  valueFrom:
    secretKeyRef: { name: {{ include "minio.secret" . }}, key: secretKey }
- name: PREVIOUS_ACCESS_KEY
  valueFrom:
    secretKeyRef: { name: {{ include "minio.secret" . }}, key: previousAccessKey, optional: true }
- name: PREVIOUS_SECRET_KEY
  valueFrom:
    secretKeyRef: { name: {{ include "minio.secret" . }}, key: previousSecretKey, optional: true }
{{- end }}
