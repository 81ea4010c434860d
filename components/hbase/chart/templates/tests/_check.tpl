{{/*
A pod of a check or of the sentinel. Takes the root as "root", the name after that of the release as "name", the arguments of the
program as "arguments", and for what does not come first its weight as "weight".
*/}}
{{- define "hbase.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "hbase.labels" .root | nindent 4 }}
    app.kubernetes.io/component: check
  annotations:
    helm.sh/hook: test
    {{- with .weight }}
    helm.sh/hook-weight: {{ . | quote }}
    {{- end }}
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  {{- include "hbase.pod" (dict "root" .root) | nindent 2 }}
  restartPolicy: Never
  activeDeadlineSeconds: 300
  terminationGracePeriodSeconds: 1
  containers:
    - name: check
      image: {{ include "hbase.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command:
        - /opt/hbase/bin/check
        {{- range .arguments }}
        - {{ . | quote }}
        {{- end }}
      resources:
        requests: { cpu: 25m, memory: 128Mi }
        limits: { memory: 320Mi }
      terminationMessagePolicy: FallbackToLogsOnError
      securityContext:
        {{- include "hbase.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: config, mountPath: /etc/hbase }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: config
      configMap:
        name: {{ .root.Release.Name }}-config
    - name: tmp
      emptyDir: {}
{{- end }}
