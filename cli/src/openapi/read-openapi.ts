/** Bytes -> an OpenAPI document. Says what it is instead, where it is none. */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { CliFailure, type ProblemLine } from "../failure.ts";
import { isObject, type OpenApiDocument, own, stepsOf, textAt } from "./document.ts";

/** More aliases than this multiply out to more than anybody wrote. */
const ALIASES_MAX = 10_000;

/**
 * Reads a document of OpenAPI 3.0 or 3.1, or Swagger 2.0, as JSON or YAML.
 * @throws CliFailure if it is none of these
 */
export function readOpenApi(file: string, bytes: Uint8Array): OpenApiDocument {
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw notOpenApi("it is not UTF-8 text", [{ file, code: "not_utf8", message: "the file is not UTF-8 text" }]);
	}
	const root = /^\s*[{[]/.test(text) ? (fromJson(text) ?? fromYaml(file, text)) : fromYaml(file, text);
	if (!isObject(root)) throw notOpenApi("it holds no object");
	return { file, root, version: versionOf(root), position: (pointer) => positionIn(text, pointer) };
}

function versionOf(root: JsonObject): OpenApiDocument["version"] {
	const openapi = own(root, "openapi");
	const swagger = own(root, "swagger");
	if (swagger !== undefined && String(swagger) === "2") return "2.0";
	if (swagger !== undefined && String(swagger).startsWith("2.0")) return "2.0";
	const [found] = typeof openapi === "string" ? (/^3\.[01](?=\.|$)/.exec(openapi) ?? []) : [];
	if (found !== undefined) return found as "3.0" | "3.1";
	if (openapi !== undefined || swagger !== undefined) {
		const said = String(openapi ?? swagger).slice(0, 20);
		throw notOpenApi(`version ${said} is not known here; 3.0, 3.1 and Swagger 2.0 are`);
	}
	throw notOpenApi(whatItIs(root));
}

function whatItIs(root: JsonObject): string {
	if (own(root, "asyncapi") !== undefined) return "it is an AsyncAPI document";
	if (textAt(root, "kind")?.startsWith("discovery#")) return "it is a Google API discovery document";
	if (own(own(root, "info"), "_postman_id") !== undefined) return "it is a Postman collection";
	if (own(root, "__schema") !== undefined || own(own(root, "data"), "__schema") !== undefined) return "it is a GraphQL schema";
	if (textAt(root, "apiVersion")?.startsWith("policy.hivekey.ai/")) return "it is a HiveKey document";
	return 'it has neither `openapi: 3.x` nor `swagger: "2.0"`';
}

function notOpenApi(why: string, problems: ProblemLine[] = []): CliFailure {
	return new CliFailure(`This is no OpenAPI document: ${why}`, {
		code: "not_openapi",
		next: "Give the API's OpenAPI document (3.0, 3.1 or Swagger 2.0), in JSON or YAML; other forms have converters to it.",
		problems,
	});
}

function fromJson(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		// A flow map of YAML begins like this too, and YAML's reader says where a mistake is.
		return undefined;
	}
}

function fromYaml(file: string, text: string): Json {
	const lines = new LineCounter();
	const document = parseDocument(text, { ...AS_YAML, lineCounter: lines });
	if (document.errors.length > 0) {
		const problems = document.errors.slice(0, 5).map(({ pos, message }) => {
			const { line, col } = lines.linePos(pos[0]);
			return { file, line, column: col, code: "syntax", message };
		});
		throw notOpenApi("it cannot be read as JSON or YAML", problems);
	}
	try {
		return document.toJS({ maxAliasCount: ALIASES_MAX }) as Json;
	} catch (error) {
		throw notOpenApi((error as Error).message.toLowerCase());
	}
}

/** Keys and texts as JSON has them; `merge` is what OpenAPI documents in YAML use to share parts. */
const AS_YAML = { prettyErrors: false, merge: true, uniqueKeys: false, logLevel: "silent", stringKeys: true } as const;

/** Read with positions only when something is wrong: that takes several times as long. */
function positionIn(text: string, pointer: string): { line: number; column: number } | undefined {
	const lines = new LineCounter();
	let node: unknown = parseDocument(text, { ...AS_YAML, lineCounter: lines }).contents;
	let at = (node as Node | null)?.range?.[0];
	for (const step of stepsOf(pointer)) {
		const pair = isMap(node) ? (node.items as Pair[]).find(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
		node = pair !== undefined ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
		if (node === undefined || node === null) break;
		at = (pair?.key as Node | undefined)?.range?.[0] ?? (node as Node).range?.[0] ?? at;
	}
	if (at === undefined) return undefined;
	const { line, col } = lines.linePos(at);
	return { line, column: col };
}
