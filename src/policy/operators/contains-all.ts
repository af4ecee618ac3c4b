/** `contains_all`: all of the operands are in it. */
import { containmentOperator } from "./containment.ts";

export const containsAll = containmentOperator("contains_all", { many: true, all: true });
