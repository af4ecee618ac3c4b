"""What the documents show runs as it stands: every Python block, and the example agent as a program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import httpx
import pytest
from conftest import ROOT, Server

import hivekey

PACKAGE = ROOT / "sdk" / "python"
NOT_RUN = "<!-- not run: it asks a model -->\n"
BLOCK = re.compile(rf"({re.escape(NOT_RUN)})?```python\n(.*?)```", re.DOTALL)
BLOCKS = [
    pytest.param(text, id=f"{path.name}-{number}")
    for path in (PACKAGE / "README.md", ROOT / "docs" / "sdk-python.md")
    for number, (not_run, text) in enumerate(BLOCK.findall(path.read_text("utf8")))
    if not not_run
]


@pytest.fixture(scope="module")
def admin(server: Server, http: httpx.Client) -> hivekey.HiveKeyAdmin:
    return hivekey.HiveKeyAdmin(server.admin_key, base_url=server.gateway, http_client=http)


def settings(server: Server, token: str) -> dict[str, str]:
    return {"HIVEKEY_URL": server.gateway, "HK_AGENT_TOKEN": token, "HIVEKEY_KEY": server.admin_key}


def run(server: Server, program: str, token: str) -> str:
    python = {"PYTHONPATH": str(PACKAGE / "src"), "PYTHONWARNINGS": "error", "PYTHONUTF8": "1"}
    env = {**os.environ, **settings(server, token), **python}
    ran = subprocess.run([sys.executable, program], env=env, capture_output=True, encoding="utf8", timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs(server: Server, admin: hivekey.HiveKeyAdmin, monkeypatch: pytest.MonkeyPatch, block: str) -> None:
    for name, value in settings(server, server.begin()).items():
        monkeypatch.setenv(name, value)
    role = admin.roles.get("support-agent")
    exec(compile(block, "block.py", "exec", dont_inherit=True), {"__name__": "__main__"})
    # The blocks that change the role leave it as it was for the next one.
    admin.roles.put("support-agent", role["document"])
    if "night-bot" in block:
        admin.agents.revoke("night-bot")


def deliver(server: Server, sender: str, subject: str) -> None:
    mail = f"From: <{sender}>\r\nTo: <helpdesk@acme.com>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\nHelp!\r\n"
    query: dict[str, Any] = {"from": sender, "to": "helpdesk@acme.com"}
    httpx.post(f"{server.gateway}/cdn-cgi/local/email", params=query, content=mail).raise_for_status()


def test_the_example_agent_answers_what_it_may_and_each_mail_once(server: Server, admin: hivekey.HiveKeyAdmin) -> None:
    token = server.begin()
    deliver(server, "jordan@acme.com", "Printer")
    deliver(server, "eve@gmail.com", "Invoice")
    agent = str(ROOT / "examples" / "agents" / "helpdesk.py")
    said = [sorted(run(server, agent, token).splitlines()) for _ in range(2)]
    assert said[0] == [
        "answered jordan@acme.com",
        "may not answer eve@gmail.com because recipient domain 'gmail.com' not in allowlist",
        "may run: mail.read, mail.send",
    ]
    assert said[1] == said[0]
    assert server.outcome()["ran"] == 1


def test_the_package_says_the_same_version_as_the_others() -> None:
    manifest = json.loads((ROOT / "sdk" / "typescript" / "package.json").read_text())
    assert manifest["version"] == hivekey.VERSION


def test_the_synchronous_client_is_what_the_asynchronous_one_makes_of_it() -> None:
    ran = subprocess.run([sys.executable, str(PACKAGE / "make_sync.py"), "--check"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_licence_is_the_projects() -> None:
    assert (PACKAGE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
