{{/* What things are called. */}}

{{- define "folkmoot.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains "folkmoot" $name) -}}{{- $name = printf "%s-folkmoot" $name -}}{{- end -}}
{{- $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* What pods of a part are found by; it never changes. Takes the root and the part. */}}
{{- define "folkmoot.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: folkmoot
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "folkmoot.labels" -}}
{{- $root := index . 0 -}}
{{ include "folkmoot.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end -}}

{{/* The head of whatever belongs to the gateway itself. */}}
{{- define "folkmoot.metadata" -}}
name: {{ include "folkmoot.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "folkmoot.labels" (list . "gateway") | nindent 2 }}
{{- end -}}

{{- define "folkmoot.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "folkmoot.account" -}}
{{ .Values.serviceAccount.name | default (include "folkmoot.name" .) }}
{{- end -}}
