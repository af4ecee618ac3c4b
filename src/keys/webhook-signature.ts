/**
 * Signatures of Standard Webhooks.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from "node:crypto";

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; null if the secret is not one of the specification's.
 * @param secret - `whsec_` and 24 to 64 bytes as base64
 * @param timestamp - seconds since 1970
 */
export function webhookSignature(secret: string, id: string, timestamp: number, body: string): string | null {
	const encoded = SECRET.exec(secret.trim())?.[1];
	if (encoded === undefined) return null;
	const key = Buffer.from(encoded, "base64");
	if (key.length < LEAST_BYTES || key.length > MOST_BYTES) return null;
	return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}
