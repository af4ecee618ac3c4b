/** Values that stand for all others: within one slot, every possible value is told apart from one of these by no test there. */
import type { Cell } from "../reading.ts";

export interface Sample {
	cell: Cell;
	/** Whether it stands for itself alone, so that any test at all may be put to it. */
	alone: boolean;
}

export function alone(cell: Cell): Sample {
	return { cell, alone: true };
}

export function oneOfMany(cell: Cell): Sample {
	return { cell, alone: false };
}
