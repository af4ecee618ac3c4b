/** `lte`: the value is at most the operand. */
import { orderOperator } from "./order.ts";

export const lte = orderOperator("lte", (value, operand) => value <= operand, { failed: "over limit", held: "not above" });
