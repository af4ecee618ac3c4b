/** Bodies as bytes: JSON and YAML that fit, that fit almost, and that are nothing of the kind. */
import fc from "fast-check";
import type { Schema } from "../../scripts/openapi/openapi-types.ts";
import { fromSchema, oddText, oddValue } from "./json-values.ts";

type Bytes = fc.Arbitrary<Buffer>;

const LARGE = 300_001;

const BROKEN_TEXTS = [
	"",
	" ",
	"{",
	"[",
	'{"a":',
	'{"a":1,}',
	"{'a':1}",
	'{"a":1}{"b":2}',
	'\ufeff{"a":1}',
	'{"a":NaN}',
	'{"a":1e400}',
	'{"a":9007199254740993}',
	'{"a":0.1000000000000000055511151231257827}',
	'{"a":-0}',
	'{"a":01}',
	'{"a":1,"a":2}',
	'{"__proto__":{"admin":true}}',
	'{"constructor":{"prototype":{}}}',
	'{"a":"\\ud800"}',
	'{"a":"\\u0000"}',
	'{"a":"\u0001"}',
	'{"a":"\\x41"}',
	"null",
	"[]",
	'"text"',
	"7",
	"a=1&b=2",
	"<xml/>",
	"a: &a [1]\nb: *a\n",
	"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n",
	"--- !!js/function 'x'\n",
	"a: !!binary aGk=\n",
	"---\na: 1\n---\nb: 2\n",
	"a: 1\na: 2\n",
	"? [complex, key]\n: value\n",
	"\ta: 1\n",
	"%YAML 9.9\n---\n",
	"<<: {a: 1}\n",
];

const encoded = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? "null");

const brokenText: Bytes = fc.constantFrom(...BROKEN_TEXTS).map((text) => Buffer.from(text));

const deep: Bytes = fc
	.tuple(fc.constantFrom(["[", "]"], ['{"a":', "}"], ["- ", ""]), fc.constantFrom(10, 33, 65, 500, 20_000))
	.map(([[open, close], depth]) => Buffer.from(`${(open as string).repeat(depth)}1${(close as string).repeat(depth)}`));

const large: Bytes = fc.constantFrom(LARGE, 1_100_000).map((length) => Buffer.from(`{"padding":"${"x".repeat(length)}"}`));

const wide: Bytes = fc
	.constantFrom(1_000, 20_000)
	.map((count) => Buffer.from(`[${Array.from({ length: count }, (_, index) => index).join(",")}]`));

/** A body that the schema accepts, or nearly: one key gone, one more, one of another type, one twice. */
function nearly(schema: Schema): Bytes {
	const change = fc.constantFrom("none", "none", "none", "drop", "add", "replace", "repeat", "cut", "dirty");
	return fc.tuple(fromSchema(schema), change, fc.nat(), oddText, oddValue).map(([value, what, at, name, odd]) => {
		const text = encoded(value);
		if (what === "cut") return text.subarray(0, at % (text.length + 1));
		if (what === "dirty")
			return Buffer.concat([text.subarray(0, at % text.length), Buffer.from([0xff]), text.subarray(at % text.length)]);
		if (typeof value !== "object" || value === null || Array.isArray(value)) return text;
		const keys = Object.keys(value);
		const key = keys[at % Math.max(1, keys.length)] ?? "a";
		const changed: Record<string, unknown> = { ...value };
		if (what === "drop") delete changed[key];
		if (what === "add") Object.defineProperty(changed, name, { value: odd, enumerable: true, configurable: true });
		if (what === "replace") changed[key] = odd;
		if (what !== "repeat") return encoded(changed);
		return Buffer.from(JSON.stringify(value).replace(/}$/, `,${JSON.stringify(key)}:${JSON.stringify(odd)}}`));
	});
}

/** @param schema - what the operation documents; left out where it documents no body */
export function oddBody(schema: Schema | undefined): fc.Arbitrary<Buffer | undefined> {
	const nothing = fc.constant(undefined);
	const wild = fc.oneof(
		{ weight: 6, arbitrary: oddValue.map(encoded) },
		{ weight: 6, arbitrary: brokenText },
		{ weight: 3, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
		{ weight: 2, arbitrary: deep },
		{ weight: 1, arbitrary: wide },
	);
	if (!schema) return fc.oneof({ weight: 9, arbitrary: nothing }, { weight: 1, arbitrary: wild });
	return fc.oneof(
		{ weight: 60, arbitrary: nearly(schema) },
		{ weight: 36, arbitrary: wild },
		{ weight: 3, arbitrary: nothing },
		{ weight: 1, arbitrary: large },
	);
}
