/** The SDK knows every operation of openapi.json, and no other. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HiveKey, HiveKeyAdmin, HiveKeyRoot } from "../../sdk/typescript/src/index.ts";

const document = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as {
	paths: Record<string, Record<string, { operationId: string; security?: object[] }>>;
};
/** What is for browsers, monitors and other protocols' clients. */
const NOT_FOR_AN_SDK = /^\/(healthz|openapi\.json|docs|v1\/mcp|v1\/proxy)/;
const operations = Object.entries(document.paths)
	.filter(([path]) => !NOT_FOR_AN_SDK.test(path))
	.flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));

/** Calls every method of a client and of its resources, with names and objects until one fits. */
async function callAll(client: object): Promise<void> {
	for (const value of Object.values(client)) if (typeof value === "object" && value !== null) await callAll(value);
	const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client)).filter((name) => name !== "constructor");
	for (const name of methods) {
		for (const given of [["x", "x"], ["x", {}], ["x", ["x"]], [{}]]) {
			const { value } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(client), name) ?? {};
			if (typeof value !== "function") continue;
			try {
				const answer = value.apply(client, given);
				if (typeof answer?.next === "function") await answer.next();
				else await answer;
			} catch {
				// The answer that it gets is none: what it asked for counts.
			}
		}
	}
}

test("every operation of openapi.json has its method, and every method an operation", async () => {
	const seen: string[] = [];
	const answer: typeof fetch = async (input, init) => {
		seen.push(`${init?.method} ${new URL(String(input)).pathname}`);
		return new Response("", { status: 418 });
	};
	const options = { fetch: answer, baseUrl: "http://gateway.example", maxRetries: 0 };
	await callAll(new HiveKey("hk_agt_x", options));
	await callAll(new HiveKeyAdmin("hk_live_x", options));
	await callAll(new HiveKeyRoot("root", options));
	const templateOf = (request: string) =>
		operations
			.filter((operation) => new RegExp(`^${operation.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`).test(request))
			// `/v1/audit/stream` before `/v1/audit/{id}`.
			.sort((a, b) => a.split("{").length - b.split("{").length)[0] ?? `${request}: no operation of openapi.json`;
	expect([...new Set(seen.map(templateOf))].sort()).toEqual([...operations].sort());
});
