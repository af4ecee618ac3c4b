/** Takes secrets out of an answer while it comes. Of what came, no more is held back than could be the beginning of a secret. */
import { SCRUBBED, secretForms } from "./scrub.ts";

const encoder = new TextEncoder();
const NOTHING = new Uint8Array();
const PIECE_BYTES = 65_536;

/**
 * The same stream without these secrets, in whatever dress, also where one comes in pieces.
 * @param ended - is told when nothing more of it is read, however it ended
 */
export function scrubbedStream(
	body: ReadableStream<Uint8Array>,
	secrets: readonly string[],
	ended: () => void,
): ReadableStream<Uint8Array> {
	const forms = secretForms(secrets).map((form) => encoder.encode(form));
	// A reader of the usual kind is given 4 KiB at a time, however much is there.
	const reader = body.getReader({ mode: "byob" });
	let held: Uint8Array = NOTHING;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				for (;;) {
					const { done, value } = await reader.read(new Uint8Array(PIECE_BYTES)).catch((error) => {
						ended();
						throw error;
					});
					const scrubbed = scrub(done ? held : held.length === 0 ? value : joined([held, value]), forms);
					const keep = done ? 0 : heldBack(scrubbed, forms);
					const passed = scrubbed.subarray(0, scrubbed.length - keep);
					held = keep === 0 ? NOTHING : scrubbed.slice(scrubbed.length - keep);
					if (passed.length > 0) controller.enqueue(passed);
					if (done) {
						ended();
						controller.close();
					}
					if (done || passed.length > 0) return;
				}
			},
			cancel(reason) {
				ended();
				return reader.cancel(reason);
			},
		},
		{ highWaterMark: 0 },
	);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

const MARK = encoder.encode(SCRUBBED);

/** In one go, however often an upstream says the secret that it was shown. */
function scrub(bytes: Uint8Array, forms: readonly Uint8Array[]): Uint8Array {
	let scrubbed = bytes;
	for (const form of forms) {
		const parts: Uint8Array[] = [];
		let from = 0;
		for (let at = find(scrubbed, form, 0); at !== -1; at = find(scrubbed, form, from)) {
			parts.push(scrubbed.subarray(from, at), MARK);
			from = at + form.length;
		}
		if (from > 0) scrubbed = joined([...parts, scrubbed.subarray(from)]);
	}
	return scrubbed;
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
	const first = wanted[0] as number;
	const last = bytes.length - wanted.length;
	for (let at = bytes.indexOf(first, from); at !== -1 && at <= last; at = bytes.indexOf(first, at + 1))
		if (matches(bytes, at, wanted, wanted.length)) return at;
	return -1;
}

function matches(bytes: Uint8Array, at: number, wanted: Uint8Array, length: number): boolean {
	for (let i = 0; i < length; i++) if (bytes[at + i] !== wanted[i]) return false;
	return true;
}

/** How many bytes at the end could be the beginning of a secret. */
function heldBack(bytes: Uint8Array, forms: readonly Uint8Array[]): number {
	let most = 0;
	for (const form of forms) {
		for (let length = Math.min(form.length - 1, bytes.length); length > most; length--)
			if (matches(bytes, bytes.length - length, form, length)) most = length;
	}
	return most;
}
