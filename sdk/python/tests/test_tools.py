"""Visible actions as tools of OpenAI, LangChain and Pydantic AI: with the frameworks, against the real Worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
from conftest import Server
from openai import OpenAI
from scripted import AGENT_TOKEN, Reply, Scripted

import hivekey
from hivekey._core.tools import arguments_of, tool_names, tools_of

MAIL = {"to": "jordan@acme.com", "subject": "Hi", "body": "…"}
DENIED = {**MAIL, "to": "eve@gmail.com"}
HELD = {**MAIL, "subject": "Refund"}


@pytest.fixture
def hk(server: Server, http: httpx.Client) -> hivekey.HiveKey:
    return hivekey.HiveKey(server.begin(), base_url=server.url, http_client=http)


@pytest.fixture
def async_hk(server: Server) -> Iterator[hivekey.AsyncHiveKey]:
    yield hivekey.AsyncHiveKey(server.begin(), base_url=server.url)


def visible(name: str) -> Any:
    return {"name": name, "description": "Does it", "input_schema": {"type": "object"}}


def test_names_are_ones_that_models_take_no_two_alike_and_the_same_in_any_order() -> None:
    actions = ["mail_send.now", "mail.send_now", "mail.send", f"a.{'b' * 63}", f"a.{'b' * 64}"]
    names = tool_names(set(actions))
    assert [names[action] for action in actions] == [
        "mail_send_now_2",
        "mail_send_now",
        "mail_send",
        f"a_{'b' * 62}",
        f"a_{'b' * 60}_2",
    ]
    assert names == tool_names(set(reversed(actions)))


def test_only_chooses_among_what_the_agent_sees() -> None:
    seen = [visible("mail.read"), visible("mail.send")]
    assert [tool.action for tool in tools_of(seen, ["mail.send"])] == ["mail.send"]
    with pytest.raises(ValueError, match="sees no action"):
        tools_of(seen, ["pay.refund"])


def test_what_is_no_json_object_is_no_input() -> None:
    assert [arguments_of(text) for text in ("{", "[1]", '"a"', "[" * 100_000)] == [None] * 4
    assert (arguments_of(""), arguments_of('{"a": 1}')) == ({}, {"a": 1})


def completion(*calls: tuple[str, str]) -> dict[str, Any]:
    made = [{"id": f"call_{i}", "type": "function", "function": {"name": n, "arguments": a}} for i, (n, a) in enumerate(calls)]
    message = {"role": "assistant", "content": None, "tool_calls": made}
    choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}


def response(*calls: tuple[str, str]) -> dict[str, Any]:
    made = [{"type": "function_call", "call_id": f"call_{i}", "name": n, "arguments": a} for i, (n, a) in enumerate(calls)]
    about = {"id": "r", "object": "response", "created_at": 0, "model": "m", "parallel_tool_calls": True}
    return {**about, "output": made, "tool_choice": "auto", "tools": []}


def told(text: str) -> Any:
    """What the model is told, without what is another thing in every run."""
    return {key: value for key, value in json.loads(text).items() if key in ("error", "queued")}


def test_openai_is_given_the_actions_and_told_what_became_of_its_calls(hk: hivekey.HiveKey, scripted: Scripted) -> None:
    openai = OpenAI(api_key="k", base_url=scripted.url)
    from hivekey.openai import hivekey_tools

    tools = hivekey_tools(hk)
    calls = [("mail_send", text) for text in [*map(json.dumps, (MAIL, DENIED, HELD, {"to": 1})), "{"]]
    calls.append(("weather", "{}"))
    scripted.once = [Reply(200, completion(*calls), {"content-type": "application/json"})]
    made = openai.chat.completions.create(model="m", messages=[{"role": "user", "content": "Go"}], tools=tools.chat)
    sent = json.loads(scripted.seen[0].body)["tools"]
    assert [tool["function"]["name"] for tool in sent] == ["mail_read", "mail_send"]
    assert sent[1]["function"]["parameters"]["required"] == ["to", "subject", "body"]
    answers = tools.messages(made.choices[0].message)
    assert [answer["tool_call_id"] for answer in answers] == [f"call_{number}" for number in range(5)]
    assert [told(str(answer["content"])) for answer in answers] == [
        {"queued": True},
        {"error": "denied"},
        {"error": "held"},
        {"error": "invalid_request"},
        {"error": "invalid_request"},
    ]
    assert "recipient domain 'gmail.com' not in allowlist" in str(answers[1]["content"])
    with pytest.raises(ValueError, match="no tool mail_burn"):
        tools.run("mail_burn", "{}")
    openai.close()


def test_openai_responses_are_answered_by_the_asynchronous_client_too(async_hk: hivekey.AsyncHiveKey, scripted: Scripted) -> None:
    openai = OpenAI(api_key="k", base_url=scripted.url)
    from hivekey.openai import async_hivekey_tools

    async def run() -> None:
        async with async_hk:
            tools = await async_hivekey_tools(async_hk)
            calls = [("mail_send", json.dumps(one)) for one in (MAIL, DENIED)]
            scripted.once = [Reply(200, response(*calls), {"content-type": "application/json"})]
            made = openai.responses.create(model="m", input="Go", tools=tools.responses)
            assert [tool["name"] for tool in json.loads(scripted.seen[0].body)["tools"]] == ["mail_read", "mail_send"]
            outputs = await tools.outputs(made)
            assert [(one["call_id"], told(str(one["output"]))) for one in outputs] == [
                ("call_0", {"queued": True}),
                ("call_1", {"error": "denied"}),
            ]

    anyio.run(run)
    openai.close()


def test_langchain_tools_run_the_actions(hk: hivekey.HiveKey, async_hk: hivekey.AsyncHiveKey) -> None:
    from langchain_core.utils.function_calling import convert_to_openai_tool

    from hivekey.langchain import async_hivekey_tools, hivekey_tools

    read, send = hivekey_tools(hk)
    assert [read.name, send.name] == ["mail_read", "mail_send"]
    assert convert_to_openai_tool(send)["function"]["parameters"]["required"] == ["to", "subject", "body"]
    message = send.invoke({"type": "tool_call", "id": "call_1", "name": "mail_send", "args": MAIL})
    assert (message.tool_call_id, told(message.content)) == ("call_1", {"queued": True})
    assert told(send.invoke(DENIED)) == {"error": "denied"}
    assert told(send.invoke({**MAIL, "config": 1, "run_manager": 2, "self": 3})) == {"error": "invalid_request"}

    async def run() -> None:
        async with async_hk:
            _, sending = await async_hivekey_tools(async_hk)
            assert [told(await sending.ainvoke(one)) for one in (MAIL, HELD)] == [{"queued": True}, {"error": "held"}]
            with pytest.raises(NotImplementedError, match="asynchronous client"):
                sending.invoke(MAIL)
            assert told(await send.ainvoke(MAIL)) == {"queued": True}

    anyio.run(run)


def test_pydantic_ai_tools_run_the_actions(hk: hivekey.HiveKey, async_hk: hivekey.AsyncHiveKey) -> None:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
    from pydantic_ai.models.function import FunctionModel

    from hivekey.pydantic_ai import async_hivekey_tools, hivekey_tools

    def model(messages: Any, info: Any) -> Any:
        if len(messages) > 1:
            return ModelResponse(parts=[TextPart(json.dumps([part.content for part in messages[-1].parts]))])
        assert [tool.name for tool in info.function_tools] == ["mail_read", "mail_send"]
        return ModelResponse(parts=[ToolCallPart("mail_send", one) for one in (MAIL, DENIED, {"ctx": 1})])

    async def run() -> list[Any]:
        async with async_hk:
            first = await Agent(FunctionModel(model), tools=await async_hivekey_tools(async_hk)).run("Go")
            second = await Agent(FunctionModel(model), tools=hivekey_tools(hk)).run("Go")
            return [first.output, second.output]

    for output in anyio.run(run):
        assert [told(json.dumps(one)) for one in json.loads(output)] == [
            {"queued": True},
            {"error": "denied"},
            {"error": "invalid_request"},
        ]


def test_what_is_not_about_the_call_is_raised(scripted: Scripted, http: httpx.Client) -> None:
    from hivekey.openai import hivekey_tools

    hk = hivekey.HiveKey(AGENT_TOKEN, base_url=scripted.url, max_retries=0, http_client=http)
    scripted.once = [Reply(200, {"items": [visible("mail.send")], "next_cursor": None})]
    tools = hivekey_tools(hk)
    scripted.once = [Reply(401, {"code": "unauthenticated"})]
    with pytest.raises(hivekey.AuthenticationError):
        tools.run("mail_send", "{}")
    scripted.once = [Reply(cut=True)]
    with pytest.raises(hivekey.ConnectionError):
        tools.run("mail_send", "{}")
