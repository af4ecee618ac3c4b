/** Roles of eight forms, each beside the closure that somebody would write by hand for just that role. */
import type { GuardDocument } from "../../src/contract/role-document.ts";
import { ALLOW, type Answer, answerOf, DENY, NOT_IN_SCOPE, REVIEW } from "./answer.ts";
import { STRANGERS } from "./calls.ts";

/** From what was read already: the recipients' domains, and the calls of the day with this one. */
export type IdealDecision = (action: string, domains: readonly string[], count: number) => Answer;

export interface Form {
	guards(domains: string[], cap: number): Partial<GuardDocument>[];
	ideal(domains: string[], cap: number): IdealDecision;
}

const CAP = { id: "daily-volume-cap", action: "mail.send" } as const;
const DOMAINS = { id: "approved-domains", action: "mail.send" } as const;
const ALLOWED = answerOf(ALLOW, 0);
const REFUSED = answerOf(DENY, 0);
const HELD = answerOf(REVIEW, 1);

/** The tour's own: recipients of approved domains, and people look at what goes over the cap. */
export const TOUR: Form = {
	guards: (domains, cap) => [
		{ ...DOMAINS, when: { field: "to.domain", in: domains }, effect: "allow", otherwise: "deny" },
		{ ...CAP, when: { field: "rate.per_day", lte: cap }, effect: "allow", otherwise: "review" },
	],
	ideal(domains, cap) {
		const approved = new Set(domains);
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			for (let i = 0; i < recipients.length; i++) if (!approved.has(recipients[i] as string)) return REFUSED;
			return count <= cap ? ALLOWED : HELD;
		};
	},
};

const turnedRound: Form = {
	guards: (domains, cap) => [
		{ ...DOMAINS, when: { field: "to.domain", not_in: domains }, effect: "deny", otherwise: "allow" },
		{ ...CAP, when: { field: "rate.per_day", gt: cap }, effect: "review", otherwise: "allow" },
	],
	ideal: TOUR.ideal,
};

const fewRecipients: Form = {
	guards: (domains, cap) => [
		{
			...DOMAINS,
			when: {
				all: [
					{ field: "to.domain", in: domains },
					{ field: "to.count", lte: 2 },
				],
			},
		},
		{ ...CAP, when: { field: "rate.per_day", lte: cap }, otherwise: "review" },
	],
	ideal(domains, cap) {
		const approved = new Set(domains);
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			if (recipients.length > 2) return REFUSED;
			for (let i = 0; i < recipients.length; i++) if (!approved.has(recipients[i] as string)) return REFUSED;
			return count <= cap ? ALLOWED : HELD;
		};
	},
};

const oneDomain: Form = {
	guards: (domains, cap) => [
		{ ...DOMAINS, when: { field: "to.domain", eq: domains[0] } },
		{ ...CAP, when: { field: "rate.per_day", lt: cap }, otherwise: "review" },
	],
	ideal([domain], cap) {
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			for (let i = 0; i < recipients.length; i++) if (recipients[i] !== domain) return REFUSED;
			return count < cap ? ALLOWED : HELD;
		};
	},
};

const withSubdomains: Form = {
	guards: (domains, cap) => [
		{ ...DOMAINS, when: { field: "to.domain", in: [...domains, `*.${domains[0]}`] } },
		{ ...CAP, when: { field: "rate.per_day", lte: cap }, otherwise: "review" },
	],
	ideal(domains, cap) {
		const approved = new Set(domains);
		const suffix = `.${domains[0]}`;
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			for (let i = 0; i < recipients.length; i++) {
				const domain = recipients[i] as string;
				if (!approved.has(domain) && !domain.endsWith(suffix)) return REFUSED;
			}
			return count <= cap ? ALLOWED : HELD;
		};
	},
};

const blocklist: Form = {
	guards: (_, cap) => [
		{ ...DOMAINS, when: { not: { field: "to.domain", in: STRANGERS } } },
		{ ...CAP, when: { field: "rate.per_day", lte: cap }, otherwise: "review" },
	],
	ideal(_, cap) {
		const blocked = new Set(STRANGERS);
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			for (let i = 0; i < recipients.length; i++) if (blocked.has(recipients[i] as string)) return REFUSED;
			return count <= cap ? ALLOWED : HELD;
		};
	},
};

const capFirst: Form = {
	guards: (domains, cap) => [
		{ ...CAP, when: { field: "rate.per_day", lte: cap }, otherwise: "deny" },
		{ ...DOMAINS, when: { field: "to.domain", in: domains } },
	],
	ideal(domains, cap) {
		const approved = new Set(domains);
		const stranger = answerOf(DENY, 1);
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			if (count > cap) return REFUSED;
			for (let i = 0; i < recipients.length; i++) if (!approved.has(recipients[i] as string)) return stranger;
			return ALLOWED;
		};
	},
};

const threeGuards: Form = {
	guards: (domains, cap) => [
		{ ...DOMAINS, when: { field: "to.domain", in: domains } },
		{ id: "few-recipients", action: "mail.send", when: { field: "to.count", lte: 2 }, otherwise: "review" },
		{ ...CAP, when: { field: "rate.per_day", lte: cap }, otherwise: "review" },
	],
	ideal(domains, cap) {
		const approved = new Set(domains);
		const overCap = answerOf(REVIEW, 2);
		return (action, recipients, count) => {
			if (action !== "mail.send") return NOT_IN_SCOPE;
			for (let i = 0; i < recipients.length; i++) if (!approved.has(recipients[i] as string)) return REFUSED;
			return recipients.length > 2 ? HELD : count <= cap ? ALLOWED : overCap;
		};
	},
};

export const FORMS: Form[] = [TOUR, turnedRound, fewRecipients, oneDomain, withSubdomains, blocklist, capFirst, threeGuards];
