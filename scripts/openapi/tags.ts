/** The document's chapters: which nouns belong to which, in the order of the page. */
export const CHAPTERS: { name: string; nouns: string[]; description: string }[] = [
	{ name: "Actions", nouns: ["actions", "calls", "proxy"], description: "What agents do, and where each call of theirs stands." },
	{
		name: "Roles",
		nouns: ["roles", "lists"],
		description: "What an agent may do, under which conditions, and the lists that these take.",
	},
	{ name: "Agents", nouns: ["agents"], description: "Agents and their tokens." },
	{ name: "Audit", nouns: ["audit"], description: "The log of every act, allowed, held or denied." },
	{ name: "Reviews", nouns: ["reviews"], description: "Calls that wait for a person's sign-off." },
	{
		name: "Connectors",
		nouns: ["connectors", "secrets", "mcp"],
		description: "What actions reach, and what they need for it.",
	},
	{ name: "Mailboxes", nouns: ["mailboxes"], description: "The addresses that agents send from and read." },
	{ name: "Sinks", nouns: ["sinks"], description: "Where people are told that calls wait for them." },
	{ name: "Keys", nouns: ["keys", "whoami"], description: "Administrators' keys." },
	{ name: "Workspaces", nouns: ["workspaces"], description: "For the operator of a deployment, with the root key." },
	{ name: "Gateway", nouns: ["healthz", "openapi", "docs"], description: "The gateway itself. Open to all." },
];

/** @throws if no chapter has the noun */
export function chapterOf(noun: string): string {
	const chapter = CHAPTERS.find(({ nouns }) => nouns.includes(noun));
	if (!chapter) throw new Error(`no chapter of the document has the noun ${noun}: give it one in scripts/openapi/tags.ts`);
	return chapter.name;
}
