/** Which operations are meant: by pattern, tag and method. */
import { matchesAction } from "../../../src/policy/action-pattern.ts";
import type { Named } from "./action-names.ts";

export interface Choice {
	include: readonly string[];
	exclude: readonly string[];
	tags: readonly string[];
	/** In upper case. */
	methods: readonly string[];
	/** Whether operations that are on their way out are taken. */
	deprecated: boolean;
}

export interface Chosen {
	named: Named[];
	/** How many were not asked for. */
	notAsked: number;
	/** Options that no operation fits: mistakes, more likely than not. */
	unused: string[];
}

/** Keeps what is asked for. Nothing asked for: everything. */
export function chooseOperations(all: Named[], { include, exclude, tags, methods, deprecated }: Choice): Chosen {
	const used = new Set<string>();
	const fits = (key: string, does: boolean): boolean => {
		if (does) used.add(key);
		return does;
	};
	// Every option is tried on every operation: whether it fits any is told.
	const any = (flag: string, values: readonly string[], does: (value: string) => boolean): boolean =>
		values.map((value) => fits(`${flag} ${value}`, does(value))).includes(true);
	const named = all.filter((one) => {
		const { operation } = one;
		const isIncluded = any("--include", include, (pattern) => matches(pattern, one)) || include.length === 0;
		const isExcluded = any("--exclude", exclude, (pattern) => matches(pattern, one));
		const hasTag =
			any("--tag", tags, (tag) => operation.tags.some((its) => its.toLowerCase() === tag.toLowerCase())) || tags.length === 0;
		const hasMethod = any("--method", methods, (method) => operation.method === method) || methods.length === 0;
		return isIncluded && !isExcluded && hasTag && hasMethod && (deprecated || !operation.isDeprecated);
	});
	const options = [
		...include.map((value) => `--include ${value}`),
		...exclude.map((value) => `--exclude ${value}`),
		...tags.map((value) => `--tag ${value}`),
		...methods.map((value) => `--method ${value}`),
	];
	return { named, notAsked: all.length - named.length, unused: options.filter((option) => !used.has(option)) };
}

/**
 * Whether a pattern stands for an operation: of its path (`/repos/**`, `POST /repos/*`), of its action's name with or without the
 * connector's (`github.read.**`, `read.**`), or of its operationId (`issues/*`).
 */
export function matches(pattern: string, { operation, name }: Named): boolean {
	const route = /^(?:([A-Za-z]+)\s+)?(\/.*)$/.exec(pattern);
	if (route !== null) {
		const [, method, path = ""] = route;
		return (method === undefined || method.toUpperCase() === operation.method) && matchesPath(path, operation.path);
	}
	const behind = name.slice(name.indexOf(".") + 1);
	if (matchesAction(pattern, name) || matchesAction(pattern, behind)) return true;
	return operation.operationId !== undefined && glob(pattern, operation.operationId);
}

/** Paths by segment: `*` is one, `**` one or more; a placeholder is matched by its own text too. */
function matchesPath(pattern: string, path: string): boolean {
	const asName = (text: string) => text.replaceAll(".", "\u0000").replaceAll("/", ".");
	return matchesAction(asName(pattern), asName(path)) || pattern === path;
}

/** `*` is any text, within segments and beyond. Linear in the product of the lengths. */
function glob(pattern: string, text: string): boolean {
	const [head = "", ...parts] = pattern.split("*");
	if (parts.length === 0) return pattern === text;
	if (!text.startsWith(head)) return false;
	let at = head.length;
	const last = parts.pop() ?? "";
	for (const part of parts) {
		const found = text.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return text.length - last.length >= at && text.endsWith(last);
}
