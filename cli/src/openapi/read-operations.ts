/** A document -> its operations, one by one: what is wrong with one does not keep the others from being read. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { isObject, listAt, type OpenApiDocument, own, pointerTo, textAt, Unreadable } from "./document.ts";
import type { LeftOut, Operation, Parameter, ParameterPlace, RequestBody } from "./operation.ts";
import { resolved } from "./references.ts";
import { oldParameters } from "./swagger-2.ts";

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"] as const;
const PLACES: readonly string[] = ["path", "query", "header", "cookie"];

export interface ReadOperations {
	operations: Operation[];
	/** Operations that the document spells so that nobody can call them, in its order. */
	broken: LeftOut[];
}

/** Every operation of the document, in its order. */
export function readOperations(document: OpenApiDocument): ReadOperations {
	const result: ReadOperations = { operations: [], broken: [] };
	const paths = own(document.root, "paths");
	for (const [path, item] of Object.entries(isObject(paths) ? paths : {})) {
		if (!path.startsWith("/")) continue;
		const itemPointer = pointerTo("/paths", path);
		const at = attempt(() => resolved(document.root, item, itemPointer));
		if (at instanceof Unreadable) {
			result.broken.push({ method: "ANY", path, operationId: undefined, ...reasonOf(at) });
			continue;
		}
		for (const method of METHODS) {
			const operation = own(at.value, method);
			if (operation === undefined) continue;
			const names = { method: method.toUpperCase(), path, operationId: textAt(operation, "operationId") };
			const pointer = pointerTo(at.pointer, method);
			const read = attempt(() => readOperation(document, at, operation, { ...names, pointer }));
			if (read instanceof Unreadable) result.broken.push({ ...names, ...reasonOf(read) });
			else result.operations.push(read);
		}
	}
	return result;
}

interface Named {
	method: string;
	path: string;
	operationId: string | undefined;
	pointer: string;
}

function readOperation(
	document: OpenApiDocument,
	item: { value: JsonObject; pointer: string },
	operation: Json,
	named: Named,
): Operation {
	if (!isObject(operation)) throw new Unreadable(named.pointer, "an object is expected here");
	const shared = listAt(item.value, "parameters").map((value, at) => ({
		value,
		pointer: pointerTo(item.pointer, "parameters", at),
	}));
	const ownOnes = listAt(operation, "parameters").map((value, at) => ({
		value,
		pointer: pointerTo(named.pointer, "parameters", at),
	}));
	const found = [...shared, ...ownOnes].map(({ value, pointer }) => resolved(document.root, value, pointer));
	const isOld = document.version === "2.0";
	const old = isOld ? oldParameters(document.root, operation, found, named.pointer) : undefined;
	return {
		...named,
		tags: listAt(operation, "tags").filter((tag): tag is string => typeof tag === "string"),
		description: textAt(operation, "summary") || textAt(operation, "description") || "",
		isDeprecated: own(operation, "deprecated") === true,
		parameters: latest(old?.parameters ?? found.map(({ value, pointer }) => parameterOf(value, pointer))),
		body: old === undefined ? bodyOf(document, operation, named.pointer) : old.body,
		servers: ownList(operation, "servers") ?? ownList(item.value, "servers"),
		security: ownList(operation, "security"),
	};
}

/** An operation's own parameter stands for one of the same name and place that its path has. */
function latest(parameters: Parameter[]): Parameter[] {
	const byName = new Map(parameters.map((parameter) => [`${parameter.place} ${parameter.name}`, parameter]));
	return [...byName.values()];
}

function parameterOf(value: JsonObject, pointer: string): Parameter {
	const name = textAt(value, "name");
	const place = textAt(value, "in");
	if (name === undefined || name === "") throw new Unreadable(pointer, "the parameter has no name");
	if (place === undefined || !PLACES.includes(place)) {
		throw new Unreadable(pointer, `the parameter ${name} says nowhere that it goes: \`in\` is path, query, header or cookie`);
	}
	const style = textAt(value, "style") ?? (place === "query" || place === "cookie" ? "form" : "simple");
	const content = own(value, "content");
	const [media] = isObject(content) ? Object.entries(content) : [];
	const mediaType = own(value, "schema") === undefined ? media?.[0] : undefined;
	const isContent = mediaType !== undefined;
	return {
		name,
		place: place as ParameterPlace,
		required: place === "path" || own(value, "required") === true,
		description: textAt(value, "description") ?? "",
		schema: (isContent ? own(media?.[1], "schema") : own(value, "schema")) ?? {},
		schemaPointer: isContent ? pointerTo(pointer, "content", mediaType, "schema") : pointerTo(pointer, "schema"),
		style,
		explode: typeof own(value, "explode") === "boolean" ? own(value, "explode") === true : style === "form",
		...(isContent ? { mediaType } : {}),
		hasSlashes: own(value, "x-multi-segment") === true,
		pointer,
	};
}

function bodyOf(document: OpenApiDocument, operation: JsonObject, pointer: string): RequestBody | undefined {
	if (own(operation, "requestBody") === undefined) return undefined;
	const at = resolved(document.root, own(operation, "requestBody"), pointerTo(pointer, "requestBody"));
	const content = own(at.value, "content");
	const media = Object.entries(isObject(content) ? content : {}).map(([type, value]) => ({
		type: type.split(";", 1)[0]?.trim().toLowerCase() ?? "",
		schema: own(value, "schema") ?? {},
		pointer: pointerTo(at.pointer, "content", type, "schema"),
	}));
	return media.length === 0 ? undefined : { required: own(at.value, "required") === true, media, pointer: at.pointer };
}

function ownList(holder: JsonObject, key: string): Json[] | undefined {
	const value = own(holder, key);
	return Array.isArray(value) ? value : undefined;
}

/** Catches what the document is to blame for; a bug goes on. */
export function attempt<T>(read: () => T): T | Unreadable {
	try {
		return read();
	} catch (error) {
		if (error instanceof Unreadable) return error;
		throw error;
	}
}

export function reasonOf({ finding }: Unreadable): { reason: string; pointer: string } {
	return { reason: finding.message, pointer: finding.pointer };
}
