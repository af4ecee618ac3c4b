/** Whether what an action's body is made of can be told from its input, and the input from the body again. */
import type { ConnectorActionDocument } from "../../contract/connector-document.ts";
import type { JsonObject } from "../../contract/json.ts";
import type { Finding } from "../document-positions.ts";
import { didYouMean, quoted } from "../suggestion.ts";
import { fieldsElsewhere } from "./build-request.ts";
import { bodyOf, headersOf, pathOf, queryOf } from "./compile-connector.ts";
import { wireShape } from "./wire-type.ts";

export function bodyFindings(action: ConnectorActionDocument, schema: JsonObject, path: string): Finding[] {
	const names = Object.keys((schema["properties"] as JsonObject | undefined) ?? {});
	const elsewhere = fieldsElsewhere({ path: pathOf(action), query: queryOf(action, schema), headers: headersOf(action, schema) });
	const free = names.filter((name) => !elsewhere.has(name));
	const body = bodyOf(action);
	if (body === undefined) return unused(action, free, schema, path);
	if (action.method === "GET" || action.method === "HEAD")
		return [{ path: `${path}.body`, code: "no_body", message: `a ${action.method} has no body` }];
	const at = `${path}.body`;
	const findings: Finding[] = [];
	if (body.field !== undefined && body.fields !== undefined)
		findings.push({ path: `${at}.fields`, code: "two_forms", message: "either `field` or `fields`, not both" });
	if (body.format === "text" && body.field === undefined)
		findings.push({ path: at, code: "required", message: "a body of text is one field: `field: NAME`" });
	if (body.format !== "json" && body.wrap !== undefined)
		findings.push({ path: `${at}.wrap`, code: "not_taken", message: "only JSON is wrapped" });
	if (body.wrap !== undefined && body.field !== undefined)
		findings.push({ path: `${at}.wrap`, code: "two_forms", message: "`wrap` goes around fields, not around one" });
	if (body.format === "form" && body.content_type !== "application/x-www-form-urlencoded")
		findings.push({ path: `${at}.content_type`, code: "not_taken", message: "a form has one media type" });
	const used = body.field !== undefined ? [body.field] : body.fields === undefined ? free : Object.values(body.fields);
	for (const field of new Set(used)) {
		const where = body.field === undefined ? `${at}.fields` : `${at}.field`;
		if (!names.includes(field))
			findings.push({
				path: where,
				code: "unknown_field",
				message: `the input has no field ${quoted(field)}${didYouMean(field, names)}`,
			});
		else if (elsewhere.has(field))
			findings.push({
				path: where,
				code: "field_twice",
				message: `the field ${quoted(field)} stands in the path, the query or a header already`,
			});
	}
	if (new Set(used).size < used.length)
		findings.push({ path: `${at}.fields`, code: "field_twice", message: "a field stands in the body twice" });
	if (body.format === "text" && body.field !== undefined && names.includes(body.field)) {
		const shape = wireShape(schema, body.field);
		if (shape.kind !== "one" || shape.type !== "string")
			findings.push({ path: `${at}.field`, code: "no_wire_form", message: "a body of text is a field of type string" });
	}
	if (body.format === "form" && body.field !== undefined && wireShape(schema, body.field).kind !== "object")
		findings.push({ path: `${at}.field`, code: "no_wire_form", message: "a form is an object's fields" });
	if (findings.length > 0) return findings;
	const isWhole = body.field !== undefined || body.fields !== undefined;
	return isWhole
		? unused(
				action,
				free.filter((field) => !used.includes(field)),
				schema,
				path,
			)
		: [];
}

/** A field that goes nowhere would be checked by guards and never sent. */
function unused(action: ConnectorActionDocument, fields: string[], schema: JsonObject, path: string): Finding[] {
	const findings = fields.map((field) => ({
		path: `${path}.input.properties.${field}`,
		code: "unused_field",
		message: `the field ${quoted(field)} is sent nowhere: name it under \`query\`, \`headers\` or \`body\`, or in the path`,
	}));
	const { additionalProperties: others } = schema;
	if (others !== false)
		findings.push({
			path: `${path}.input.additionalProperties`,
			code: "unused_field",
			message: `fields that the schema does not name would be sent nowhere by ${action.name}: leave additionalProperties out`,
		});
	return findings;
}
