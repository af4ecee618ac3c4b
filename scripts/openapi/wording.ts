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
		503: "Allowed, but it did not run: the upstream cannot be reached, is left alone for a while, or has enough to do. `failed`",
		504: "Allowed, and perhaps done: nobody knows. `unknown`; never retried by itself",
	},
};

/** Of every operation of the transparent proxy: what the gateway itself answers. */
const OF_PROXY: Record<number, string> = {
	200: "The upstream's own answer, whatever its status",
	400: "Not sent: the request is none that the action takes",
	401: "Not sent: no valid token",
	403: "Not sent: denied, or held for a person's sign-off; once it is approved, the same call gets its answer",
	409: "Not sent again: the call with this idempotency key is still running",
	422: "Sent, and no answer to pass on: it may have run (`unknown`), or did not end well (`failed`)",
	503: "Not sent, and not counted: it may come again",
};

/** @throws if nobody has said what the status means */
export function meaning(operationId: string, status: number): string {
	const words = BY_OPERATION[operationId]?.[status] ?? (operationId.startsWith("proxy.") ? OF_PROXY[status] : BY_STATUS[status]);
	if (words === undefined) throw new Error(`${operationId} answers ${status}: say in scripts/openapi/wording.ts what it means`);
	return words;
}
