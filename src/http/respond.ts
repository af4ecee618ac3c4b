/** Answers as responses. */
import type { Answer } from "./endpoint.ts";
import type { ProblemWriter } from "./problem.ts";

/** @param problem - how a problem is told */
export function respond(answer: Answer, id: string, problem: ProblemWriter): Response {
	if ("problem" in answer) return problem(answer.problem, answer.detail, id, answer);
	// No cache keeps what a key may see, and no proxy rewrites a body under its entity tag.
	const headers = { "x-request-id": id, "cache-control": "no-store, no-transform", ...answer.headers };
	if ("passed" in answer) return new Response(answer.passed, { status: answer.status, headers });
	if ("text" in answer) {
		return new Response(answer.text, { status: answer.status, headers: { "content-type": answer.media, ...headers } });
	}
	if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
	return new Response(JSON.stringify(answer.body), {
		status: answer.status,
		headers: { "content-type": "application/json", ...headers },
	});
}
