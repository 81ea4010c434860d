{{/*
A pod of a check or of the sentinel, or of another hook, which is "hook". Takes the root as "root", the name after that of the
release as "name", the arguments of the program as "arguments", and for what does not come first its weight as "weight".
*/}}
{{- define "hdfs.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "hdfs.labels" .root | nindent 4 }}
    app.kubernetes.io/component: check
  annotations:
    helm.sh/hook: {{ .hook | default "test" }}
    {{- with .weight }}
    helm.sh/hook-weight: {{ . | quote }}
    {{- end }}
    helm.sh/hook-delete-policy: before-hook-creation{{ if .hook }},hook-succeeded{{ end }}
spec:
  {{- include "hdfs.pod" (dict "root" .root) | nindent 2 }}
  restartPolicy: Never
  {{- if not .hook }}
  activeDeadlineSeconds: 300
  {{- end }}
  terminationGracePeriodSeconds: 1
  containers:
    - name: check
      image: {{ include "hdfs.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command:
        - /opt/hadoop/bin/check
        {{- range .arguments }}
        - {{ . | quote }}
        {{- end }}
      resources:
        requests: { cpu: 25m, memory: 96Mi }
        limits: { memory: 256Mi }
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        {{- include "hdfs.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: config, mountPath: /etc/hadoop }
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
