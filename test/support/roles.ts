/** Role documents that the suites share. */

/** A role over both mail actions. @param guards - YAML, a list at no indentation */
export function mailRole(name: string, guards = "[]"): string {
	const block = guards.trim() === "[]" ? " []" : `\n${guards.replace(/^/gm, "  ")}`;
	return `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata:
  name: ${name}
scope:
  allow:
    - mail.read
    - mail.send
guards:${block}
`;
}

/** The guards of the product page. */
export const PAGE_GUARDS = {
	guards: [
		{
			id: "approved-domains",
			action: "mail.send",
			when: { field: "to.domain", in: ["acme.com", "acme-support.com"] },
			effect: "allow",
			otherwise: "deny",
		},
		{
			id: "daily-volume-cap",
			action: "mail.send",
			when: { field: "rate.per_day", lte: 500 },
			effect: "allow",
			otherwise: "review",
		},
	],
};

/** At most `most` mails a window, or `otherwise`. */
export function rateGuard(most: number, otherwise: "deny" | "review", window = "per_day"): string {
	return `- { id: cap, action: mail.send, when: { field: rate.${window}, lte: ${most} }, effect: allow, otherwise: ${otherwise} }`;
}

export const APPROVED_DOMAINS = `- id: approved-domains
  action: mail.send
  when: { field: to.domain, in: [acme.com, acme-support.com] }
  effect: allow
  otherwise: deny`;
