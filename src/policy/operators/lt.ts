/** `lt`: the value is less than the operand. */
import { orderOperator } from "./order.ts";

export const lt = orderOperator("lt", (value, operand) => value < operand, { failed: "not below", held: "below" });
