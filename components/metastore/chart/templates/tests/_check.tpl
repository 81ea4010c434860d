{{/*
A pod of a check or of the sentinel. Takes the root as "root", the name after that of the release as "name", the arguments of the
program as "arguments", and for what does not come first its weight as "weight".
*/}}
{{- define "metastore.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "metastore.labels" .root | nindent 4 }}
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
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    {{- include "metastore.podSecurity" .root | nindent 4 }}
  containers:
    - name: check
      image: {{ include "metastore.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command:
        - /opt/metastore/bin/check
        {{- range .arguments }}
        - {{ . | quote }}
        {{- end }}
      resources:
        requests: { cpu: 25m, memory: 128Mi }
        limits: { memory: 256Mi }
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        {{- include "metastore.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: tmp
      emptyDir: {}
{{- end }}
