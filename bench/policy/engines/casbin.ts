/** casbin: a policy a domain, each recipient enforced, synchronously. */
import { newEnforcer, newModelFromString, StringAdapter } from "casbin";
import type { ReadCall } from "../calls.ts";
import { TOUR_CAP, TOUR_DOMAINS } from "../roles.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

const MODEL = `
[request_definition]
r = action, domain, count
[policy_definition]
p = action, domain
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.action == p.action && r.domain == p.domain && r.count <= ${TOUR_CAP}
`;

export const casbin: EngineMaker = async (calls) => {
	const policies = TOUR_DOMAINS.map((domain) => `p, mail.send, ${domain}`).join("\n");
	const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(policies));
	const decide = ({ action, domains, count }: ReadCall) => {
		for (const domain of domains) if (!enforcer.enforceSync(action, domain, count)) return passNumber(false);
		return passNumber(true);
	};
	return {
		name: "casbin",
		calls: calls.length,
		answers: () => calls.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < calls.length; i++) sum += decide(calls[i] as ReadCall);
			return sum;
		},
	};
};
