{{/*
A pod of a check or of the sentinel. Takes the root as "root", the name after that of the release as "name", the arguments of the
program as "arguments", for what does not come first its weight as "weight", and its ServiceAccount, if it asks the API server, as "account".
*/}}
{{- define "minio.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "minio.labels" .root | nindent 4 }}
    app.kubernetes.io/component: check
  annotations:
    helm.sh/hook: test
    {{- with .weight }}
    helm.sh/hook-weight: {{ . | quote }}
    {{- end }}
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  restartPolicy: Never
  activeDeadlineSeconds: 300
  enableServiceLinks: false
  {{- with .account }}
  serviceAccountName: {{ . }}
  {{- end }}
  automountServiceAccountToken: {{ hasKey . "account" }}
  terminationGracePeriodSeconds: 1
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    {{- include "minio.podSecurity" .root | nindent 4 }}
  containers:
    - name: check
      image: {{ include "minio.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command:
        - /bin/bash
        {{- range .arguments }}
        - {{ . | quote }}
        {{- end }}
      env:
        {{- include "minio.credentials" .root | nindent 8 }}
      resources:
        requests: { cpu: 25m, memory: 32Mi }
        limits: { memory: 64Mi }
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        {{- include "minio.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: checks, mountPath: /checks }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: checks
      configMap:
        name: {{ .root.Release.Name }}-checks
    - name: tmp
      emptyDir: {}
{{- end }}
