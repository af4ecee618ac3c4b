"""The behaviour table of all SDKs, with both clients of this one, against the real Worker behind a proxy that loses and cuts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import anyio
import httpx
import pytest
from conftest import ROOT, Server

import hivekey
from hivekey._core import retry

CASES: list[dict[str, Any]] = json.loads((ROOT / "sdk" / "behaviour" / "table.json").read_text())["cases"]
KINDS = {
    "denied": hivekey.DeniedError,
    "held": hivekey.HeldError,
    "expired": hivekey.ExpiredError,
    "upstream_failed": hivekey.UpstreamFailedError,
    "unknown": hivekey.UnknownOutcomeError,
    "rate_limited": hivekey.RateLimitedError,
    "not_authenticated": hivekey.AuthenticationError,
    "missing_scope": hivekey.MissingScopeError,
    "not_found": hivekey.NotFoundError,
    "conflict": hivekey.ConflictError,
    "invalid_request": hivekey.InvalidRequestError,
    "unavailable": hivekey.UnavailableError,
    "connection": hivekey.ConnectionError,
    "timeout": hivekey.TimeoutError,
    "other": hivekey.HiveKeyError,
}


def test_the_table_is_there() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_behaviour(server: Server, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, case: dict[str, Any], kind: str) -> None:
    if kind == "async":
        # How long it waits has been seen with the other client: both have it from the same place.
        monkeypatch.setattr(retry, "FIRST_DELAY", 0.1)
    token = server.begin(case.get("given"))
    error: hivekey.HiveKeyError | None = None
    value: Any = None
    try:
        value = call(server, http, case, token) if kind == "sync" else anyio.run(call_async, server, case, token)
    except hivekey.HiveKeyError as raised:
        error = raised
    outcome = server.outcome()
    wanted = case["expect"]
    if "error" in wanted:
        assert type(error) is KINDS[wanted["error"]], repr(error or value)
        for name, fact in wanted.get("facts", {}).items():
            assert getattr(error, name) == fact, name
        for name in wanted.get("has", []):
            assert getattr(error, name) not in (None, ""), name
    else:
        if error is not None:
            raise error
        if "result" in wanted:
            assert_has(value, wanted["result"])
        if "names" in wanted:
            assert value == wanted["names"]
        for name in wanted.get("has", []):
            assert value[name] not in (None, ""), name
    requests = outcome["requests"]
    if "requests" in wanted:
        assert len(requests) == wanted["requests"]
    assert len(requests) >= wanted.get("requests_at_least", 0)
    if "keys" in wanted:
        assert len({request["idempotency_key"] for request in requests if request["method"] == "POST"}) == wanted["keys"]
    if "ran" in wanted:
        assert outcome["ran"] == wanted["ran"]


def assert_has(value: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for key, item in wanted.items():
        if isinstance(item, dict):
            assert_has(value[key], item)
        else:
            assert value[key] == item, key


def call(server: Server, http: httpx.Client, case: dict[str, Any], token: str) -> Any:
    hk = hivekey.HiveKey(token_of(case, token), base_url=server.url, http_client=http)
    admin = hivekey.HiveKeyAdmin(server.admin_key, base_url=server.url, http_client=http)
    given = case["call"]
    match given["method"]:
        case "actions.run":
            return hk.actions.run(given["action"], given["input"], **options(given))
        case "actions.list":
            return [item["name"] for item in hk.actions.list()]
        case "roles.list":
            return [item["name"] for item in admin.roles.list(limit=given.get("limit"))]
        case "roles.get":
            return admin.roles.get(given["name"])
        case "agents.create":
            return admin.agents.create(given["name"], role=given["role"])
    raise AssertionError(f"the table asks for {given['method']}")


async def call_async(server: Server, case: dict[str, Any], token: str) -> Any:
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        hk = hivekey.AsyncHiveKey(token_of(case, token), base_url=server.url, http_client=http)
        admin = hivekey.AsyncHiveKeyAdmin(server.admin_key, base_url=server.url, http_client=http)
        given = case["call"]
        match given["method"]:
            case "actions.run":
                return await hk.actions.run(given["action"], given["input"], **options(given))
            case "actions.list":
                return [item["name"] async for item in hk.actions.list()]
            case "roles.list":
                return [item["name"] async for item in admin.roles.list(limit=given.get("limit"))]
            case "roles.get":
                return await admin.roles.get(given["name"])
            case "agents.create":
                return await admin.agents.create(given["name"], role=given["role"])
    raise AssertionError(f"the table asks for {given['method']}")


def token_of(case: dict[str, Any], token: str) -> str:
    return "hk_agt_nobody" if case.get("client") == "stranger" else token


def options(given: dict[str, Any]) -> dict[str, Any]:
    wait = given.get("wait", False)
    return {
        "wait": wait["timeout_seconds"] if isinstance(wait, dict) else wait,
        "timeout": given.get("timeout_seconds"),
        "idempotency_key": given.get("idempotency_key"),
    }
