/**
 * Refusals in the form that an upstream's SDK takes for its upstream's own: it throws, and it does not come again by itself.
 *
 * Octokit retries every status but 400, 401, 403, 404, 410, 422 and 451, whatever the headers say. The OpenAI SDK obeys
 * `x-should-retry`, Stripe's `stripe-should-retry`; Stripe's takes any answer without an `error` in it for a success.
 */
import type { ErrorStyle } from "../../contract/connector-document.ts";
import type { ProxyError } from "../../contract/proxy-error.ts";
import type { Answer } from "../endpoint.ts";

/**
 * What may be answered in the upstream's place. Only what certainly did not run is 503, and told to come again. 422 is a call that was
 * sent: it may have run (`unknown`), or it did and its answer cannot be passed on (`failed`).
 */
export type ProxyErrorStatus = 400 | 401 | 403 | 409 | 422 | 503;

export type ProxyErrorDetails = Omit<ProxyError["error"], "type" | "param"> & { param?: string | null };

const DOCUMENTATION = "https://docs.hivekey.ai/errors";

export function proxyErrorAnswer(
	style: ErrorStyle,
	status: ProxyErrorStatus,
	{ message, code, param = null, ...more }: ProxyErrorDetails,
	headers: Record<string, string> = {},
): Answer {
	const { act_id, verdict, state } = more;
	const named = { message, documentation_url: `${DOCUMENTATION}#${code}` };
	const body: ProxyError = {
		error: { message, type: typeOf(status, code), code, param, ...more },
		...(style === "generic" || style === "github" ? { ...named, status: String(status) } : {}),
	};
	return {
		status,
		body,
		headers: {
			...(status === 503 || status === 409 ? { "retry-after": "1" } : NEVER_AGAIN),
			...(status === 401 ? { "www-authenticate": 'Bearer realm="hivekey"' } : {}),
			"request-id": more.request_id,
			...(act_id === undefined ? {} : { "x-hivekey-act-id": act_id }),
			...(verdict === undefined ? {} : { "x-hivekey-verdict": verdict }),
			...(state === undefined ? {} : { "x-hivekey-state": state }),
			...headers,
		},
	};
}

const NEVER_AGAIN = { "x-should-retry": "false", "stripe-should-retry": "false" };

function typeOf(status: ProxyErrorStatus, code: string): ProxyError["error"]["type"] {
	if (code === "idempotency_mismatch" || code === "call_in_flight") return "idempotency_error";
	return status === 422 || status === 503 ? "api_error" : "invalid_request_error";
}
