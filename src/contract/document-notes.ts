/** What editors show beside the keys of a policy document. `guards[]` stands for each guard. */

export const METADATA = {
	apiVersion: "The version of the policy language.",
	kind: "What this document is: Role, RoleTest, List, Connector or Sink.",
	metadata: "What the document is called.",
	"metadata.name": "Lower-case letters, digits and hyphens, a letter first.",
	"metadata.description": "For people.",
	"metadata.labels": "For people and for searches: short texts under short names.",
};

export const ROLE_NOTES: Readonly<Record<string, string>> = {
	...METADATA,
	"": "What an agent may do. Everything that is not granted is denied.",
	scope: "The actions that an agent of this role can see. Nothing else exists for it.",
	"scope.allow": "Actions (mail.send) and patterns: * stands for one segment, ** for one or more.",
	"scope.deny": "Taken away again, whatever `allow` says.",
	timezone: "The zone of time fields, such as Europe/Vienna. UTC if left out.",
	let: "Conditions by name, taken by {use: name}.",
	lists: "Lists by name, taken by {list: name}.",
	guards: "Checked in this order, in the path of every call that the scope grants. A deny ends it.",
	"guards[].id": "What answers and the log call this guard.",
	"guards[].action": "The actions that it guards: a name, a pattern, or a list of them.",
	"guards[].when": "The condition. Left out, it always holds. What cannot be told takes the stricter of effect and otherwise.",
	"guards[].effect": "What is taken if `when` holds: allow, deny, or review (held for a person). allow if left out.",
	"guards[].otherwise": "What is taken if `when` does not hold. If left out: deny after effect allow, else allow.",
	"guards[].reason": "Your own words, shown to the agent in place of ours.",
	"guards[].mode": "enforce, or shadow: evaluated and logged, and never applied.",
	"guards[].review": "The terms of the review that effect or otherwise asks for.",
	"guards[].review.approvals": "How many people must approve.",
	"guards[].review.expires": "How long it stays open: 30m, 24h, 7d.",
	"guards[].review.self_approval":
		"Whether the owner whose key made the agent may approve. Left out: only where nobody else could.",
};

export const ROLE_TEST_NOTES: Readonly<Record<string, string>> = {
	...METADATA,
	"": "What a role has to decide, case by case. Run by `hivekey role test`.",
	role: "The name of the role that is tested.",
	cases: "Each is one call.",
	"cases[].name": "What has to be so. Every case has a name of its own.",
	"cases[].action": "The action that is called.",
	"cases[].input": "The input of the call.",
	"cases[].given": "What is known besides: counters with this call in them, the time, the agent, the request.",
	"cases[].expect": "What has to come. A key that is left out is not looked at; null means that there is none.",
	"cases[].expect.verdict": "allow, review or deny.",
	"cases[].expect.guard": "The guard that denied, else the first that asked for review, else the first that matched.",
	"cases[].expect.reason": "The sentence for the agent.",
	"cases[].expect.reason_code": "The machine-readable reason.",
	"cases[].expect.detail": "The short phrase of the log's DETAIL column.",
};

export const LIST_NOTES: Readonly<Record<string, string>> = {
	...METADATA,
	"": "Values under a name, for conditions of any role: {field: to.domain, in: {list: name}}.",
	items: "Texts, numbers, true or false.",
};

export const SINK_NOTES: Readonly<Record<string, string>> = {
	...METADATA,
	"": "Where people are told that calls wait for them: exactly one of webhook, chat and mail.",
	events: "review.held: a call waits; review.decided: it waits no more. Left out: review.held alone.",
};

/** The keys of a condition. */
export const CONDITION_NOTES: Readonly<Record<string, string>> = {
	field:
		"A path into the input (to, items[].price, to.domain, to.count), or rate.per_day, sum.<field>.per_day, time.*, agent.*, request.*",
	all: "Every one of these.",
	any: "One of these at least.",
	not: "The opposite.",
	use: "A condition of the role's `let`.",
	cel: "The Common Expression Language.",
	during: "A window of time in the role's zone.",
	every: "This holds for every element of the list.",
	some: "This holds for one element of the list at least.",
	none: "This holds for no element of the list.",
	default: "Stands for the field where it is missing, and only there.",
	allow_empty: "An empty list is no reason to be unsure.",
	match: "Of several values all must pass, or any suffices. Left out, the stricter of the two.",
	ci: "Case is folded.",
	by: "Counted for each value of this field, or `role`: for all agents of the role together.",
	eq: "Equals.",
	ne: "Does not equal.",
	in: "Is one of these. Of domains, *.acme.com names every subdomain and not acme.com.",
	not_in: "Is none of these.",
	lt: "Less than.",
	lte: "At most.",
	gt: "Greater than.",
	gte: "At least.",
	between: "From the first to the second, both included.",
	exists: "Whether it is there at all.",
	starts_with: "Begins with this, or with one of these.",
	ends_with: "Ends with this, or with one of these.",
	contains: "A list has this value in it; a text has this text in it.",
	not_contains: "A list has no such value in it; a text no such text.",
	contains_any: "Contains one of these at least.",
	contains_all: "Contains every one of these.",
	glob: "Matches a pattern in which * stands for any characters and ? for one.",
	matches: "Matches a regular expression (RE2), as a whole or in part as it says.",
	cidr: "An IP address in this network, or in one of these.",
	not_cidr: "An IP address in none of these networks.",
	before: "A time before this one (RFC 3339).",
	after: "A time after this one (RFC 3339).",
};
