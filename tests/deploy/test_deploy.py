"""Every way to run the shop runs the Procfile's processes, by name."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli.embedded import procfile
from app.core import process_secrets

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NAMES = [e.name for e in procfile.read(ROOT / "Procfile", programs=ROOT, environment={})]


def manifests() -> list[dict[str, Any]]:
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    texts = [(DEPLOY / "kubernetes" / name).read_text() for name in listed]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


def test_the_kustomization_lists_every_manifest() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    there = {file.name for file in (DEPLOY / "kubernetes").glob("*.yaml")}
    assert set(listed) | {"kustomization.yaml"} == there


def test_each_process_has_a_deployment() -> None:
    started = [
        container["args"][0]
        for document in manifests()
        if document["kind"] == "Deployment"
        for container in document["spec"]["template"]["spec"]["containers"]
    ]
    assert sorted(started) == sorted(NAMES)


def test_what_scales_is_there_to_be_scaled() -> None:
    found = manifests()
    deployments = {d["metadata"]["name"] for d in found if d["kind"] == "Deployment"}
    scaled = {
        d["spec"]["scaleTargetRef"]["name"] for d in found if d["kind"] == "HorizontalPodAutoscaler"
    }
    assert {"web", "worker-files"} <= scaled <= deployments


def test_each_process_has_a_compose_service() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert {name for name in services if services[name].get("command") == [name]} == {
        *NAMES,
        "migrate",
    }


def test_the_systemd_target_wants_each_process() -> None:
    target = (DEPLOY / "systemd" / "makeready.target").read_text()
    assert [name for name in NAMES if f"makeready@{name}.service" not in target] == []


def test_the_port_of_the_pages_outlives_their_process() -> None:
    socket = (DEPLOY / "systemd" / "makeready@web.socket").read_text()
    assert "ListenStream=127.0.0.1:8000" in socket
    assert "makeready@web.socket" in (DEPLOY / "systemd" / "makeready.target").read_text()


def test_proxies_ask_for_what_the_storage_can_not_fail() -> None:
    (web,) = (
        d for d in manifests() if d["kind"] == "Deployment" and d["metadata"]["name"] == "web"
    )
    pod = web["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz/pages"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert web["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert "/readyz/pages'" in services["web"]["healthcheck"]["test"][-1]


def test_each_stop_leaves_web_the_time_it_takes() -> None:
    settings = runpy.run_path(str(ROOT / "app" / "cli" / "gunicorn_web.py"))
    (web,) = (
        d for d in manifests() if d["kind"] == "Deployment" and d["metadata"]["name"] == "web"
    )
    pod = web["spec"]["template"]["spec"]
    wait_s = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    unit = (DEPLOY / "systemd" / "makeready@.service").read_text()
    grace_s = settings["graceful_timeout"]
    assert pod["terminationGracePeriodSeconds"] > wait_s + grace_s
    assert int(services["web"]["stop_grace_period"].removesuffix("s")) > grace_s
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > grace_s


def test_the_proxy_lets_go_of_idle_connections_before_web_does() -> None:
    settings = runpy.run_path(str(ROOT / "app" / "cli" / "gunicorn_web.py"))
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert int(re.findall(r"keepalive (\d+)s", caddy)[0]) < settings["keepalive"]
    assert "lb_try_duration" in caddy
    assert "read_header" in caddy


@pytest.mark.parametrize("name", NAMES)
def test_start_becomes_the_command_of_the_procfile(name: str, tmp_path: Path) -> None:
    root = tmp_path / "a clone"
    (root / "deploy").mkdir(parents=True)
    (root / "deploy" / "start").write_text((DEPLOY / "start").read_text())
    for file in ("Procfile", "Procfile.secrets"):
        (root / file).write_text((ROOT / file).read_text())
    programs = tmp_path / "bin"
    programs.mkdir()
    for program in ("gunicorn", "flask"):
        (programs / program).write_text('#!/bin/sh\necho "${0##*/} $*"\n')
        (programs / program).chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}"}
    said = subprocess.run(
        ["sh", root / "deploy" / "start", name], env=environment, capture_output=True, text=True
    ).stdout
    assert f"{name}: {said}" in (ROOT / "Procfile").read_text()


def test_start_refuses_a_process_that_is_not_in_the_procfile() -> None:
    answer = subprocess.run([DEPLOY / "start", "nothing"], capture_output=True, text=True)
    assert answer.returncode == 64
    assert "no process named nothing" in answer.stderr


def test_the_example_names_every_setting_without_a_default() -> None:
    from app.core.settings import Settings

    example = (DEPLOY / "shop.env.example").read_text()
    needed = [name.upper() for name, field in Settings.model_fields.items() if field.is_required()]
    assert [name for name in needed if f"\n{name}=" not in example] == []


def test_the_cache_of_compose_answers_nobody_without_a_password() -> None:
    valkey = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["valkey"]
    assert '--requirepass "$$REDISCLI_AUTH"' in valkey["command"][-1]
    assert valkey["environment"]["REDISCLI_AUTH"] == "${REDIS_PASSWORD:?}"
    assert "redis://:PASSWORD@" in (DEPLOY / "shop.env.example").read_text()


@pytest.mark.parametrize("file", [".dockerignore", ".containerignore"])
def test_no_image_holds_secrets_history_or_a_home(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    assert {"**/shop.env", "**/*.env", ".git", ".venv", "var"} <= set(lines)


TABLE = process_secrets.table()
EVERY_SECRET = sorted(frozenset[str]().union(*TABLE.values()))


def names_in(file: Path) -> set[str]:
    return {line.partition("=")[0] for line in file.read_text().splitlines()}


@pytest.mark.parametrize("name", [*NAMES, "migrate"])
def test_start_takes_the_secrets_of_others_out_of_the_environment(
    name: str, tmp_path: Path
) -> None:
    for program in ("gunicorn", "flask"):
        (tmp_path / program).write_text("#!/bin/sh\nenv\n")
        (tmp_path / program).chmod(0o755)
    for file in ("Procfile", "Procfile.secrets"):
        (tmp_path / file).write_text((ROOT / file).read_text())
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "start").write_text((DEPLOY / "start").read_text())
    environment = dict.fromkeys(EVERY_SECRET, "x") | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    said = subprocess.run(
        ["sh", tmp_path / "deploy" / "start", name],
        env=environment,
        capture_output=True,
        text=True,
    ).stdout
    seen = {line.partition("=")[0] for line in said.splitlines()}
    assert seen & set(EVERY_SECRET) == TABLE[name]
    assert f"MAKEREADY_PROCESS={name}" in said


def test_each_process_gets_its_own_file_of_settings(tmp_path: Path) -> None:
    every = (DEPLOY / "shop.env.example").read_text() + "S3_ADMIN_SECRET_KEY=x\nREDIS_PASSWORD=y\n"
    (tmp_path / "shop.env").write_text(every)
    subprocess.run([DEPLOY / "split", "shop.env", "made"], cwd=tmp_path, check=True)
    made = {file.stem: names_in(file) for file in (tmp_path / "made").glob("*.env")}
    assert made.keys() == TABLE.keys()
    for name, names in made.items():
        assert names & {*EVERY_SECRET, "S3_ADMIN_SECRET_KEY", "REDIS_PASSWORD"} == TABLE[name]
        assert {"BASE_URL", "S3_BUCKET", "ANCHOR_BUCKET"} <= names
        assert (tmp_path / "made" / f"{name}.env").stat().st_mode & 0o077 == 0


def test_every_way_to_run_gives_a_process_its_own_secrets() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for name in (*NAMES, "migrate"):
        assert services[name]["env_file"] == [f"processes/{name}.env"]
    pods = [d for d in manifests() if d["kind"] in {"Deployment", "Job"}]
    for pod in pods:
        (container,) = pod["spec"]["template"]["spec"]["containers"]
        own = f"{container['args'][0].replace('_', '-')}-secrets"
        assert [e["secretRef"]["name"] for e in container["envFrom"] if "secretRef" in e] == [own]
    assert len(pods) == len(NAMES) + 1
    for unit, name in (("makeready@", "%i"), ("makeready-migrate", "migrate")):
        text = (DEPLOY / "systemd" / f"{unit}.service").read_text()
        assert f"EnvironmentFile=/etc/makeready/processes/{name}.env" in text
        assert f"ExecStart=/srv/makeready/deploy/start {name}" in text
