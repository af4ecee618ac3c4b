/** How an agent's parts are told to people. */
import type { Agent } from "../../../../sdk/typescript/src/index.ts";
import { fullTime } from "../../audit/moment.ts";

/** `team=support zone=eu`. */
export function labelsText(labels: Record<string, string> | undefined): string {
	return Object.entries(labels ?? {})
		.map(([key, value]) => `${key}=${value}`)
		.join(" ");
}

/** `active`, or since when it is revoked. */
export function statusText(agent: Agent): string {
	return agent.revoked_at === null || agent.revoked_at === undefined ? "active" : `revoked ${fullTime(agent.revoked_at)}`;
}
