# Made from _async/workspaces.py by make_sync.py: change that one.
"""Workspaces: for the operator of a deployment, with the root key."""

from __future__ import annotations

from typing import cast

from .._core.address import path_segment
from .._core.messages import Request
from .._core.read_answer import answered
from .._core.sent import sent
from ..admin_types import CreatedKey, CreatedWorkspace, Workspace
from .pages import Pages
from .transport import Transport


class Workspaces:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self, *, organization: str, workspace: str, owner: str | None = None, timeout: float | None = None
    ) -> CreatedWorkspace:
        """Makes a workspace. The answer carries its first admin key, once. Never sent twice.

        :param owner: whose key it is: a name or an address
        """
        content = sent(organization=organization, workspace=workspace, owner=owner)
        answer = self._transport.send(Request("POST", "/v1/workspaces", content, timeout=timeout))
        return cast(CreatedWorkspace, answered(answer, ["workspace_id", "key"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> Pages[Workspace]:
        """All workspaces of the deployment."""
        return Pages(self._transport, "/v1/workspaces", {"limit": limit, "cursor": cursor}, timeout)

    def replace_key(self, id: str, *, owner: str, revoke_others: bool = False, timeout: float | None = None) -> CreatedKey:
        """Makes a new admin key for a workspace whose key was lost or leaked. The answer carries it, once. Never sent twice.

        :param id: ``ws_…``
        :param revoke_others: also revokes every other key of the workspace: for one that leaked
        """
        content = sent(owner=owner, revoke_others=revoke_others or None)
        request = Request("POST", f"/v1/workspaces/{path_segment(id)}/keys", content, timeout=timeout)
        return cast(CreatedKey, answered(self._transport.send(request), ["id", "key"]))
