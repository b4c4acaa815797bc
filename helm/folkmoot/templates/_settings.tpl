{{/* What is worked out from the values, each in one place. */}}

{{/* The most replicas there can be. */}}
{{- define "folkmoot.replicas" -}}
{{ ternary .Values.autoscaling.max .Values.replicas .Values.autoscaling.enabled }}
{{- end -}}

{{/* Seconds that a replica goes on taking requests after it said that it leaves: for as long the
     cluster's proxies may still send it some. */}}
{{- define "folkmoot.leaveSeconds" -}}
{{ dig "server" "leave_seconds" 5 .Values.config | int }}
{{- end -}}

{{/* It leaves, drains, and has five seconds to end; the settings' own default of draining is 10. */}}
{{- define "folkmoot.graceSeconds" -}}
{{ add (include "folkmoot.leaveSeconds" .) (dig "server" "drain_seconds" 10 .Values.config | int) 5 }}
{{- end -}}

{{- define "folkmoot.publicUrl" -}}
{{ dig "server" "public_url" "" .Values.config }}
{{- end -}}

{{- define "folkmoot.host" -}}
{{ get (urlParse (include "folkmoot.publicUrl" .)) "hostname" }}
{{- end -}}

{{/* A variable from a secret: its name, the secret's, the key. */}}
{{- define "folkmoot.fromSecret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef: {name: {{ index . 1 | quote }}, key: {{ index . 2 | quote }}}
{{- end -}}

{{- define "folkmoot.databaseVariable" -}}
{{- if eq .Values.database.kind "sqlite" -}}
- {name: FOLKMOOT__DATABASE__URL, value: sqlite:///var/lib/folkmoot/folkmoot.db}
{{- else -}}
{{- with .Values.database.secret -}}
{{ include "folkmoot.fromSecret" (list "FOLKMOOT__DATABASE__URL" .name .key) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "folkmoot.variables" -}}
{{- /* Also for commands that are run in the pod: they must go by the same rules. */}}
- {name: FOLKMOOT_CONFIG, value: /etc/folkmoot/folkmoot.toml}
- {name: FOLKMOOT__SERVER__LISTEN, value: "0.0.0.0:8080"}
- {name: FOLKMOOT__SERVER__MANAGEMENT_LISTEN, value: "0.0.0.0:8081"}
- {name: FOLKMOOT__SERVER__LEAVE_SECONDS, value: {{ include "folkmoot.leaveSeconds" . | quote }}}
{{- if .Values.documents }}
- {name: FOLKMOOT__DOCUMENTS__LIST, value: /etc/folkmoot/documents.json}
{{- end }}
{{ include "folkmoot.databaseVariable" . }}
{{- with .Values.database.replica.secret }}
{{- if .name }}
{{ include "folkmoot.fromSecret" (list "FOLKMOOT__DATABASE__REPLICA_URL" .name .key) }}
{{- end }}
{{- end }}
{{- with .Values.redis.secret }}
{{- if .name }}
{{ include "folkmoot.fromSecret" (list "FOLKMOOT__REDIS__URL" .name .key) }}
{{- end }}
{{- end }}
{{- with .Values.metrics.secret }}
{{- if .name }}
- {name: FOLKMOOT__METRICS__TOKEN_ENV, value: FOLKMOOT_METRICS_TOKEN}
{{ include "folkmoot.fromSecret" (list "FOLKMOOT_METRICS_TOKEN" .name .key) }}
{{- end }}
{{- end }}
{{- range .Values.regionSecrets }}
{{ include "folkmoot.fromSecret" (list .variable .secret .key) }}
{{- end }}
{{- end -}}

{{/* The program needs no rights, writes to no disk but the database's, and is nobody. */}}
{{- define "folkmoot.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "folkmoot.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "folkmoot.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "folkmoot.placement" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "priorityClassName" }}
{{- with get $.Values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
