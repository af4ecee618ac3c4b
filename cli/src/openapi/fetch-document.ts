/** The text of an OpenAPI document: from a file, from standard input, or from an address. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliFailure } from "../failure.ts";
import type { World } from "../world.ts";

/** GitHub's has 13 MB, Microsoft Graph's 47. */
const BYTES_MAX = 64 * 1024 * 1024;
const TIME_LIMIT_MS = 60_000;

export interface FetchedDocument {
	file: string;
	bytes: Uint8Array;
	/** Where relative server addresses are relative to. */
	address?: URL;
}

/** Whether a source is an address rather than a path. */
export function isAddress(source: string): boolean {
	return /^https?:\/\//i.test(source);
}

/**
 * Reads the document.
 * @param source - a path, `-`, or an http(s) address, which is fetched without any credential
 * @throws CliFailure if it cannot be had
 */
export async function fetchDocument(source: string, world: World): Promise<FetchedDocument> {
	if (source === "-") return { file: "stdin", bytes: bounded("stdin", await world.readStdin()) };
	if (isAddress(source)) return download(source);
	try {
		return { file: source, bytes: bounded(source, await readFile(resolve(world.cwd, source))) };
	} catch (error) {
		if (error instanceof CliFailure) throw error;
		const { code, message } = error as NodeJS.ErrnoException;
		const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
		throw new CliFailure(`Cannot read ${source}: ${why}`, {
			code: "unreadable_file",
			next: "Name the OpenAPI document: a .yaml or .json file, an http(s) address, or - for standard input.",
		});
	}
}

async function download(source: string): Promise<FetchedDocument> {
	let address: URL;
	try {
		address = new URL(source);
	} catch {
		throw unreachable(source, "it is no address");
	}
	if (address.username !== "" || address.password !== "") {
		throw unreachable(`${address.protocol}//${address.host}`, "an address with a password in it is not fetched");
	}
	const headers = { accept: "application/json, application/yaml, text/yaml;q=0.9, */*;q=0.1" };
	try {
		const answer = await fetch(address, { headers, signal: AbortSignal.timeout(TIME_LIMIT_MS) });
		if (!answer.ok) throw unreachable(source, `the server answered ${answer.status}`);
		return { file: source, bytes: await bodyOf(answer, source), address: new URL(answer.url || address) };
	} catch (error) {
		if (error instanceof CliFailure) throw error;
		const { name, message, cause } = error as Error & { cause?: Error };
		throw unreachable(source, name === "TimeoutError" ? "it took longer than a minute" : (cause?.message ?? message));
	}
}

async function bodyOf(answer: Response, source: string): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
		size += part.byteLength;
		if (size > BYTES_MAX) throw tooLarge(source);
		parts.push(part);
	}
	return Buffer.concat(parts);
}

function bounded(source: string, bytes: Uint8Array): Uint8Array {
	if (bytes.byteLength > BYTES_MAX) throw tooLarge(source);
	return bytes;
}

function tooLarge(source: string): CliFailure {
	return new CliFailure(`${source} has more than ${BYTES_MAX / 1024 / 1024} MB`, {
		code: "too_large",
		next: "Cut the document down to the operations that you mean to govern, and import that.",
	});
}

function unreachable(source: string, why: string): CliFailure {
	return new CliFailure(`Cannot fetch ${source}: ${why}`, {
		code: "unreadable_document",
		next: "Open the address in a browser. Where it needs a login, download the document and import the file.",
	});
}
