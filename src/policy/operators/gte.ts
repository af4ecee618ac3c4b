/** `gte`: the value is at least the operand. */
import { orderOperator } from "./order.ts";

export const gte = orderOperator("gte", (value, operand) => value >= operand, { failed: "below", held: "not below" });
