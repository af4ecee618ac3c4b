# Made from _async/roles.py by make_sync.py: change that one.
"""Roles: what agents may do, and under which conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from .._core.address import path_segment, query_string
from .._core.json_text import json_bytes
from .._core.messages import Request
from .._core.read_answer import answered_with_tag, done
from .._core.sent import document
from ..admin_types import AppliedRole, Role, RoleAnswer, RoleRevision
from ..types import Answered, VisibleAction
from .pages import Pages
from .transport import Transport


class Roles:
    """Where a change counts on something (``if_match``, ``if_none_match``) that no longer holds, nothing changes and a
    ConflictError (412) is raised; such a change is never sent twice."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(
        self,
        name: str,
        source: str | bytes | Mapping[str, Any],
        *,
        content_type: Literal["application/yaml", "application/json"] | None = None,
        dry_run: bool = False,
        no_widen: bool = False,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout: float | None = None,
    ) -> AppliedRole:
        """Applies a role: its file's text or bytes, or the document as a mapping. In force when it returns.

        :param content_type: what ``source`` is; a text is taken for YAML, which JSON is too, a mapping is sent as JSON
        :param dry_run: only say what it would do, with ``comparison``; nothing changes
        :param no_widen: ConflictError with the code ``would_widen`` where more would pass than now, or nobody can tell
        :param if_match: the ``etag`` that the role must still have
        :param if_none_match: ``*``: only if there is no role of this name
        """
        content, kind = document(source)
        return self._apply(
            Request(
                "PUT",
                _role_path(name) + _apply_query(dry_run, no_widen),
                content,
                content_type=content_type or kind,
                if_match=if_match,
                if_none_match=if_none_match,
                timeout=timeout,
            )
        )

    def patch(
        self,
        name: str,
        patch: Mapping[str, Any],
        *,
        dry_run: bool = False,
        no_widen: bool = False,
        if_match: str | None = None,
        timeout: float | None = None,
    ) -> AppliedRole:
        """Changes a role by a JSON merge patch (RFC 7396): ``{"guards": […]}`` replaces its guards."""
        return self._apply(
            Request(
                "PATCH",
                _role_path(name) + _apply_query(dry_run, no_widen),
                json_bytes(patch),
                content_type="application/merge-patch+json",
                if_match=if_match,
                timeout=timeout,
            )
        )

    def get(self, name: str, *, timeout: float | None = None) -> RoleAnswer:
        """The role in force."""
        answer = self._transport.send(Request("GET", _role_path(name), timeout=timeout))
        return cast(RoleAnswer, answered_with_tag(answer, ["name", "rev"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> Pages[Role]:
        """All roles."""
        return Pages(self._transport, "/v1/roles", {"limit": limit, "cursor": cursor}, timeout)

    def revisions(
        self, name: str, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None
    ) -> Pages[RoleRevision]:
        """Every revision of a role, the newest first; also of one that was deleted."""
        query = {"limit": limit, "cursor": cursor}
        return Pages(self._transport, f"{_role_path(name)}/revisions", query, timeout)

    def actions(self, name: str, *, timeout: float | None = None) -> Pages[VisibleAction]:
        """The actions that the role in force makes visible to its agents, with the schemas of their inputs."""
        return Pages(self._transport, f"{_role_path(name)}/actions", {}, timeout)

    def rollback(
        self,
        name: str,
        rev: int,
        *,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout: float | None = None,
    ) -> AppliedRole:
        """Applies an earlier revision again, as a new one, against today's actions. Never sent twice.

        :param if_none_match: ``*``: only if there is no role of this name, for one that was deleted
        """
        return self._apply(
            Request(
                "POST",
                f"{_role_path(name)}/rollback",
                json_bytes({"rev": rev}),
                if_match=if_match,
                if_none_match=if_none_match,
                timeout=timeout,
            )
        )

    def delete(self, name: str, *, if_match: str | None = None, timeout: float | None = None) -> Answered:
        """Deletes a role. Its revisions stay.

        :raises ConflictError: while agents use it; its message names them
        """
        request = Request("DELETE", _role_path(name), if_match=if_match, timeout=timeout)
        return cast(Answered, done(self._transport.send(request)))

    def _apply(self, request: Request) -> AppliedRole:
        answer = self._transport.send(request)
        return cast(AppliedRole, answered_with_tag(answer, ["name", "rev", "change"]))


def _apply_query(dry_run: bool, no_widen: bool) -> str:
    return query_string({"dry_run": dry_run or None, "no_widen": no_widen or None})


def _role_path(name: str) -> str:
    return f"/v1/roles/{path_segment(name)}"
