/** `gt`: the value is greater than the operand. */
import { orderOperator } from "./order.ts";

export const gt = orderOperator("gt", (value, operand) => value > operand, { failed: "not above", held: "over limit" });
