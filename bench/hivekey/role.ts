/** The role of the tour: two actions, mail to approved domains only, and a cap that no bench reaches. */

export const ROLE_NAME = "support-agent";

export const ROLE = {
	apiVersion: "policy.hivekey.ai/v1",
	kind: "Role",
	metadata: { name: ROLE_NAME, description: "First-line support — read mail, reply only." },
	scope: { allow: ["mail.read", "mail.send"] },
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
			when: { field: "rate.per_day", lte: 100_000_000 },
			effect: "allow",
			otherwise: "review",
		},
	],
};
