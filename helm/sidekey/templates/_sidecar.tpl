{{/*
For a pod of yours, with this chart as a dependency and `sidekey.mode: sidecar` (docs/kubernetes.md). Each takes
.Subcharts.sidekey:
  sidekey.sidecar.container     an entry of initContainers: starts first, ends last (restartPolicy: Always)
  sidekey.sidecar.volumes       entries of volumes
  sidekey.sidecar.env           entries of the agent container's env
  sidekey.sidecar.volumeMounts  entries of the agent container's volumeMounts: what it must trust, and nothing else of Sidekey's
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
{{- range list "NODE_EXTRA_CA_CERTS" "DENO_CERT" }}
- { name: {{ . }}, value: "{{ $.Values.sidecar.caMountPath }}/additions.pem" }
{{- end }}
{{- range list "SSL_CERT_FILE" "REQUESTS_CA_BUNDLE" "CURL_CA_BUNDLE" "GIT_SSL_CAINFO" "AWS_CA_BUNDLE" "PIP_CERT" }}
- { name: {{ . }}, value: "{{ $.Values.sidecar.caMountPath }}/roots.pem" }
{{- end }}
- name: JAVA_TOOL_OPTIONS
  value: >-
    -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=7070 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=7070
    -Djavax.net.ssl.trustStore={{ .Values.sidecar.caMountPath }}/roots.p12 -Djavax.net.ssl.trustStorePassword=changeit
{{- end }}
{{- end }}

{{- define "sidekey.sidecar.volumeMounts" -}}
{{- if .Values.sidecar.proxy }}
- { name: sidekey-trust, mountPath: {{ .Values.sidecar.caMountPath }}, readOnly: true }
{{- end }}
{{- end }}
