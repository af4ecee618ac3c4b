/** An upstream's answer that is passed on: what the agent may see of it, as it comes. */
import type { HttpAction } from "../../contract/http-action.ts";
import type { OutboundAnswer } from "../../gateway/outbound-ports.ts";
import type { Answering, Outcome } from "../../gateway/ports.ts";
import { outcomeOf, outcomeOfNone, shownBody } from "./read-answer.ts";
import { scrubber } from "./scrub.ts";
import { scrubbedStream } from "./scrub-stream.ts";

type NotOk = Exclude<Outcome, { kind: "ok" }>;

/** @param leave - is told once, when nothing more of the answer is read */
export async function openAnswer(
	http: HttpAction,
	answer: OutboundAnswer,
	secrets: readonly string[],
	leave: (served: boolean | null) => void,
): Promise<Answering | NotOk> {
	const { status, headers } = answer;
	const ended = () => leave(status < 500);
	const whole = (body: Uint8Array) => outcomeOf(http, { kind: "answered", status, headers, body }, secrets);
	// Redirects are not passed on either: an SDK would follow them, with the agent's token. Nor is what says that nobody knows.
	const isRedirect = status >= 300 && status < 400 && status !== 304;
	const bare = whole(new Uint8Array());
	if (isRedirect || bare.kind === "unknown" || (bare.kind === "failed" && !bare.reached)) {
		answer.cancel();
		ended();
		return bare as NotOk;
	}
	const scrub = scrubber(secrets);
	const seen = { status, headers: scrubbedHeaders(headers, scrub), outcome: whole };
	if (answer.body === null) {
		ended();
		return { ...seen, body: null, cancel: async () => {} };
	}
	if (http.response.fields === undefined && http.response.hide === undefined) {
		const body = scrubbedStream(answer.body, secrets, ended);
		return {
			...seen,
			body,
			async cancel() {
				answer.cancel();
				ended();
			},
		};
	}
	const bytes = await answer.read(http.response.max_bytes).catch(() => undefined);
	answer.cancel();
	ended();
	if (bytes === undefined) return outcomeOfNone(http, { kind: "broken", status }) as NotOk;
	if (bytes === null) return notShown(status, `more than ${http.response.max_bytes} bytes`);
	const body = shownBody(http, { kind: "answered", status, headers, body: bytes }, secrets);
	return body === null ? notShown(status, "what is no JSON") : { ...seen, body, cancel: async () => {} };
}

/** Nobody can be shown a part of what cannot be taken apart. */
function notShown(status: number, what: string): NotOk {
	const message = `the upstream answered ${status} with ${what}, of which a part was to be shown`;
	return { kind: "failed", reached: true, error: { code: "upstream_failed", message, upstream_status: status } };
}

function scrubbedHeaders(headers: Headers, scrub: (text: string) => string): Headers {
	const scrubbed = new Headers();
	for (const [name, value] of headers) scrubbed.append(name, scrub(value));
	return scrubbed;
}
