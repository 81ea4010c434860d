{{/*
A pod of a check or of the sentinel, or of another hook, which is "hook". Takes the root as "root", the name after that of the
release as "name", the arguments of the program as "arguments", and for what does not come first its weight as "weight".
*/}}
{{- define "kafka.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "kafka.labels" .root | nindent 4 }}
    app.kubernetes.io/component: check
  annotations:
    helm.sh/hook: {{ .hook | default "test" }}
    {{- with .weight }}
    helm.sh/hook-weight: {{ . | quote }}
    {{- end }}
    helm.sh/hook-delete-policy: before-hook-creation{{ if .hook }},hook-succeeded{{ end }}
spec:
  restartPolicy: Never
  {{- if not .hook }}
  activeDeadlineSeconds: 300
  {{- end }}
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
    {{- include "kafka.podSecurity" .root | nindent 4 }}
  containers:
    - name: check
      image: {{ include "kafka.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command:
        - /opt/kafka/bin/check
        {{- range .arguments }}
        - {{ . | quote }}
        {{- end }}
      resources:
        requests: { cpu: 25m, memory: 96Mi }
        limits: { memory: 256Mi }
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        {{- include "kafka.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: config, mountPath: /etc/kafka }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: config
      configMap:
        name: {{ .root.Release.Name }}-config
        {{- if .hook }}
        # Of an install that failed before, it may not be there.
        optional: true
        {{- end }}
    - name: tmp
      emptyDir: {}
{{- end }}
