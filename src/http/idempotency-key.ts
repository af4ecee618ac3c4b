/** The `Idempotency-Key` of a request for an action. */
import type { BodyRead } from "../gateway/govern-action.ts";

/** Visible ASCII, as header fields carry it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The key; null if there is none; or what stands for the body of a request whose key is none. */
export function idempotencyKey(header: string | null): { ok: true; key: string | null } | { ok: false; read: BodyRead } {
	return header === null || IDEMPOTENCY_KEY.test(header) ? { ok: true, key: header } : { ok: false, read: BAD_KEY };
}

const BAD_KEY: BodyRead = {
	ok: false,
	fault: "malformed_request",
	problem: {
		path: "Idempotency-Key",
		code: "malformed_request",
		message: "an Idempotency-Key has 1 to 255 visible ASCII characters",
	},
};
