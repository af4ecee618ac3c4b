/** Reads a body within its limits: the right media type, no content coding, not a byte more than allowed. */
import type { ProblemItem } from "../contract/problem.ts";
import { drainBody } from "./drain-body.ts";

export interface BodyOptions {
	/** Accepted media types, the first one named in the error. */
	types: readonly string[];
	maxBytes: number;
	/** What a larger one is told, where the limit that people know is another. */
	tooLarge?: string;
}

export type RawBody =
	| { ok: true; bytes: Uint8Array; type: string }
	| { ok: false; fault: "too_large" | "unsupported_media_type"; problem: ProblemItem };

const UTF8_ONLY = /^\s*charset\s*=\s*"?utf-8"?\s*$/i;

/** @param options - with `any` for the types, somebody else looks at the type */
export async function readBody(
	request: Request,
	{ types, maxBytes, tooLarge }: Omit<BodyOptions, "types"> & { types: BodyOptions["types"] | "any" },
): Promise<RawBody> {
	const [type = "", ...parameters] = (request.headers.get("content-type") ?? "").split(";");
	const mediaType = type.trim().toLowerCase();
	const coding = request.headers.get("content-encoding");
	const isTaken = types === "any" || types.includes(mediaType);
	if (!isTaken || !parameters.every((parameter) => UTF8_ONLY.test(parameter))) {
		return refused(
			"unsupported_media_type",
			`send Content-Type: ${types === "any" ? "application/json" : types[0]} (UTF-8)${mediaType === "" ? "" : `, not ${quoted(mediaType)}`}`,
		);
	}
	if (coding !== null && coding.toLowerCase() !== "identity") {
		return refused("unsupported_media_type", "send the body without a Content-Encoding");
	}
	const bytes = await readAtMost(request, maxBytes);
	if (!bytes) return refused("too_large", tooLarge ?? `the body is larger than ${maxBytes} bytes`);
	return { ok: true, bytes, type: mediaType };
}

async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array | null> {
	const announced = Number(request.headers.get("content-length") ?? 0);
	if (announced > maxBytes) return null;
	if (announced > 0) {
		const bytes = await request.bytes();
		return bytes.length > maxBytes ? null : bytes;
	}
	if (!request.body) return new Uint8Array();
	const chunks: Uint8Array[] = [];
	let length = 0;
	const reader = (request.body as ReadableStream<Uint8Array>).getReader();
	for (let read = await reader.read(); !read.done; read = await reader.read()) {
		length += read.value.length;
		if (length > maxBytes) {
			reader.releaseLock();
			await drainBody(request.body as ReadableStream<Uint8Array>);
			return null;
		}
		chunks.push(read.value);
	}
	const whole = new Uint8Array(length);
	let at = 0;
	for (const chunk of chunks) {
		whole.set(chunk, at);
		at += chunk.length;
	}
	return whole;
}

function refused(fault: "too_large" | "unsupported_media_type", message: string): RawBody {
	return { ok: false, fault, problem: { path: "", code: fault, message } };
}

function quoted(text: string): string {
	return JSON.stringify(text.slice(0, 80));
}
