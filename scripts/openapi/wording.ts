/** What a status means, where it is no problem. */

const BY_STATUS: Record<number, string> = {
	200: "OK",
	201: "Created",
	204: "Done",
	302: "Elsewhere",
};

/** Where the operation itself gives the status its meaning. */
const BY_OPERATION: Record<string, Record<number, string>> = {
	"actions.run": {
		200: "Allowed, and done",
		202: "Held for a person's sign-off; a repeat under the same idempotency key finds it so, or still running",
		403: "Denied",
		429: "Denied by a limit that is used up",
		502: "Allowed, but the upstream refused it or it could not start: `failed`",
		504: "Allowed, and perhaps done: nobody knows. `unknown`; never retried by itself",
	},
};

/** @throws if nobody has said what the status means */
export function meaning(operationId: string, status: number): string {
	const words = BY_OPERATION[operationId]?.[status] ?? BY_STATUS[status];
	if (words === undefined) throw new Error(`${operationId} answers ${status}: say in scripts/openapi/wording.ts what it means`);
	return words;
}
