/** `contains_any`: one of the operands is in it. */
import { containmentOperator } from "./containment.ts";

export const containsAny = containmentOperator("contains_any", { many: true });
