"""What becomes of values: defaults, what is said over them, and what depends on both."""

import tomllib

import pytest
import yaml
from repository import CHART, ROOT, SETS, by_kind, changed, texts, values_of

NOTES = "folkmoot/templates/NOTES.txt"


def container(deployment):
    (only,) = deployment["spec"]["template"]["spec"]["containers"]
    return only


def variables(deployment):
    """Of each variable its value, or the secret and key that it comes from."""
    found = {}
    for variable in container(deployment)["env"]:
        secret = variable.get("valueFrom", {}).get("secretKeyRef")
        found[variable["name"]] = (secret["name"], secret["key"]) if secret else variable["value"]
    return found


def settings(made):
    return tomllib.loads(made["ConfigMap"]["data"]["folkmoot.toml"])


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("minimal", "PersistentVolumeClaim"),
        ("production", "HorizontalPodAutoscaler Ingress Job/moot-folkmoot-migrate "
         "PodDisruptionBudget"),
        ("routed", "HTTPRoute Job/moot-folkmoot-migrate NetworkPolicy "
         "NetworkPolicy/moot-folkmoot-migrate PodDisruptionBudget ServiceMonitor"),
        ("everything", "ConfigMap/moot-folkmoot-dashboard HTTPRoute HorizontalPodAutoscaler "
         "Ingress Job/moot-folkmoot-migrate NetworkPolicy NetworkPolicy/moot-folkmoot-migrate "
         "PodDisruptionBudget PrometheusRule ServiceMonitor"),
    ],
)  # fmt: skip
def test_there_is_what_was_asked_for(name, kinds):
    always = {"ConfigMap", "Deployment", "Service", "ServiceAccount"}
    assert set(by_kind(values_of(name))) == always | set(kinds.split())


def test_chart_goes_with_the_program_of_this_version():
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert container(by_kind(values_of("minimal"))["Deployment"])["image"] == f"folkmoot:{version}"


def test_sqlite_is_one_process_with_its_volume():
    deployment = by_kind(values_of("minimal"))["Deployment"]
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    url = variables(deployment)["FOLKMOOT__DATABASE__URL"]
    mounts = {at["name"]: at["mountPath"] for at in container(deployment)["volumeMounts"]}
    assert url == f"sqlite://{mounts['database']}/folkmoot.db"


def test_settings_are_written_as_they_were_given():
    values = values_of("everything")
    assert settings(by_kind(values)) == values["config"]
    odd = {"checks": {"hosts": ['a"b', "<&>", "é\\"]}, "database": {"poll_seconds": 0.5}}
    assert settings(by_kind(values_of("routed") | {"config": odd} | {"httpRoute": {}})) == odd


def test_other_settings_mean_other_pods():
    def checksum(values):
        template = by_kind(values)["Deployment"]["spec"]["template"]
        return template["metadata"]["annotations"]["checksum/settings"]

    values = values_of("production")
    assert checksum(values) == checksum(changed(values, autoscaling__max=9))
    assert checksum(values) != checksum(changed(values, config__log__format="text"))
    assert checksum(values) != checksum(changed(values, documents='{"a": "{ __typename }"}'))


def test_what_is_secret_comes_from_secrets():
    found = variables(by_kind(values_of("everything"))["Deployment"])
    assert found == {
        "FOLKMOOT_CONFIG": "/etc/folkmoot/folkmoot.toml",
        "FOLKMOOT__SERVER__LISTEN": "0.0.0.0:8080",
        "FOLKMOOT__SERVER__MANAGEMENT_LISTEN": "0.0.0.0:8081",
        "FOLKMOOT__SERVER__LEAVE_SECONDS": "5",
        "FOLKMOOT__DOCUMENTS__LIST": "/etc/folkmoot/documents.json",
        "FOLKMOOT__DATABASE__URL": ("folkmoot-database", "address"),
        "FOLKMOOT__DATABASE__REPLICA_URL": ("folkmoot-standby", "address"),
        "FOLKMOOT__REDIS__URL": ("folkmoot-redis", "address"),
        "FOLKMOOT__METRICS__TOKEN_ENV": "FOLKMOOT_METRICS_TOKEN",
        "FOLKMOOT_METRICS_TOKEN": ("folkmoot-metrics", "token"),
        "KENT_TOKEN": ("kent", "token"),
    }


@pytest.mark.parametrize(
    ("server", "leave", "grace"),
    [({}, "5", 20), ({"drain_seconds": 0}, "5", 10), ({"leave_seconds": 12}, "12", 27)],
)
def test_grace_is_longer_than_leaving_and_draining(server, leave, grace):
    public = {"public_url": "https://folkmoot.example"}
    deployment = by_kind(values_of("routed") | {"config": {"server": server | public}})[
        "Deployment"
    ]
    assert variables(deployment)["FOLKMOOT__SERVER__LEAVE_SECONDS"] == leave
    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == grace


def test_migration_runs_first_with_the_database_and_nothing_else():
    made = by_kind(values_of("production"))
    job = made["Job/moot-folkmoot-migrate"]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert container(job)["args"] == ["migrate"]
    assert variables(job) == {"FOLKMOOT__DATABASE__URL": ("folkmoot-database", "url")}
    assert container(job)["image"] == container(made["Deployment"])["image"]
    # Else it would be sent requests.
    labels = job["spec"]["template"]["metadata"]["labels"]
    assert not made["Service"]["spec"]["selector"].items() <= labels.items()


@pytest.mark.parametrize("name", SETS)
def test_selectors_find_the_gateway(name):
    made = by_kind(values_of(name))
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    assert made["Service"]["spec"]["selector"].items() <= labels
    for kind, at in [("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")]:
        if kind in made:
            assert made[kind]["spec"][at]["matchLabels"].items() <= labels
    if "ServiceMonitor" in made:
        wanted = made["ServiceMonitor"]["spec"]["selector"]["matchLabels"]
        assert wanted.items() <= made["Service"]["metadata"]["labels"].items()


def test_both_ways_in_have_the_host_of_the_public_address():
    made = by_kind(values_of("everything"))
    assert made["HTTPRoute"]["spec"]["hostnames"] == ["folkmoot.example"]
    assert made["Ingress"]["spec"]["rules"][0]["host"] == "folkmoot.example"
    assert made["Ingress"]["spec"]["tls"][0]["hosts"] == ["folkmoot.example"]


def test_autoscaling_alone_decides_the_number_of_replicas():
    made = by_kind(values_of("production"))
    assert "replicas" not in made["Deployment"]["spec"]
    scaler = made["HorizontalPodAutoscaler"]["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 8)
    assert made["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_network_lets_through_what_it_must():
    policy = by_kind(values_of("routed"))["NetworkPolicy"]["spec"]
    ports = [rule["ports"][-1]["port"] for rule in policy["egress"]]
    assert ports == [53, 5432, 6379, 443]
    assert "169.254.0.0/16" in policy["egress"][-1]["to"][0]["ipBlock"]["except"]
    from_where = {
        rule["ports"][0]["port"]: rule["from"][0]["namespaceSelector"]["matchLabels"]
        for rule in policy["ingress"]
    }
    name = "kubernetes.io/metadata.name"
    assert from_where == {"http": {name: "gateways"}, "management": {name: "monitoring"}}
    without = by_kind(changed(values_of("routed"), redis__secret__name=""))
    assert len(without["NetworkPolicy"]["spec"]["egress"]) == 3
    traced = by_kind(values_of("everything"))["NetworkPolicy"]["spec"]["egress"]
    assert 4318 in [rule["ports"][-1]["port"] for rule in traced]


def test_who_looks_after_it_has_a_port_of_their_own():
    made = by_kind(values_of("routed"))
    gateway = container(made["Deployment"])
    ports = {port["name"]: port["containerPort"] for port in gateway["ports"]}
    listens = variables(made["Deployment"])
    assert f"0.0.0.0:{ports['http']}" == listens["FOLKMOOT__SERVER__LISTEN"]
    assert f"0.0.0.0:{ports['management']}" == listens["FOLKMOOT__SERVER__MANAGEMENT_LISTEN"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert gateway[probe]["httpGet"]["port"] == "management"
    (endpoint,) = made["ServiceMonitor"]["spec"]["endpoints"]
    assert endpoint["targetPort"] == "management"
    # Readers are not led there.
    assert [port["targetPort"] for port in made["Service"]["spec"]["ports"]] == ["http"]


def test_files_of_ones_own_are_where_the_database_is_asked():
    made = by_kind(values_of("everything"))
    for kind in ("Deployment", "Job/moot-folkmoot-migrate"):
        volumes = made[kind]["spec"]["template"]["spec"]["volumes"]
        mounts = container(made[kind])["volumeMounts"]
        assert {"name": "authority", "secret": {"secretName": "authority"}} in volumes
        assert {"name": "authority", "mountPath": "/etc/authority", "readOnly": True} in mounts


def test_prometheus_sends_the_token():
    (endpoint,) = by_kind(values_of("routed"))["ServiceMonitor"]["spec"]["endpoints"]
    secret = {"name": "folkmoot-metrics", "key": "token"}
    assert endpoint["authorization"] == {"type": "Bearer", "credentials": secret}


def test_alerts_are_about_this_release_and_lead_to_its_runbooks():
    text = texts(values_of("everything"))["folkmoot/templates/alerts.yaml"]
    assert 'job="folkmoot"' not in text
    # Its namesake in another namespace is none of its business.
    of_this = 'namespace="nation", job="moot-folkmoot"'
    assert 0 < text.count('job="moot-folkmoot"') == text.count(of_this)
    assert 0 < text.count("by (namespace, job") == text.count("by (")
    values = changed(values_of("everything"), metrics__alerts__runbooks="https://help.example/r")
    text = texts(values)["folkmoot/templates/alerts.yaml"]
    assert "https://help.example/r#no-replica-answers" in text
    assert "https://folkmoot.example" not in text


@pytest.mark.parametrize(
    ("name", "changes", "warns"),
    [
        ("production", {}, False),
        ("production", {"redis__secret__name": ""}, True),
        ("minimal", {}, False),
    ],
)
def test_notes_warn_of_replicas_without_redis(name, changes, warns):
    notes = texts(changed(values_of(name), **changes))[NOTES]
    assert ("replicas without Redis" in notes) == warns
