"""The actions that an agent may run as LangChain tools: ``pip install "hivekey[langchain]"``.

>>> agent = create_agent(model, hivekey_tools(hk))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import run_in_executor
from langchain_core.tools import BaseTool
from pydantic import PrivateAttr

from ._async.hivekey import AsyncHiveKey
from ._core.tools import ActionTool, text_of, told, tools_of
from ._sync.hivekey import HiveKey
from .errors import HiveKeyError


def hivekey_tools(hk: HiveKey, *, only: Sequence[str] | None = None, wait: bool | float = False) -> list[BaseTool]:
    """Asks the gateway which actions this agent sees. What is not visible is no tool.

    :param only: only these actions; left out: all that it sees
    :param wait: waits through a review, as ``hk.actions.run`` does; left out: the model is told that the call is held
    :raises ValueError: for a name in ``only`` that the agent does not see
    """
    return [_RunAction(tool, wait, hk, None) for tool in tools_of([*hk.actions.list()], only)]


async def async_hivekey_tools(
    hk: AsyncHiveKey, *, only: Sequence[str] | None = None, wait: bool | float = False
) -> list[BaseTool]:
    """The same, for an asynchronous client: the tools can be awaited only."""
    return [_RunAction(tool, wait, None, hk) for tool in tools_of([action async for action in hk.actions.list()], only)]


class _RunAction(BaseTool):
    """The model is told the result as JSON, or why there is none. What is not about the call is raised."""

    _action: str = PrivateAttr()
    _wait: bool | float = PrivateAttr()
    _hk: HiveKey | None = PrivateAttr()
    _async_hk: AsyncHiveKey | None = PrivateAttr()

    def __init__(self, tool: ActionTool, wait: bool | float, hk: HiveKey | None, async_hk: AsyncHiveKey | None) -> None:
        super().__init__(name=tool.name, description=tool.description, args_schema=tool.schema)
        self._action, self._wait, self._hk, self._async_hk = tool.action, wait, hk, async_hk

    def _parse_input(self, tool_input: str | dict[str, Any], tool_call_id: str | None) -> dict[str, Any]:
        # As one value: LangChain would take an input that is called `config` for its own.
        return {"given": super()._parse_input(tool_input, tool_call_id)}

    def _run(self, given: dict[str, Any]) -> str:
        if self._hk is None:
            raise NotImplementedError("This tool has an asynchronous client: await it, or take hivekey_tools(HiveKey(…)).")
        try:
            return text_of(self._hk.actions.run(self._action, given, wait=self._wait)["result"])
        except HiveKeyError as error:
            return text_of(told(error))

    async def _arun(self, given: dict[str, Any]) -> str:
        if self._async_hk is None:
            return await run_in_executor(None, self._run, given)
        try:
            return text_of((await self._async_hk.actions.run(self._action, given, wait=self._wait))["result"])
        except HiveKeyError as error:
            return text_of(told(error))
