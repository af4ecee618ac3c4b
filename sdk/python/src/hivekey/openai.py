"""The actions that an agent may run as tools for OpenAI's models: ``pip install "hivekey[openai]"``.

>>> tools = hivekey_tools(hk)
>>> completion = openai.chat.completions.create(model=model, messages=messages, tools=tools.chat)
>>> messages += [completion.choices[0].message, *tools.messages(completion.choices[0].message)]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from ._async.hivekey import AsyncHiveKey
from ._core.tools import ActionTool, arguments_of, no_input, text_of, told, tools_of
from ._sync.hivekey import HiveKey
from .errors import HiveKeyError

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessage, ChatCompletionToolMessageParam, ChatCompletionToolParam
    from openai.types.responses import FunctionToolParam, Response
    from openai.types.responses.response_input_param import FunctionCallOutput


def hivekey_tools(hk: HiveKey, *, only: Sequence[str] | None = None, wait: bool | float = False) -> OpenAITools:
    """Asks the gateway which actions this agent sees. What is not visible is no tool.

    :param only: only these actions; left out: all that it sees
    :param wait: waits through a review, as ``hk.actions.run`` does; left out: the model is told that the call is held
    :raises ValueError: for a name in ``only`` that the agent does not see
    """
    return OpenAITools(tools_of([*hk.actions.list()], only), hk, wait)


async def async_hivekey_tools(
    hk: AsyncHiveKey, *, only: Sequence[str] | None = None, wait: bool | float = False
) -> AsyncOpenAITools:
    """The same, for an asynchronous client."""
    return AsyncOpenAITools(tools_of([action async for action in hk.actions.list()], only), hk, wait)


class _Definitions:
    """The tools as OpenAI's two interfaces take them."""

    #: For ``chat.completions.create(tools=…)``.
    chat: list[ChatCompletionToolParam]
    #: For ``responses.create(tools=…)``.
    responses: list[FunctionToolParam]

    def __init__(self, tools: list[ActionTool], wait: bool | float) -> None:
        self._actions = {tool.name: tool.action for tool in tools}
        self._wait = wait
        functions = [{"name": tool.name, "description": tool.description, "parameters": tool.schema} for tool in tools]
        self.chat = [cast("ChatCompletionToolParam", {"type": "function", "function": one}) for one in functions]
        self.responses = [cast("FunctionToolParam", {"type": "function", **one, "strict": False}) for one in functions]

    def _action(self, name: str) -> str:
        if name not in self._actions:
            raise ValueError(f"There is no tool {name}.")
        return self._actions[name]

    def _calls(self, message: ChatCompletionMessage) -> list[Any]:
        calls: list[Any] = [call for call in message.tool_calls or [] if call.type == "function"]
        return [call for call in calls if call.function.name in self._actions]

    def _function_calls(self, response: Response) -> list[Any]:
        return [item for item in response.output if item.type == "function_call" and item.name in self._actions]


class OpenAITools(_Definitions):
    def __init__(self, tools: list[ActionTool], hk: HiveKey, wait: bool | float) -> None:
        super().__init__(tools, wait)
        self._hk = hk

    def run(self, name: str, arguments: str) -> str:
        """Runs what a model called, and answers what it is told: the result as JSON, or why there is none.

        :raises HiveKeyError: if it is not about the call: no connection, no valid token, no gateway
        """
        action, given = self._action(name), arguments_of(arguments)
        if given is None:
            return text_of(no_input())
        try:
            return text_of(self._hk.actions.run(action, given, wait=self._wait)["result"])
        except HiveKeyError as error:
            return text_of(told(error))

    def messages(self, message: ChatCompletionMessage) -> list[ChatCompletionToolMessageParam]:
        """Runs what a message of chat.completions calls of these tools, and answers the messages that go back."""
        return [_message(call.id, self.run(call.function.name, call.function.arguments)) for call in self._calls(message)]

    def outputs(self, response: Response) -> list[FunctionCallOutput]:
        """Runs what a response calls of these tools, and answers the items that go back."""
        return [_output(call.call_id, self.run(call.name, call.arguments)) for call in self._function_calls(response)]


class AsyncOpenAITools(_Definitions):
    def __init__(self, tools: list[ActionTool], hk: AsyncHiveKey, wait: bool | float) -> None:
        super().__init__(tools, wait)
        self._hk = hk

    async def run(self, name: str, arguments: str) -> str:
        """Runs what a model called, and answers what it is told: the result as JSON, or why there is none.

        :raises HiveKeyError: if it is not about the call: no connection, no valid token, no gateway
        """
        action, given = self._action(name), arguments_of(arguments)
        if given is None:
            return text_of(no_input())
        try:
            return text_of((await self._hk.actions.run(action, given, wait=self._wait))["result"])
        except HiveKeyError as error:
            return text_of(told(error))

    async def messages(self, message: ChatCompletionMessage) -> list[ChatCompletionToolMessageParam]:
        """Runs what a message of chat.completions calls of these tools, and answers the messages that go back."""
        return [_message(call.id, await self.run(call.function.name, call.function.arguments)) for call in self._calls(message)]

    async def outputs(self, response: Response) -> list[FunctionCallOutput]:
        """Runs what a response calls of these tools, and answers the items that go back."""
        return [_output(call.call_id, await self.run(call.name, call.arguments)) for call in self._function_calls(response)]


def _message(call_id: str, content: str) -> ChatCompletionToolMessageParam:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def _output(call_id: str, output: str) -> FunctionCallOutput:
    return {"type": "function_call_output", "call_id": call_id, "output": output}
