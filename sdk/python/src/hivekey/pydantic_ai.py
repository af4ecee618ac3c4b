"""The actions that an agent may run as Pydantic AI tools: ``pip install "hivekey[pydantic-ai]"``.

>>> agent = Agent(model, tools=hivekey_tools(hk))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic_ai import Tool

from ._async.hivekey import AsyncHiveKey
from ._core.tools import ActionTool, told, tools_of
from ._sync.hivekey import HiveKey
from .errors import HiveKeyError


def hivekey_tools(hk: HiveKey, *, only: Sequence[str] | None = None, wait: bool | float = False) -> list[Tool[Any]]:
    """Asks the gateway which actions this agent sees. What is not visible is no tool. The model is told a call's result, or why
    there is none; what is not about the call is raised.

    :param only: only these actions; left out: all that it sees
    :param wait: waits through a review, as ``hk.actions.run`` does; left out: the model is told that the call is held
    :raises ValueError: for a name in ``only`` that the agent does not see
    """

    def runner(action: str) -> Callable[..., Any]:
        def run(**given: Any) -> Any:
            try:
                return hk.actions.run(action, given, wait=wait)["result"]
            except HiveKeyError as error:
                return told(error)

        return run

    return [_tool(tool, runner(tool.action)) for tool in tools_of([*hk.actions.list()], only)]


async def async_hivekey_tools(
    hk: AsyncHiveKey, *, only: Sequence[str] | None = None, wait: bool | float = False
) -> list[Tool[Any]]:
    """The same, for an asynchronous client."""

    def runner(action: str) -> Callable[..., Any]:
        async def run(**given: Any) -> Any:
            try:
                return (await hk.actions.run(action, given, wait=wait))["result"]
            except HiveKeyError as error:
                return told(error)

        return run

    return [_tool(tool, runner(tool.action)) for tool in tools_of([action async for action in hk.actions.list()], only)]


def _tool(tool: ActionTool, run: Callable[..., Any]) -> Tool[Any]:
    made: Tool[Any] = Tool.from_schema(run, name=tool.name, description=tool.description, json_schema=tool.schema)
    return made
