{{/* Sidekey's container, of the gateway's pod and of a sidecar. */}}
{{- define "sidekey.container" -}}
name: sidekey
image: {{ include "sidekey.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [serve, --config, /etc/sidekey/sidekey.yaml]
{{- with .Values.env }}
env: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.envFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - { name: agents, containerPort: 7070 }
  - { name: admin, containerPort: 7071 }
{{- with .Values.startupProbe }}
startupProbe: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.livenessProbe }}
livenessProbe: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.readinessProbe }}
readinessProbe: {{- toYaml . | nindent 2 }}
{{- end }}
resources: {{- toYaml .Values.resources | nindent 2 }}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
volumeMounts:
  - { name: sidekey-config, mountPath: /etc/sidekey, readOnly: true }
  - { name: sidekey-state, mountPath: /var/lib/sidekey }
  {{- if eq (include "sidekey.sharesTrust" .) "true" }}
  - { name: sidekey-trust, mountPath: /var/lib/sidekey-trust }
  {{- end }}
  {{- if .Values.existingSecret }}
  - { name: sidekey-secrets, mountPath: /run/secrets/sidekey, readOnly: true }
  {{- end }}
  {{- if eq .Values.mode "gateway" }}
  - { name: sidekey-admin, mountPath: /run/secrets/sidekey-admin, readOnly: true }
  {{- if not .Values.agents.open }}
  - { name: sidekey-agents, mountPath: /run/secrets/sidekey-agents, readOnly: true }
  {{- end }}
  {{- end }}
  {{- if eq .Values.store.type "redis" }}
  - { name: sidekey-store, mountPath: /run/secrets/sidekey-store, readOnly: true }
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "sidekey.volumes" -}}
- name: sidekey-config
  configMap: { name: {{ .Values.existingConfigMap | default (include "sidekey.fullname" .) }} }
- name: sidekey-state
{{- if and (eq .Values.mode "gateway") .Values.persistence.enabled (eq .Values.store.type "file") }}
  persistentVolumeClaim: { claimName: {{ .Values.persistence.existingClaim | default (include "sidekey.fullname" .) }} }
{{- else }}
  emptyDir: { sizeLimit: 64Mi }
{{- end }}
{{- if eq (include "sidekey.sharesTrust" .) "true" }}
- name: sidekey-trust
  emptyDir: { sizeLimit: 4Mi }
{{- end }}
{{- with .Values.existingSecret }}
- name: sidekey-secrets
  secret: { secretName: {{ . }} }
{{- end }}
{{- if eq .Values.mode "gateway" }}
- name: sidekey-admin
  secret: { secretName: {{ include "sidekey.adminSecret" . }} }
{{- if not .Values.agents.open }}
- name: sidekey-agents
  secret: { secretName: {{ include "sidekey.tokenSecret" . }} }
{{- end }}
{{- end }}
{{- if eq .Values.store.type "redis" }}
- name: sidekey-store
  secret: { secretName: {{ .Values.store.redis.existingSecret }} }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
