{{- define "sidekey.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "sidekey.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "sidekey.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "sidekey.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "sidekey.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sidekey.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sidekey.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "sidekey.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "sidekey.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "sidekey.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "sidekey.fullname" .) .Values.serviceAccount.name }}
{{- else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{- define "sidekey.tokenSecret" -}}
{{ .Values.agents.existingSecret | default (printf "%s-agents" (include "sidekey.fullname" .)) }}
{{- end }}

{{- define "sidekey.adminSecret" -}}
{{ .Values.adminToken.existingSecret | default (printf "%s-admin" (include "sidekey.fullname" .)) }}
{{- end }}

{{/* A random token for each of .names in the Secret .name; an upgrade keeps those that the cluster has. */}}
{{- define "sidekey.tokens" -}}
{{- $held := dict }}
{{- if .root.Release.IsUpgrade }}
{{- $held = (lookup "v1" "Secret" .root.Release.Namespace .name).data | default dict }}
{{- end }}
{{- range .names }}
{{ . }}: {{ get $held . | default (randAlphaNum 40 | b64enc) | quote }}
{{- end }}
{{- end }}

{{- define "sidekey.publicUrl" -}}
{{- if .Values.publicUrl }}{{ .Values.publicUrl }}
{{- else if .Values.ingress.enabled }}{{ printf "%s://%s" (ternary "https" "http" (not (empty .Values.ingress.tls))) (first .Values.ingress.hosts) }}
{{- else if .Values.httpRoute.enabled }}https://{{ first .Values.httpRoute.hostnames }}
{{- end }}
{{- end }}

{{/* "true" where an agent beside Sidekey is given what it must trust. */}}
{{- define "sidekey.sharesTrust" -}}
{{ and (eq .Values.mode "sidecar") .Values.sidecar.proxy }}
{{- end }}

{{/* sidekey.yaml: what the values say, and below it what the chart knows. */}}
{{- define "sidekey.config" -}}
{{- $gateway := eq .Values.mode "gateway" }}
{{- $known := dict "listen" (ternary "0.0.0.0:7070" "127.0.0.1:7070" $gateway) "admin-listen" "0.0.0.0:7071" "browser" "none" "state-dir" "/var/lib/sidekey" }}
{{- with include "sidekey.publicUrl" . }}{{ $_ := set $known "public-url" . }}{{ end }}
{{- if $gateway }}
{{- $_ := set $known "admin-token-file" "/run/secrets/sidekey-admin/admin" }}
{{- if .Values.agents.open }}{{ $_ := set $known "agents" "open" }}
{{- else }}
{{- $agents := dict }}
{{- range .Values.agents.names }}{{ $_ := set $agents . (dict "token-file" (printf "/run/secrets/sidekey-agents/%s" .)) }}{{ end }}
{{- $_ := set $known "agents" $agents }}
{{- end }}
{{- end }}
{{- if eq (include "sidekey.sharesTrust" .) "true" }}{{ $_ := set $known "trust-dir" "/var/lib/sidekey-trust" }}{{ end }}
{{- $store := dict "type" .Values.store.type }}
{{- if eq .Values.store.type "redis" }}
{{- $_ := set $store "url-file" "/run/secrets/sidekey-store/url" }}
{{- $_ := set $store "key-file" "/run/secrets/sidekey-store/key" }}
{{- with .Values.store.redis.prefix }}{{ $_ := set $store "prefix" . }}{{ end }}
{{- end }}
{{- $_ := set $known "store" $store }}
{{- toYaml (mergeOverwrite $known (deepCopy .Values.config)) }}
{{- end }}
