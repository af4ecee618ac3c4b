/**
 * A bound on what one call can cost, whatever its input is and whatever the role's conditions are: each has its cap, but a role may
 * have thousands of them. Tests of a few values cost next to nothing and are not counted. What there is no work left for is
 * indeterminate, so that a call that is made dear is judged more strictly, never less.
 */
export interface Work {
	/** Steps of about five nanoseconds. */
	left: number;
}

/** About three milliseconds, in Node 24 on a core of 2020 (measured; see test/policy/cost.test.ts). */
export const WORK_MAX = 500_000;

/** Tests of up to so many values are not counted, unless their operator says that a value costs much. */
export const FEW_VALUES = 16;

/** Takes so many steps from what is left. @returns false where there are not so many, and then there are none any more */
export function takeWork(work: Work, steps: number): boolean {
	work.left = steps > work.left ? 0 : work.left - steps;
	return work.left > 0;
}
