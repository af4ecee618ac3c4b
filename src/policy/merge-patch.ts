/** JSON Merge Patch, RFC 7396. */
import type { Json, JsonObject } from "../contract/json.ts";

/**
 * Applies a merge patch; neither argument is changed. Objects merge, null removes a member, all else replaces.
 * @see RFC 7396 section 2
 */
export function mergePatch(target: Json, patch: Json): Json {
	if (!isObject(patch)) return patch;
	const merged: JsonObject = Object.create(null);
	if (isObject(target)) for (const key of Object.keys(target)) merged[key] = target[key] as Json;
	for (const key of Object.keys(patch)) {
		const change = patch[key] as Json;
		if (change === null) delete merged[key];
		else merged[key] = mergePatch(merged[key] ?? null, change);
	}
	return merged;
}

function isObject(value: Json): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
