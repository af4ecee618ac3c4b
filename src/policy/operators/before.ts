/** `before`: the time is earlier than the operand. */
import { timeOperator } from "./times.ts";

export const before = timeOperator("before", (order) => order < 0);
