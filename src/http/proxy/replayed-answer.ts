/** The upstream's answer to an earlier call that this one repeats, as far as it was kept. */
import type { HttpAction } from "../../contract/http-action.ts";
import type { Json } from "../../contract/json.ts";
import type { LedgerCall } from "../../gateway/ports.ts";
import type { Answer } from "../endpoint.ts";

/** Null where no answer of the upstream was kept. */
export function replayedAnswer(call: LedgerCall, http: HttpAction): Answer | null {
	const about = { "x-hivekey-act-id": call.act_id, "x-hivekey-verdict": call.verdict, "x-hivekey-state": call.state };
	if (call.state === "executed" && call.result !== undefined) {
		const { status, headers, body } = resultParts(call.result, http);
		const { bytes, type } = bodyOf(body);
		return { status, passed: bytes, headers: { ...headers, ...(type === null ? {} : { "content-type": type }), ...about } };
	}
	if (call.state !== "failed" || call.error === undefined) return null;
	const { upstream_status, upstream_body } = call.error;
	if (upstream_status === null || upstream_status < 400 || upstream_body === undefined) return null;
	const { bytes, type } = bodyOf(upstream_body as Json);
	return { status: upstream_status, passed: bytes, headers: { ...(type === null ? {} : { "content-type": type }), ...about } };
}

/** A result is the body alone where the connector lets no header through. */
function resultParts(result: Json, { response }: HttpAction): { status: number; headers: Record<string, string>; body: Json } {
	if (response.headers === undefined) return { status: result === null ? 204 : 200, headers: {}, body: result };
	return result as { status: number; headers: Record<string, string>; body: Json };
}

/** Other than JSON and text is kept as `{content_type, base64}`. */
function bodyOf(body: Json): { bytes: Uint8Array | null; type: string | null } {
	if (body === null) return { bytes: null, type: null };
	if (typeof body === "string") return { bytes: new TextEncoder().encode(body), type: "text/plain; charset=utf-8" };
	const { content_type, base64, ...more } = body as { content_type?: Json; base64?: Json };
	if (typeof content_type === "string" && typeof base64 === "string" && Object.keys(more).length === 0)
		return { bytes: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)), type: content_type };
	return { bytes: new TextEncoder().encode(JSON.stringify(body)), type: "application/json" };
}
