{{/*
A pod of a check or of the sentinel. Takes the root as "root", the name after that of the release as "name", the arguments of the
program as "arguments", and for what does not come first its weight as "weight".
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
    helm.sh/hook: test
    {{- with .weight }}
    helm.sh/hook-weight: {{ . | quote }}
    {{- end }}
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  {{- include "hdfs.pod" (dict "root" .root) | nindent 2 }}
  restartPolicy: Never
  activeDeadlineSeconds: 300
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
    - name: tmp
      emptyDir: {}
{{- end }}
