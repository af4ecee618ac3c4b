/** The values at a field, by the definition. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { naiveLocalTime } from "./clock.ts";
import { COVERS, type Place, placeOf } from "./places.ts";
import { naiveAddress, naiveDomain, naiveUrl } from "./texts.ts";
import { type Element, MISSING, type Value, type World, WRONG } from "./world.ts";

/** How the texts of a field are compared. */
export type Kind = "plain" | "email" | "local" | "domain" | "host" | "scheme";

export interface Read {
	values: Value[];
	kind: Kind;
	/** The field is a list as a whole (by its declaration, or because it covers others), whatever came. */
	isList: boolean;
	/** It goes through each element of another list. */
	isInner: boolean;
	/** The caller gave a list. */
	gaveList: boolean;
}

type Step = string | number | typeof EACH;
const EACH = Symbol("each");
const TEXT_PARTS = ["domain", "local", "host", "scheme", "path", "length"];

export function readField(text: string, input: JsonObject, world: World, element: Element | null): Read {
	const first = text.split(".")[0] as string;
	if (["agent", "request", "time"].includes(first)) return plain([factOf(text, world)]);
	const absolute = first === "input";
	const path = absolute ? text.slice("input.".length) : text;
	const from = absolute ? null : element;
	const start = from === null ? input : from.value;
	const last = path.slice(path.lastIndexOf(".") + 1);
	const before = path.slice(0, Math.max(0, path.lastIndexOf(".")));
	const placed = (at: string): Place | undefined => placeOf(world.action, normal(from === null ? at : `${from.path}.${at}`));
	const holder = before === "" ? undefined : placed(before);
	const isTextPart = TEXT_PARTS.includes(last) && holder !== undefined && holder.is !== "object" && holder.is !== "number";
	if (last === "count" && holder?.list === true) return countOf(before, start, from, world);
	const at = isTextPart ? before : path;
	const read = valuesAt(at, start, from, world, placed(at) ?? { is: "open" });
	if (!isTextPart) return read;
	return { ...read, kind: KINDS[last] ?? "plain", values: read.values.map((value) => textPart(value, last)) };
}

const KINDS: Record<string, Kind> = { domain: "domain", local: "local", host: "host", scheme: "scheme" };

/** The paths that a path stands for: itself, and those that its first field covers. */
function pathsOf(path: string, from: Element | null, { action }: World): string[] {
	const [first = ""] = /^[^.[]+/.exec(path) ?? [];
	const covered = from === null ? (COVERS[action]?.[first] ?? []) : [];
	return [path, ...covered.map((name) => name + path.slice(first.length).replaceAll(/\[\d+\]/g, "[]"))];
}

function valuesAt(path: string, start: Value, from: Element | null, world: World, place: Place): Read {
	const isInner = path.includes("[]");
	const mayBeList = place.list === true || isInner;
	const paths = pathsOf(path, from, world);
	const values: Value[] = [];
	let gaveList = false;
	for (const [index, one] of paths.entries()) {
		const found = walk(start, stepsOf(one), index > 0 || mayBeList);
		values.push(...found.values);
		// Where no list may stand an empty one is a wrong value, not a list of none.
		if (index === 0 && values.length === 0 && !mayBeList) values.push(WRONG);
		gaveList ||= found.gaveList;
	}
	return { values, kind: place.is === "address" ? "email" : "plain", isList: place.list === true && !isInner, isInner, gaveList };
}

function walk(value: Value, steps: Step[], mayBeAbsent: boolean): { values: Value[]; gaveList: boolean } {
	const [step, ...rest] = steps;
	if (step === undefined) return Array.isArray(value) ? { values: value, gaveList: true } : { values: [value], gaveList: false };
	if (step === EACH && Array.isArray(value)) {
		const found = value.map((one) => walk(one, rest, false));
		return { values: found.flatMap((one) => one.values), gaveList: found.some((one) => one.gaveList) };
	}
	const next = step === EACH ? value : stepInto(value, step as string | number);
	if (next === WRONG) return { values: [WRONG], gaveList: false };
	if (next === undefined) return { values: mayBeAbsent ? [] : [MISSING], gaveList: false };
	return walk(next, rest, mayBeAbsent);
}

/** A way through what is no object leads to something of the wrong type, not to nothing. */
function stepInto(value: Value, step: string | number): Json | typeof WRONG | undefined {
	if (typeof step === "number") return Array.isArray(value) ? value[step] : step === 0 ? (value as Json) : undefined;
	if (typeof value !== "object" || value === null || Array.isArray(value)) return WRONG;
	return Object.hasOwn(value, step) ? value[step] : undefined;
}

/** A default is for what is missing, and for nothing else. */
export function withDefault(
	text: string,
	fallback: Json | undefined,
	read: Read,
	input: JsonObject,
	world: World,
	element: Element | null,
): Read {
	if (fallback === undefined) return read;
	const values = Array.isArray(fallback) ? fallback : [fallback];
	if (read.values.length === 0)
		return isGiven(text, input, world, element) ? read : { ...read, values, gaveList: Array.isArray(fallback) };
	return { ...read, values: read.values.map((value) => (value === MISSING ? fallback : value)) };
}

/** Whether a list stands where the field's list is, if only an empty one: such a field is not missing. */
function isGiven(text: string, input: JsonObject, world: World, element: Element | null): boolean {
	const absolute = text.startsWith("input.");
	const from = absolute ? null : element;
	const path = (absolute ? text.slice("input.".length) : text).replace(/\.(domain|local|host|scheme|path|length)$/, "");
	return pathsOf(path, from, world).some((one) => {
		const outer = one.includes("[]") ? one.slice(0, one.indexOf("[]")) : one;
		return walk(from === null ? input : from.value, stepsOf(outer), false).values[0] !== MISSING;
	});
}

function countOf(path: string, start: Value, from: Element | null, world: World): Read {
	if (path.includes("[]")) {
		const lists = pathsOf(path, from, world).flatMap((one) => wholeLists(start, stepsOf(one), true));
		return plain(
			lists.map((list) => (typeof list === "symbol" ? list : Array.isArray(list) ? list.length : list === null ? WRONG : 1)),
		);
	}
	let count = 0;
	for (const one of pathsOf(path, from, world)) {
		for (const list of wholeLists(start, stepsOf(one), true)) {
			if (list === null || typeof list === "symbol") return plain([WRONG]);
			count += Array.isArray(list) ? list.length : 1;
		}
	}
	return plain([count]);
}

function wholeLists(value: Value, steps: Step[], mayBeAbsent: boolean): Value[] {
	const [step, ...rest] = steps;
	if (step === undefined) return [value];
	if (step === EACH && Array.isArray(value)) return value.flatMap((one) => wholeLists(one, rest, false));
	const next = step === EACH ? value : stepInto(value, step as string | number);
	if (next === WRONG) return [WRONG];
	return next === undefined ? (mayBeAbsent ? [] : [MISSING]) : wholeLists(next, rest, mayBeAbsent);
}

function textPart(value: Value, part: string): Value {
	if (value === MISSING) return MISSING;
	if (typeof value !== "string") return WRONG;
	const address = naiveAddress(value);
	const url = naiveUrl(value);
	const parts: Record<string, Value | null> = {
		domain: address === null ? naiveDomain(url?.host ?? "") : address.domain,
		local: address?.local ?? null,
		host: url?.host ?? null,
		scheme: url?.scheme ?? null,
		path: url?.path ?? null,
		length: [...value].length,
	};
	return parts[part] ?? WRONG;
}

function factOf(text: string, { facts, timezone }: World): Value {
	const label = /^agent\.labels\.(.+)$/.exec(text)?.[1];
	if (label !== undefined) return Object.hasOwn(facts.agent.labels, label) ? (facts.agent.labels[label] as string) : MISSING;
	const time = naiveLocalTime(facts.now, timezone);
	const known: Record<string, Value | undefined> = {
		"agent.name": facts.agent.name,
		"request.ip": facts.request.ip,
		"request.country": facts.request.country,
		"time.hour": time.hour,
		"time.minute": time.minute,
		"time.weekday": time.weekday,
		"time.date": time.date,
	};
	return known[text] ?? MISSING;
}

function plain(values: Value[]): Read {
	return { values, kind: "plain", isList: false, isInner: false, gaveList: false };
}

/** With every index as a place for any: what stands there is declared alike. */
function normal(path: string): string {
	return path.replaceAll(/\[\d+\]/g, "[]");
}

function stepsOf(path: string): Step[] {
	return path.split(".").flatMap((segment): Step[] => {
		const [name, ...brackets] = segment.split("[");
		return [name as string, ...brackets.map((bracket) => (bracket === "]" ? EACH : Number.parseInt(bracket, 10)))];
	});
}
