{{/*
A pod of a check or of the sentinel. Takes the root as "root", the name after that of the release as "name", the command as
"command", and its weight as "weight": pods run in the order of rising weights.
*/}}
{{- define "<%= it.name %>.check" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "<%= it.name %>.labels" .root | nindent 4 }}
    app.kubernetes.io/component: check
  annotations:
    helm.sh/hook: test
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  restartPolicy: Never
  {{- include "<%= it.name %>.pod" .root | nindent 2 }}
  containers:
    - name: check
      {{- include "<%= it.name %>.container" .root | nindent 6 }}
      command: {{ .command | toJson }}
      resources:
        requests: { cpu: 25m, memory: 32Mi }
        limits: { memory: 128Mi }
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: tmp
      emptyDir: {}
{{- end }}
