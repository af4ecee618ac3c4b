/** `after`: the time is later than the operand. */
import { timeOperator } from "./times.ts";

export const after = timeOperator("after", (order) => order > 0);
