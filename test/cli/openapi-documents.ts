/** OpenAPI documents and inputs by chance: names that collide, styles of every kind, bodies in JSON and as forms. */
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/contract/json.ts";

/** Few names, so that path, query, header and body have the same ones. */
const name = fc.constantFrom("id", "name", "x_y", "a.b", "q[0]", "body", "X-Id", "größe", "constructor", "type");
const constant = (schema: JsonObject): fc.Arbitrary<JsonObject> => fc.constant(schema);
const scalar: fc.Arbitrary<JsonObject> = fc.oneof(
	constant({ type: "string" }),
	constant({ type: "integer" }),
	constant({ type: "boolean" }),
	constant({ type: "number", nullable: true }),
	constant({ type: "string", enum: ["red", "green", "a b&c=d"] }),
	constant({ oneOf: [{ type: "string" }, { type: "integer" }] }),
	constant({}),
);
const list = scalar.map((items): JsonObject => ({ type: "array", items }));

const { schema } = fc.letrec<{ schema: JsonObject; object: JsonObject }>((tie) => ({
	schema: fc.oneof(
		{ maxDepth: 3 },
		scalar,
		list,
		constant({ $ref: "#/components/schemas/Tree" }),
		constant({
			allOf: [{ $ref: "#/components/schemas/Named" }, { type: "object", properties: { more: { type: "string" } } }],
		}),
		tie("object"),
	),
	object: fc
		.dictionary(fc.constantFrom("id", "name", "a", "b", "__proto__"), tie("schema"), { maxKeys: 3 })
		.map((properties): JsonObject => ({ type: "object", properties, required: Object.keys(properties).slice(0, 1) })),
}));

const parameter = fc.record({
	name,
	in: fc.constantFrom("query", "query", "header", "cookie"),
	required: fc.boolean(),
	shape: fc.oneof(
		scalar.map((one) => ({ schema: one })),
		list.map((one) => ({ schema: one })),
		list.map((one) => ({ schema: one, explode: false })),
		list.map((one) => ({ schema: one, style: "deepObject", explode: true })),
		schema.map((one) => ({ schema: one, style: "deepObject", explode: true })),
		fc.constant({ content: { "application/json": { schema: {} } } }),
	),
});

const body = fc.oneof(
	fc.constant(undefined),
	fc.record({
		type: fc.constantFrom(
			"application/json",
			"application/vnd.api+json",
			"application/x-www-form-urlencoded",
			"text/plain",
			"image/png",
		),
		required: fc.boolean(),
		schema: fc.oneof(
			schema,
			fc.dictionary(name, schema, { maxKeys: 5 }).map((properties): JsonObject => ({ type: "object", properties })),
			fc.dictionary(name, schema, { maxKeys: 5 }).map((properties): JsonObject => ({ properties, additionalProperties: true })),
		),
	}),
);

const segment = fc.constantFrom("pets", "{id}", "{name}", "a-{x.y}.json", "~me");

/** A document with one operation. */
export const documents: fc.Arbitrary<JsonObject> = fc
	.record({
		method: fc.constantFrom("get", "post", "put", "patch", "delete"),
		path: fc.uniqueArray(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`),
		types: fc.constantFrom("string", "integer"),
		parameters: fc.uniqueArray(parameter, { maxLength: 5, selector: (one) => `${one.in} ${one.name}` }),
		body,
	})
	.map(({ method, path, types, parameters, body: content }) => {
		const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, one]) => ({
			name: one,
			in: "path",
			required: true,
			schema: { type: types },
		}));
		const operation = {
			operationId: "op",
			parameters: [...inPath, ...parameters.map(({ shape, ...rest }) => ({ ...rest, ...shape }))],
			...(content === undefined
				? {}
				: { requestBody: { required: content.required, content: { [content.type]: { schema: content.schema } } } }),
		};
		return {
			openapi: "3.0.3",
			info: { title: "Chance", version: "1" },
			servers: [{ url: "https://api.example.com/base" }],
			paths: { [path]: { [method]: operation } },
			components: {
				schemas: {
					Tree: {
						type: "object",
						properties: { leaf: { type: "integer" }, branches: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
					},
					Named: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
				},
			},
		} as unknown as JsonObject;
	});

const texts = fc.oneof(
	fc.string({ unit: "grapheme", maxLength: 8 }),
	fc.constantFrom("a b", "a,b", "1", "true", "ä/ö", "..", "%2F", "+", "", "x&y=z", "[0]"),
);

/** Inputs that fit a schema of an imported action, more or less: whoever takes them checks them. */
export function inputsOf(root: JsonObject): fc.Arbitrary<Json> {
	const at = (given: Json | undefined, depth: number): fc.Arbitrary<Json> => {
		if (given === undefined || typeof given !== "object" || given === null || Array.isArray(given)) return texts;
		if (typeof given["$ref"] === "string")
			return at((root["$defs"] as JsonObject)[given["$ref"].slice("#/$defs/".length)], depth);
		for (const key of ["anyOf", "oneOf"]) {
			const branches = given[key];
			if (Array.isArray(branches)) return fc.oneof(...branches.map((branch) => at(branch, depth)));
		}
		if (Array.isArray(given["enum"])) return fc.constantFrom(...given["enum"]);
		const type = Array.isArray(given["type"]) ? given["type"][0] : given["type"];
		switch (type) {
			case "integer":
				return fc.oneof(fc.integer(), fc.maxSafeInteger());
			case "number":
				return fc.double({ noNaN: true, noDefaultInfinity: true });
			case "boolean":
				return fc.boolean();
			case "array":
				return depth > 3 ? fc.constant([]) : fc.array(at(given["items"], depth + 1), { maxLength: 3 });
			case "object": {
				const properties = Object.entries((given["properties"] ?? {}) as JsonObject);
				const required = (given["required"] ?? []) as string[];
				const deep = properties.filter(([key]) => depth < 4 || required.includes(key));
				return fc.record(Object.fromEntries(deep.map(([key, value]) => [key, at(value, depth + 1)])), {
					requiredKeys: required.filter((key) => deep.some(([one]) => one === key)),
				}) as fc.Arbitrary<Json>;
			}
			case "null":
				return fc.constant(null);
			default:
				return texts;
		}
	};
	return at(root, 0);
}
