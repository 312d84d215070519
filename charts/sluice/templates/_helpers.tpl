{{- define "sluice.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of one part: (list . "gateway"). */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Name and labels of an object: (list . "gateway" "-suffix"). */}}
{{- define "sluice.metadata" -}}
name: {{ include "sluice.fullname" (index . 0) }}{{ index . 2 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "sluice.labels" (list (index . 0) (index . 1)) | nindent 2 }}
{{- end -}}

{{/* (list . .Values.gateway.image). A digest is what is really pulled, the tag then only tells people. */}}
{{- define "sluice.image" -}}
{{- $image := index . 1 -}}
{{- with (index . 0).Values.image.registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- $image.repository }}:{{ $image.tag | default (index . 0).Chart.AppVersion }}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{/* What both kinds of pods have in common: (list . .Values.gateway "gateway"). */}}
{{- define "sluice.pod" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
enableServiceLinks: false
securityContext:
  {{- include "sluice.podSecurity" $root.Values.podSecurity | nindent 2 }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "sluice.selector" (list $root (index . 2)) | nindent 8 }}
{{- with $part.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* The restricted profile. Where the platform chooses the ids (OpenShift), they are null here. */}}
{{- define "sluice.podSecurity" -}}
runAsNonRoot: true
{{- with .runAsUser }}
runAsUser: {{ . }}
{{- end }}
{{- with .runAsGroup }}
runAsGroup: {{ . }}
{{- end }}
{{- with .fsGroup }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "sluice.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ ALL ]
{{- end -}}

{{- define "sluice.javaOptions" -}}
- name: JDK_JAVA_OPTIONS
  value: -XX:MaxRAMPercentage={{ .heapPercent }} -XX:+ExitOnOutOfMemoryError
- name: SLUICE_LOG_LEVEL
  value: {{ .logLevel }}
{{- end -}}

{{- define "sluice.redisSecret" -}}
{{ .Values.redis.existingSecret | default (printf "%s-redis" (include "sluice.fullname" .)) }}
{{- end -}}

{{/* SLUICE_REDIS: a command line would show the password to whoever can see the pod. */}}
{{- define "sluice.redisUrl" -}}
{{- if .Values.redis.enabled -}}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "sluice.redisSecret" . }}
      key: {{ .Values.redis.existingSecretKey }}
- name: SLUICE_REDIS
  value: redis://:$(REDIS_PASSWORD)@{{ include "sluice.fullname" . }}-redis.{{ .Release.Namespace }}.svc:6379
{{- else -}}
- name: SLUICE_REDIS
  valueFrom:
    secretKeyRef:
      name: {{ required "redis.external.secretName: \"\" (expected: a Secret with the URL of your Redis, or redis.enabled)" .Values.redis.external.secretName }}
      key: {{ .Values.redis.external.secretKey }}
{{- end -}}
{{- end -}}

{{- define "sluice.redisTlsMount" -}}
{{- if and (not .Values.redis.enabled) .Values.redis.external.tlsSecretName }}
- name: redis-tls
  mountPath: /etc/sluice/redis-tls
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "sluice.redisTlsVolume" -}}
{{- if and (not .Values.redis.enabled) .Values.redis.external.tlsSecretName }}
- name: redis-tls
  secret:
    secretName: {{ .Values.redis.external.tlsSecretName }}
    defaultMode: 0440
{{- end -}}
{{- end -}}

{{/* The name that Envoy asks for and that the operator's certificate bears. */}}
{{- define "sluice.adsHost" -}}
{{ include "sluice.fullname" . }}-ads.{{ .Release.Namespace }}.svc
{{- end -}}

{{/* The Secret with ca.crt, tls.crt and tls.key of one end: (list . "gateway"). */}}
{{- define "sluice.adsSecret" -}}
{{- $root := index . 0 -}}
{{- if eq $root.Values.ads.tls.mode "existing" -}}
{{- $value := printf "%sSecret" (index . 1) -}}
{{- required (printf "ads.tls.existing.%s: \"\" (expected: the name of a Secret, since ads.tls.mode is existing)" $value) (index $root.Values.ads.tls.existing $value) -}}
{{- else -}}
{{ include "sluice.fullname" $root }}-ads-{{ index . 1 }}
{{- end -}}
{{- end -}}

{{/* What clients speak to the gateway. */}}
{{- define "sluice.scheme" -}}
{{ ternary "https" "http" (not (empty .Values.gateway.tls.secretName)) }}
{{- end -}}

{{- define "sluice.watched" -}}
{{- join "," (.Values.watch.namespaces | default (list .Release.Namespace)) -}}
{{- end -}}

{{/* All that the operator may do with what it watches; nothing here deletes. */}}
{{- define "sluice.watchRules" -}}
- apiGroups: [ sluice.dev ]
  resources: [ providers, teams, virtualkeys, mcpservers ]
  verbs: [ get, list, watch ]
# Server-side apply is a patch.
- apiGroups: [ sluice.dev ]
  resources: [ providers/status, teams/status, virtualkeys/status, mcpservers/status ]
  verbs: [ patch ]
# Credentials of providers are read; the Secrets of keys are made, and rotated.
- apiGroups: [ "" ]
  resources: [ secrets ]
  verbs: [ get, list, watch, create, update ]
- apiGroups: [ "" ]
  resources: [ events ]
  verbs: [ create ]
{{- end -}}
