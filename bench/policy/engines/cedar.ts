/** @cedar-policy/cedar-wasm: policies parsed once, calls prepared as the objects that it takes. */
import { initSync, preparsePolicySet, type StatefulAuthorizationCall, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/web";
import { TOUR_CAP, TOUR_DOMAINS } from "../roles.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

const POLICY = `permit(principal, action == Action::"mail.send", resource) when {
  ${JSON.stringify(TOUR_DOMAINS)}.containsAll(context.domains) && context.count <= ${TOUR_CAP}
};`;

export const cedar: EngineMaker = (calls, surroundings) => {
	initSync({ module: surroundings.cedar });
	const parsed = preparsePolicySet("tour", { staticPolicies: POLICY });
	if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
	const asked = calls.map(
		({ action, domains, count }): StatefulAuthorizationCall => ({
			principal: { type: "Agent", id: "helpdesk-bot" },
			action: { type: "Action", id: action },
			resource: { type: "Mailbox", id: "helpdesk" },
			context: { domains, count },
			preparsedPolicySetId: "tour",
			entities: [],
		}),
	);
	const decide = (call: StatefulAuthorizationCall) => {
		const answer = statefulIsAuthorized(call);
		return passNumber(answer.type === "success" && answer.response.decision === "allow");
	};
	return {
		name: "@cedar-policy/cedar-wasm",
		calls: calls.length,
		answers: () => asked.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) sum += decide(asked[i] as StatefulAuthorizationCall);
			return sum;
		},
	};
};
