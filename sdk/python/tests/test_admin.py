"""What the clients promise an administrator, kept by the Worker itself; and every request in the gateway's words."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from conftest import ROOT, Server
from scripted import ADMIN_KEY, Reply, Scripted, problem

import hivekey

ROLE: dict[str, Any] = {
    "apiVersion": "policy.hivekey.ai/v1",
    "kind": "Role",
    "metadata": {"name": "helper"},
    "scope": {"allow": ["mail.read", "mail.send"]},
}
CRM: dict[str, Any] = {
    "apiVersion": "policy.hivekey.ai/v1",
    "kind": "Connector",
    "metadata": {"name": "crm"},
    "http": {"base_url": "https://crm.example.com", "auth": {"bearer": {"secret": "crm-token"}}},
    "actions": [
        {
            "name": "crm.find",
            "description": "Find a contact",
            "method": "GET",
            "path": "/contacts/{query}",
            "input": {"type": "object", "properties": {"query": {"type": "string", "maxLength": 200}}, "required": ["query"]},
        }
    ],
}


@pytest.fixture(scope="module")
def root(server: Server, http: httpx.Client) -> hivekey.HiveKeyRoot:
    server.begin()
    return hivekey.HiveKeyRoot(key=server.root_key, base_url=server.gateway, http_client=http)


@pytest.fixture(scope="module")
def workspace(root: hivekey.HiveKeyRoot) -> Any:
    return root.workspaces.create(organization="acme-corp", workspace="python", owner="ann@acme.com")


@pytest.fixture(scope="module")
def admin(server: Server, workspace: Any, http: httpx.Client) -> hivekey.HiveKeyAdmin:
    return hivekey.HiveKeyAdmin(key=workspace["key"], base_url=server.gateway, http_client=http)


def test_roles_carry_an_etag_that_keeps_changes_from_overwriting_each_other(admin: hivekey.HiveKeyAdmin) -> None:
    first = admin.roles.put("helper", ROLE, if_none_match="*")
    assert (first["change"], first["rev"], first["etag"]) == ("created", 1, f'"1-{first["hash"][:16]}"')
    etag = admin.roles.get("helper")["etag"]
    assert etag == first["etag"]
    assert admin.roles.patch("helper", {"scope": {"allow": ["mail.read"]}}, if_match=etag)["grants"] == 1
    stale_changes: list[Callable[[], object]] = [
        lambda: admin.roles.put("helper", ROLE, if_match=etag),
        lambda: admin.roles.put("helper", json.dumps(ROLE), if_none_match="*"),
        lambda: admin.roles.delete("helper", if_match=etag),
    ]
    for stale in stale_changes:
        with pytest.raises(hivekey.ConflictError) as raised:
            stale()
        assert (raised.value.status, raised.value.code) == (412, "stale_revision")
    with pytest.raises(hivekey.ConflictError) as wider:
        admin.roles.put("helper", ROLE, no_widen=True)
    assert wider.value.code == "would_widen"
    assert admin.roles.put("helper", ROLE, dry_run=True)["comparison"]["result"] == "widens"
    assert [action["name"] for action in admin.roles.actions("helper")] == ["mail.read"]
    assert admin.roles.rollback("helper", 1)["rev"] == 3
    assert [(r["rev"], r["in_force"]) for r in admin.roles.revisions("helper", limit=2)] == [(3, True), (2, False), (1, False)]


def test_agents_take_another_role_and_a_new_token(admin: hivekey.HiveKeyAdmin, server: Server, http: httpx.Client) -> None:
    def visible(token: str) -> list[str]:
        hk = hivekey.HiveKey(token, base_url=server.gateway, http_client=http)
        return [action["name"] for action in hk.actions.list()]

    admin.roles.put("helper", ROLE)
    made = admin.agents.create("helpdesk-bot", role="helper", labels={"team": "support"})
    assert visible(made["token"]) == ["mail.read", "mail.send"]
    assert admin.agents.change("helpdesk-bot", labels={})["labels"] == {}
    beside = admin.agents.tokens.create("helpdesk-bot", overlap_seconds=3600)
    assert visible(made["token"]) == visible(beside["token"])
    admin.agents.tokens.revoke("helpdesk-bot", beside["id"])
    with pytest.raises(hivekey.AuthenticationError):
        visible(beside["token"])
    assert len(list(admin.agents.tokens.list("helpdesk-bot"))) == 2
    page = admin.agents.list(limit=1).page()
    assert ([agent["name"] for agent in page], len(page), page.next_cursor) == (["helpdesk-bot"], 1, None)
    with pytest.raises(hivekey.ConflictError, match="helpdesk-bot"):
        admin.roles.delete("helper")
    assert re.match("req_", str(admin.agents.revoke("helpdesk-bot")["request_id"]))
    assert admin.agents.get("helpdesk-bot")["revoked_at"] is not None


def test_lists_mailboxes_and_keys_are_made_read_and_ended(
    admin: hivekey.HiveKeyAdmin, server: Server, http: httpx.Client
) -> None:
    assert admin.lists.apply("partners", ["acme.com"], description="Whom we trust")["change"] == "created"
    assert admin.lists.apply("partners", "acme.com\nb.example\n", content_type="text/plain")["count"] == 2
    assert admin.lists.get("partners")["items"] == ["acme.com", "b.example"]
    assert [found["name"] for found in admin.lists.list()] == ["partners"]
    admin.lists.delete("partners")
    with pytest.raises(hivekey.NotFoundError):
        admin.lists.get("partners")

    assert admin.mailboxes.create("python@acme.com", agents=[])["address"] == "python@acme.com"
    assert [mailbox["address"] for mailbox in admin.mailboxes.list()] == ["python@acme.com"]
    admin.mailboxes.delete("python@acme.com")

    own = admin.whoami()
    assert (own["organization"], own["workspace"], own["key"]["owner"]) == ("acme-corp", "python", "ann@acme.com")
    made = admin.keys.create(owner="ci", scopes=["policy"])
    ci = hivekey.HiveKeyAdmin(made["key"], base_url=server.gateway, http_client=http)
    with pytest.raises(hivekey.MissingScopeError):
        ci.keys.list().page()
    assert {key["id"] for key in admin.keys.list(limit=1)} == {made["id"], own["key"]["id"]}
    admin.keys.revoke(made["id"])
    with pytest.raises(hivekey.AuthenticationError):
        ci.whoami()
    with pytest.raises(hivekey.ConflictError):
        admin.keys.revoke(own["key"]["id"])


def test_connectors_and_their_secrets_are_applied_read_and_ended(admin: hivekey.HiveKeyAdmin) -> None:
    assert admin.secrets.set("crm-token", "s3cret")["version"] == 1
    applied = admin.connectors.apply("crm", CRM, dry_run=True)
    assert (applied["change"], [found["name"] for found in admin.connectors.list()]) == ("created", [])
    assert admin.connectors.apply("crm", json.dumps(CRM))["rev"] == 1
    assert admin.connectors.apply("crm", CRM)["change"] == "unchanged"
    got = admin.connectors.get("crm")
    assert (got["actions"], got["document"]["kind"]) == (1, "Connector")
    tried = admin.connectors.test("crm", action="crm.find", input={"query": "ann"})
    assert (tried["request"]["url"], tried["outcome"]) == ("https://crm.example.com/contacts/ann", None)
    assert "s3cret" not in json.dumps(tried)
    assert [revision["rev"] for revision in admin.connectors.revisions("crm")] == [1]
    assert [(secret["name"], "value" in secret) for secret in admin.secrets.list()] == [("crm-token", False)]
    with pytest.raises(hivekey.ConflictError, match="crm"):
        admin.secrets.delete("crm-token")
    admin.connectors.delete("crm")
    admin.secrets.delete("crm-token")


def test_the_log_is_listed_exported_and_proven(admin: hivekey.HiveKeyAdmin) -> None:
    newest = admin.audit.list(limit=1).page().items[0]
    assert newest["kind"] == "admin"
    oldest = [record["seq"] for record in admin.audit.list(order="asc", limit=2, kind="admin", after_seq=0)]
    assert oldest == sorted(oldest) and len(oldest) > 2
    assert admin.audit.get(newest["act_id"])["items"][0]["act_id"] == newest["act_id"]
    exported = [json.loads(record.content)["seq"] for record in admin.audit.export(until=5)]
    assert exported == [1, 2, 3, 4, 5]
    assert admin.audit.key().endswith("\n")
    assert int(admin.audit.checkpoint(min_size=5).splitlines()[1]) >= 5
    assert admin.audit.proof(newest["act_id"])
    assert len(admin.audit.tile("tile/0/000.p/5")) == 5 * 32


def test_a_held_call_is_signed_off_and_another_refused(server: Server, http: httpx.Client) -> None:
    hk = hivekey.HiveKey(server.begin(), base_url=server.gateway, http_client=http)
    admin = hivekey.HiveKeyAdmin(server.admin_key, base_url=server.gateway, http_client=http)
    held = []
    for _ in range(2):
        with pytest.raises(hivekey.HeldError) as raised:
            hk.actions.run("mail.send", to="jordan@acme.com", subject="Refund", body="x")
        held.append(raised.value)
    ids = [error.review["id"] for error in held if error.review is not None]
    listed = admin.reviews.list(agent=held[0].agent, limit=1)
    assert [review["id"] for review in listed] == ids
    review = admin.reviews.get(ids[0])
    assert review["input"] is not None and review["input"]["subject"] == "Refund"
    with pytest.raises(hivekey.HiveKeyError):
        admin.reviews.approve(ids[0], digest="0" * 64)
    assert admin.reviews.approve(ids[0], digest=review["digest"], note="fine")["state"] in ("approved", "released")
    assert admin.reviews.deny(ids[1], reason="not today")["state"] == "denied"
    ends = [hk.calls.wait(error.id, timeout=20) for error in held]
    assert [end["state"] for end in ends] == ["executed", "denied"]
    with pytest.raises(hivekey.ConflictError):
        admin.reviews.deny(ids[0])
    assert (ends[0]["result"]["queued"], server.outcome()["ran"]) == (True, 1)


def test_sinks_are_applied_read_and_ended(admin: hivekey.HiveKeyAdmin) -> None:
    metadata = {"name": "people"}
    webhook = {"url": "https://hooks.example.com/held", "signing": {"secret": "hook"}}
    sink = {"apiVersion": "policy.hivekey.ai/v1", "kind": "Sink", "metadata": metadata, "webhook": webhook}
    admin.secrets.set("hook", f"whsec_{'QUJD' * 11}")
    assert admin.sinks.apply("people", sink)["change"] == "created"
    assert admin.sinks.get("people")["events"] == ["review.held"]
    assert [found["name"] for found in admin.sinks.list()] == ["people"]
    admin.sinks.delete("people")
    with pytest.raises(hivekey.NotFoundError):
        admin.sinks.get("people")


def test_the_operator_lists_workspaces_and_replaces_keys(root: hivekey.HiveKeyRoot, server: Server, http: httpx.Client) -> None:
    other = root.workspaces.create(organization="acme-corp", workspace="python-2")
    assert other["workspace_id"] in [found["workspace_id"] for found in root.workspaces.list(limit=1)]
    replaced = root.workspaces.replace_key(other["workspace_id"], owner="bob", revoke_others=True)
    assert (replaced["owner"], replaced["made_by"]) == ("bob", None)
    with pytest.raises(hivekey.AuthenticationError):
        hivekey.HiveKeyAdmin(other["key"], base_url=server.gateway, http_client=http).whoami()


def test_the_asynchronous_client_does_the_same(server: Server, workspace: Any) -> None:
    async def run() -> None:
        async with hivekey.AsyncHiveKeyAdmin(workspace["key"], base_url=server.gateway) as admin:
            assert (await admin.roles.put("async", {**ROLE, "metadata": {"name": "async"}}))["change"] == "created"
            made = await admin.agents.create("async-bot", role="async")
            async with hivekey.AsyncHiveKey(made["token"], base_url=server.gateway) as hk:
                assert [action["name"] async for action in hk.actions.list()] == ["mail.read", "mail.send"]
            assert (await admin.agents.list(limit=1).page()).next_cursor is not None
            assert "async-bot" in [agent["name"] async for agent in admin.agents.list(limit=1)]
            assert [record.seq async for record in admin.audit.export(until=2)] == [1, 2]

    anyio.run(run)


Call = Callable[[hivekey.HiveKeyAdmin], Any]


@pytest.mark.parametrize(
    ("call", "target", "body"),
    [
        (lambda a: a.agents.change("bot", role="r"), "PATCH /v1/agents/bot", {"role": "r"}),
        (lambda a: a.agents.tokens.create("bot", overlap_seconds=0), "POST /v1/agents/bot/tokens", {"overlap_seconds": 0}),
        (lambda a: a.agents.tokens.revoke("bot", "tok_1"), "DELETE /v1/agents/bot/tokens/tok_1", None),
        (lambda a: a.keys.create(owner="ann", scopes=("audit",)), "POST /v1/keys", {"owner": "ann", "scopes": ["audit"]}),
        (lambda a: a.keys.revoke("key_1", even_the_last=True), "DELETE /v1/keys/key_1?even_the_last=true", None),
        (lambda a: a.keys.list(limit=3, cursor="c").page(), "GET /v1/keys?limit=3&cursor=c", None),
        (lambda a: a.mailboxes.create("a@b.c"), "POST /v1/mailboxes", {"address": "a@b.c"}),
        (lambda a: a.mailboxes.delete("a@b.c"), "DELETE /v1/mailboxes/a%40b.c", None),
        (lambda a: a.roles.rollback("r", 1), "POST /v1/roles/r/rollback", {"rev": 1}),
        (lambda a: a.roles.put("r", {}, dry_run=True, no_widen=True), "PUT /v1/roles/r?dry_run=true&no_widen=true", {}),
        (lambda a: a.audit.list(agent="a", after_seq=0).page(), "GET /v1/audit?agent=a&after_seq=0", None),
    ],
)
def test_a_request_is_in_the_gateways_words(scripted: Scripted, http: httpx.Client, call: Call, target: str, body: Any) -> None:
    with pytest.raises(hivekey.HiveKeyError):
        call(hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=scripted.url, http_client=http))
    seen = scripted.seen[0]
    assert (seen.target, json.loads(seen.body) if seen.body else None) == (target, body)


def test_a_role_goes_out_as_what_it_is(scripted: Scripted, http: httpx.Client) -> None:
    scripted.always = Reply(200, {"name": "r", "rev": 2, "change": "updated"}, {"etag": 'W/"2-ab"'})
    admin = hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=scripted.url, http_client=http)
    answers = [
        admin.roles.put("r", "kind: Role # mine"),
        admin.roles.put("r", b"kind: Role", if_none_match="*"),
        admin.roles.put("r", {"kind": "Role"}),
        admin.roles.patch("r", {"guards": []}, if_match='"2"'),
    ]
    # A proxy that compresses marks the tag as weak, and a weak one matches nothing.
    assert [answer["etag"] for answer in answers] == ['"2-ab"'] * 4
    sent = [(s.headers["content-type"], s.headers.get("if-match"), s.headers.get("if-none-match"), s.body) for s in scripted.seen]
    assert sent == [
        ("application/yaml", None, None, b"kind: Role # mine"),
        ("application/yaml", None, "*", b"kind: Role"),
        ("application/json", None, None, b'{"kind":"Role"}'),
        ("application/merge-patch+json", '"2"', None, b'{"guards":[]}'),
    ]


def test_a_page_that_a_proxy_sends_instead_is_no_success_of_a_deletion(scripted: Scripted, http: httpx.Client) -> None:
    scripted.always = Reply(200, b"<html>log in first</html>")
    with pytest.raises(hivekey.HiveKeyError) as raised:
        hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=scripted.url, http_client=http).mailboxes.delete("a@b.c")
    assert raised.value.code == "unexpected_answer"
    scripted.always = problem(404, "not_found", "there is no mailbox")
    with pytest.raises(hivekey.NotFoundError, match="there is no mailbox"):
        hivekey.HiveKeyAdmin(ADMIN_KEY, base_url=scripted.url, http_client=http).mailboxes.delete("a@b.c")


def test_every_route_has_a_method() -> None:
    """What is for browsers, monitors and other protocols' clients is left out."""
    paths = json.loads((ROOT / "openapi.json").read_text("utf8"))["paths"]
    others = re.compile(r"/(healthz|openapi\.json|docs|v1/mcp|v1/proxy)")
    wanted = {op["operationId"] for path, ops in paths.items() if not others.match(path) for op in ops.values()}
    renamed = {
        "agents.patch": "agents.change",
        "agents.delete": "agents.revoke",
        "agents.tokens.delete": "agents.tokens.revoke",
        "audit.proof.get": "audit.proof",
        "audit.tiles.get": "audit.tile",
        "connectors.put": "connectors.apply",
        "connectors.revisions.list": "connectors.revisions",
        "keys.delete": "keys.revoke",
        "lists.put": "lists.apply",
        "roles.actions.list": "roles.actions",
        "roles.revisions.list": "roles.revisions",
        "secrets.put": "secrets.set",
        "sinks.put": "sinks.apply",
        "whoami.get": "whoami",
        "workspaces.keys.create": "workspaces.replace_key",
    }
    clients: list[Any] = [hivekey.HiveKey("t"), hivekey.HiveKeyAdmin("t"), hivekey.HiveKeyRoot("t")]

    def found(name: str) -> bool:
        for client in clients:
            part: Any = client
            for word in name.split("."):
                part = getattr(part, word, None)
            if inspect.ismethod(part):
                return True
        return False

    assert {name for name in wanted if not found(renamed.get(name, name))} == set()
