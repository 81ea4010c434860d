{{/*
A pod of a check or of the sentinel. Takes the root as "root", the name after that of the release as "name", the arguments of the
program as "arguments", and for what does not come first its weight as "weight".
*/}}
{{- define "zeppelin.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "zeppelin.labels" .root | nindent 4 }}
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
    {{- include "zeppelin.podSecurity" .root | nindent 4 }}
  containers:
    - name: check
      image: {{ include "zeppelin.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command:
        - python3
        {{- range .arguments }}
        - {{ . | quote }}
        {{- end }}
      resources:
        requests: { cpu: 25m, memory: 32Mi }
        limits: { memory: 96Mi }
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        {{- include "zeppelin.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: checks, mountPath: /checks, readOnly: true }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: checks
      configMap:
        name: {{ .root.Release.Name }}-checks
    - name: tmp
      emptyDir: {}
{{- end }}
