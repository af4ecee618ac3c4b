/** What stands at the top of the document. */

const DESCRIPTION = `The gateway between AI agents and everything they can do. An agent's call is one \`POST /v1/actions/{action}\`:
its role and the role's guards decide, and the verdict is on the log before anything runs.

Three kinds of "no" have three forms. A **denied** call is a verdict (403, or 429 where a limit is used up) with a \`reason_code\`.
A request that **could not be served** is a problem (\`application/problem+json\`, RFC 9457) with a \`code\`. A call that was **allowed and
did not end well** is a call body with its \`state\` and \`error.code\` (502, 504).

Field names are snake_case, times RFC 3339 in UTC, ids prefixed and sortable by time. Lists take \`limit\` and \`cursor\`;
\`next_cursor\` is null at the end. Every answer carries \`x-request-id\`. Answers may gain fields: ignore those that you do not know.`;

export const INFO = {
	title: "HiveKey",
	version: "1",
	summary: "Govern what AI agents do: roles, guards, one log.",
	description: DESCRIPTION,
	license: { name: "Apache-2.0", identifier: "Apache-2.0" },
};

export const SERVERS = [
	{ url: "/", description: "The gateway that serves this document" },
	{ url: "https://gateway.hivekey.ai", description: "HiveKey's own gateway" },
];
