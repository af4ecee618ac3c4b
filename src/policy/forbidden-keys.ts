/** Keys that reach a prototype in careless code, ours or an upstream's. Refused in documents and in input. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
