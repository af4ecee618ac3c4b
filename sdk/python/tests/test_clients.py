"""Making a client: what it takes, what it refuses, and what it never shows."""

from __future__ import annotations

import anyio
import httpx
import pytest
from scripted import AGENT_TOKEN, Reply, Scripted

import hivekey


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_it_says_how_to_get_one(token: str | None) -> None:
    for client in (hivekey.HiveKey, hivekey.AsyncHiveKey):
        with pytest.raises(ValueError, match=r'os\.environ\["HK_AGENT_TOKEN"\].*hivekey agent create'):
            client(token=token)


@pytest.mark.parametrize(
    ("make", "token", "message"),
    [
        (hivekey.HiveKey, "hk_live_secret", "administrator's key"),
        (hivekey.HiveKeyAdmin, "hk_agt_secret", "agent's token"),
        (hivekey.HiveKeyAdmin, None, "needs an administrator's key"),
        (hivekey.HiveKeyRoot, " hk_live_secret", "key of one workspace"),
        (hivekey.HiveKeyRoot, "", "needs the deployment's root key"),
        (hivekey.HiveKey, "hk_agt_secret\r\nx-evil: 1", "copied whole"),
        (hivekey.HiveKey, "hk_agt_secrét", "copied whole"),
    ],
)
def test_a_wrong_token_is_refused_and_not_repeated(
    make: type[hivekey.HiveKey | hivekey.HiveKeyAdmin | hivekey.HiveKeyRoot], token: str | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as raised:
        make(token)
    assert "secr" not in str(raised.value)


def test_the_address_is_the_option_else_the_variable_else_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hivekey.HiveKey("t").base_url == "https://gateway.hivekey.ai"
    monkeypatch.setenv("HIVEKEY_URL", "http://127.0.0.1:1234/")
    assert hivekey.HiveKey("t").base_url == "http://127.0.0.1:1234"
    assert hivekey.HiveKeyAdmin("t", base_url="https://gw.acme.com//").base_url == "https://gw.acme.com"
    monkeypatch.setenv("HIVEKEY_URL", "")
    assert hivekey.AsyncHiveKey("t").base_url == "https://gateway.hivekey.ai"


@pytest.mark.parametrize(
    "address", ["gateway", "ftp://gateway", "https://me:pw@gateway", "https://g?x=1", "https://g#x", "http://", "http://a b"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="The gateway's address"):
        hivekey.HiveKey("t", base_url=address)


def test_nothing_that_is_printed_shows_the_token(scripted: Scripted, http: httpx.Client) -> None:
    scripted.always = Reply(401, {"code": "unauthenticated", "detail": "no"})
    hk = hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, http_client=http)
    with pytest.raises(hivekey.AuthenticationError) as raised:
        hk.actions.run("mail.send")
    shown = [repr(hk), repr(vars(hk)), repr(vars(hk._transport)), repr(raised.value), repr(vars(raised.value))]
    with pytest.raises(hivekey.ConnectionError) as broken:
        hivekey.HiveKey(AGENT_TOKEN, base_url="http://127.0.0.1:9", max_retries=0).actions.run("mail.send")
    cause = broken.value.__cause__
    assert isinstance(cause, httpx.ConnectError)
    shown += [repr(broken.value), repr(cause), repr(vars(cause.request))]
    assert AGENT_TOKEN not in "".join(shown)
    assert "http://127.0.0.1:9" in str(broken.value)


def test_a_client_of_the_callers_own_keeps_its_settings_but_not_its_credentials(scripted: Scripted) -> None:
    scripted.always = Reply(200, {"items": [], "next_cursor": None})
    with httpx.Client(auth=("me", "pw"), headers={"x-trace": "7"}, follow_redirects=True) as http:
        hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, http_client=http, user_agent="shop/1").actions.list().page()
        assert scripted.seen[0].headers["authorization"] == f"Bearer {AGENT_TOKEN}"
        assert scripted.seen[0].headers["x-trace"] == "7"
        assert scripted.seen[0].headers["user-agent"].startswith("shop/1 hivekey-sdk-python/")
        hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, http_client=http).close()
        assert not http.is_closed


def test_a_redirect_is_not_followed(scripted: Scripted) -> None:
    scripted.always = Reply(301, headers={"location": f"{scripted.url}/elsewhere"})
    with httpx.Client(follow_redirects=True) as http, pytest.raises(hivekey.HiveKeyError, match="a redirect to") as raised:
        hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, http_client=http).actions.run("mail.send")
    assert (raised.value.code, len(scripted.seen)) == ("unexpected_answer", 1)


def test_leaving_the_block_closes_the_connections(scripted: Scripted) -> None:
    scripted.always = Reply(200, {"items": [], "next_cursor": None})
    with hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url) as hk:
        hk.actions.list().page()
    assert hk._transport._client.is_closed

    async def run() -> bool:
        async with hivekey.AsyncHiveKey(AGENT_TOKEN, base_url=scripted.url) as client:
            await client.actions.list().page()
        return client._transport._client.is_closed

    assert anyio.run(run)
    assert anyio.run(run, backend="asyncio")
