/** How changes of agents are answered. */
import type { AgentChange } from "../gateway/change-agent.ts";
import type { Answer } from "./endpoint.ts";
import { notEverywhere } from "./role-bodies.ts";

/** @param role - the role that was asked for, for the error that names it */
export function answerAgentChange(change: AgentChange, name: string, role?: string): Answer {
	switch (change.kind) {
		case "changed":
			return { status: 200, body: change.agent };
		case "not_found":
			return { problem: "not_found", detail: `there is no agent ${name}` };
		case "revoked":
			return { problem: "agent_revoked", detail: `agent ${name} is revoked: create another` };
		case "no_role":
			return unknownRole(role ?? "");
		case "not_everywhere":
			return notEverywhere(change.agents);
	}
}

export function unknownRole(role: string): Answer {
	return {
		problem: "invalid_request",
		detail: `there is no role ${role}: apply it first`,
		errors: [{ path: "role", code: "unknown_role", message: `there is no role ${role}` }],
	};
}
