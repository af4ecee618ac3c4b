/** One call's input under one role: what the pure engine makes of it. The same for a call that comes in and for one that was held. */
import type { JsonObject } from "../contract/json.ts";
import { decide } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import type { LoadedRole } from "../policy/load-role.ts";
import type { Binding, Digests } from "./ports.ts";

/** What is known of the request besides its input. Reading the country is dear: it is read only where a guard asks. */
export interface RequestFacts {
	sourceIp: string | undefined;
	country: () => string | undefined;
}

/** @param call - its input in canonical form, see policy/canonical-input.ts */
export function decideInput(
	ports: { digests: Digests; now: () => number },
	binding: Binding,
	role: LoadedRole,
	call: { action: string; input: JsonObject },
	request: RequestFacts,
): Decision {
	return decide(role, call, {
		now: ports.now(),
		agent: { name: binding.name, labels: binding.labels },
		request: {
			ip: request.sourceIp,
			get country() {
				return request.country();
			},
		},
		digest: (text) => ports.digests.ofInput(binding.workspace_id, text),
	});
}

/** The digest that stands for an action and its input on the log, and in what people sign. */
export function inputDigest(digests: Digests, workspaceId: string, action: string, inputText: string): string {
	return digests.ofInput(workspaceId, `${action}\n${inputText}`);
}
