/** One operator on one field, as a document. */
import type { Json } from "../../contract/json.ts";
import type { TestDocument } from "../../contract/role-document.ts";
import type { Expr } from "./cel-expression.ts";
import type { FieldTerm } from "./fields.ts";
import { type Loop, type Lowered, type Lowering, refuse } from "./lowering.ts";

/** Makes a test. Within a macro over values it is one of the list, and says how the list is tested. */
export function testOf(
	subject: FieldTerm,
	op: string,
	operand: Json,
	expr: Expr,
	loop: Loop | null,
	lowering: Lowering,
): Lowered | null {
	const test: TestDocument = { field: subject.field };
	if (loop?.of === "values") {
		if (!subject.element)
			return refuse(
				lowering,
				expr,
				`this is not about \`${loop.variable}\`; take it out of the macro, as in \`x == 1 && list.all(…)\``,
			);
		test.match = loop.match;
	}
	test[op] = operand;
	return test;
}
