"""What the tests run against: the real Worker behind a proxy that loses and cuts what passes (sdk/behaviour)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from scripted import Scripted

ROOT = Path(__file__).parents[3]
NODE = ROOT / "node_modules" / ".bin" / ("node.cmd" if sys.platform == "win32" else "node")


class Server:
    """The gateway's address, and what decides about the requests that reach it."""

    def __init__(self, url: str, gateway: str, control: str, admin_key: str, root_key: str) -> None:
        self.url = url
        #: The gateway itself, for what needs no faults.
        self.gateway = gateway
        self.admin_key = admin_key
        self.root_key = root_key
        self._control = control
        self._client = httpx.Client(timeout=60, trust_env=False)

    def begin(self, given: dict[str, Any] | None = None) -> str:
        """Begins a case, and answers the token of an agent that nobody used yet."""
        told = self._client.post(self._control, json=given or {}).json()
        token: str = told["agent_token"]
        return token

    def outcome(self) -> dict[str, Any]:
        """What came of it: the requests that were seen, and how often the action ran."""
        outcome: dict[str, Any] = self._client.get(self._control).json()
        return outcome

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    command = [str(NODE), str(ROOT / "sdk" / "behaviour" / "serve.ts")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None and process.stdout is not None
    line = process.stdout.readline()
    assert line, "sdk/behaviour/serve.ts did not start"
    server = Server(**json.loads(line))
    yield server
    server.close()
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.close()


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One for all: to make one takes longer than a test."""
    with httpx.Client(trust_env=False, verify=False) as client:
        yield client


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("HIVEKEY_", "HK_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
