{{/* What cannot work is said before anything is changed, in a sentence that says what to do. */}}

{{- define "folkmoot.refusals" -}}
{{- $values := .Values -}}
{{- $replicas := include "folkmoot.replicas" . | int -}}
{{- $sqlite := eq $values.database.kind "sqlite" -}}

{{- range $place := list "database.url" "redis.url" -}}
{{- $parts := splitList "." $place -}}
{{- if dig (first $parts) (last $parts) "" $values.config -}}
{{- fail (printf "config.%s would be readable to everyone who may read config maps: put it into a secret, and that one's name into %s.secret.name." $place (first $parts)) -}}
{{- end -}}
{{- end -}}

{{- range $place := list "server.listen" "server.management_listen" "metrics.token_env" "documents.list" -}}
{{- $parts := splitList "." $place -}}
{{- if hasKey (dig (first $parts) dict $values.config) (last $parts) -}}
{{- fail (printf "config.%s is set by this chart: leave it out." $place) -}}
{{- end -}}
{{- end -}}

{{- if and $sqlite $values.autoscaling.enabled -}}
{{- fail "SQLite serves one replica, and autoscaling.enabled asks for more: set database.kind to postgres, or autoscaling.enabled to false." -}}
{{- end -}}
{{- if and $sqlite (gt $replicas 1) -}}
{{- fail (printf "SQLite serves one replica, and replicas is %d: set database.kind to postgres, or replicas to 1." $replicas) -}}
{{- end -}}
{{- if and (not $sqlite) (not $values.database.secret.name) -}}
{{- fail "There is no database: make a secret that holds its address (postgres://…) and put its name into database.secret.name, or set database.kind to sqlite." -}}
{{- end -}}

{{- if dig "database" "replica_url" "" $values.config -}}
{{- fail "config.database.replica_url would be readable to everyone who may read config maps: put it into a secret, and that one's name into database.replica.secret.name." -}}
{{- end -}}
{{- if and $sqlite $values.database.replica.secret.name -}}
{{- fail "SQLite has no replicas: leave database.replica.secret.name empty, or set database.kind to postgres." -}}
{{- end -}}

{{- if and $values.autoscaling.enabled (lt (int $values.autoscaling.max) (int $values.autoscaling.min)) -}}
{{- fail (printf "autoscaling.max (%d) is below autoscaling.min (%d)." (int $values.autoscaling.max) (int $values.autoscaling.min)) -}}
{{- end -}}

{{- $limit := int $values.database.connectionLimit -}}
{{- if and (not $sqlite) $limit -}}
{{- $each := dig "database" "max_connections" 10 $values.config | int -}}
{{- /* While replicas are exchanged there is one more than there should be. */ -}}
{{- $most := mul (add1 $replicas) $each -}}
{{- $room := sub $limit (int $values.database.reserve) -}}
{{- if gt $most $room -}}
{{- fail (printf "%d replicas, and one more while they are exchanged, hold up to %d connections (config.database.max_connections is %d), and the database has room for %d of them (database.connectionLimit less database.reserve): lower one of the former, or raise the limit of the database and say so." $replicas $most $each $room) -}}
{{- end -}}
{{- end -}}

{{- if and $values.ingress.enabled $values.httpRoute.enabled (not $values.httpRoute.besideIngress) -}}
{{- fail "ingress and httpRoute are both enabled, so readers would have two ways in: disable one, or set httpRoute.besideIngress to true while they move." -}}
{{- end -}}
{{- if and (or $values.ingress.enabled $values.httpRoute.enabled) (not (include "folkmoot.host" .)) -}}
{{- fail "config.server.public_url is empty: permanent links begin with it, and it names the host of the ingress or route. Set it to the address that readers use, such as https://folkmoot.example." -}}
{{- end -}}
{{- if and $values.httpRoute.enabled (not $values.httpRoute.parents) -}}
{{- fail "httpRoute is enabled and attaches to no gateway: name one in httpRoute.parents." -}}
{{- end -}}

{{- if and $values.metrics.serviceMonitor.enabled (not $values.metrics.secret.name) -}}
{{- fail "metrics.serviceMonitor is enabled and nobody may read /metrics: put the name of a secret that holds a token into metrics.secret.name." -}}
{{- end -}}
{{- if and $values.metrics.alerts.enabled (not (or $values.metrics.alerts.runbooks (include "folkmoot.publicUrl" .))) -}}
{{- fail "metrics.alerts is enabled and its alerts lead to no runbooks: set config.server.public_url or metrics.alerts.runbooks." -}}
{{- end -}}

{{- range $values.regionSecrets -}}
{{- if not (and .variable .secret .key) -}}
{{- fail "each of regionSecrets needs variable, secret and key: the name of the variable, the name of your secret, and the key in it." -}}
{{- end -}}
{{- if hasPrefix "FOLKMOOT" .variable -}}
{{- fail (printf "regionSecrets: %s is a setting's variable, not one of a region." .variable) -}}
{{- end -}}
{{- end -}}
{{- end -}}
