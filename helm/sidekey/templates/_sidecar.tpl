{{/*
For a pod of yours, with this chart as a dependency and `sidekey.mode: sidecar` (docs/kubernetes.md). Each takes
.Subcharts.sidekey:
  sidekey.sidecar.container     an entry of initContainers: starts first, ends last (restartPolicy: Always)
  sidekey.sidecar.volumes       entries of volumes
  sidekey.sidecar.env           entries of the agent container's env
  sidekey.sidecar.volumeMounts  entries of the agent container's volumeMounts: Sidekey's CA, and nothing else of its state
  sidekey.sidecar.podSecurity   the pod's securityContext
*/}}
{{- define "sidekey.sidecar.container" -}}
{{ include "sidekey.container" . }}
restartPolicy: Always
{{- end }}

{{- define "sidekey.sidecar.volumes" -}}
{{ include "sidekey.volumes" . }}
{{- end }}

{{- define "sidekey.sidecar.podSecurity" -}}
{{ toYaml .Values.podSecurityContext }}
{{- end }}

{{- define "sidekey.sidecar.env" -}}
- { name: SIDEKEY_URL, value: "http://127.0.0.1:7070" }
{{- if .Values.sidecar.proxy }}
{{- range list "HTTP_PROXY" "http_proxy" "HTTPS_PROXY" "https_proxy" }}
- { name: {{ . }}, value: "http://127.0.0.1:7070" }
{{- end }}
{{- range list "NO_PROXY" "no_proxy" }}
- { name: {{ . }}, value: {{ $.Values.sidecar.noProxy | quote }} }
{{- end }}
- { name: NODE_USE_ENV_PROXY, value: "1" }
- { name: NODE_EXTRA_CA_CERTS, value: "{{ .Values.sidecar.caMountPath }}/ca.pem" }
{{- end }}
{{- end }}

{{- define "sidekey.sidecar.volumeMounts" -}}
{{- if .Values.sidecar.proxy }}
- { name: sidekey-state, mountPath: {{ .Values.sidecar.caMountPath }}/ca.pem, subPath: ca.pem, readOnly: true }
{{- end }}
{{- end }}
