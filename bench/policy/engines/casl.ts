/** CASL: one rule with conditions, each recipient asked about as a subject of its own. */
import { createMongoAbility, type MongoAbility, subject } from "@casl/ability";
import { TOUR_CAP, TOUR_DOMAINS } from "../roles.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

type Mail = ReturnType<typeof mailOf>;

export const casl: EngineMaker = (calls) => {
	const ability: MongoAbility = createMongoAbility([
		{ action: "mail.send", subject: "Mail", conditions: { domain: { $in: TOUR_DOMAINS }, count: { $lte: TOUR_CAP } } },
	]);
	const asked = calls.map(({ action, domains, count }) => ({ action, mails: domains.map((domain) => mailOf(domain, count)) }));
	const decide = ({ action, mails }: (typeof asked)[number]) => {
		for (const mail of mails) if (!ability.can(action, mail)) return passNumber(false);
		return passNumber(true);
	};
	return {
		name: "CASL",
		calls: calls.length,
		answers: () => asked.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) sum += decide(asked[i] as (typeof asked)[number]);
			return sum;
		},
	};
};

function mailOf(domain: string, count: number): { action?: string; mails?: Mail[] } & object {
	return subject("Mail", { domain, count });
}
