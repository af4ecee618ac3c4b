/** An answer as one number, so that no side allocates to give it: the effect, and which guard it is owed to. */
export type Answer = number;

export const ALLOW = 0;
export const REVIEW = 1;
export const DENY = 2;
/** The role does not grant the action. */
export const NOT_IN_SCOPE: Answer = DENY;

/** @param guard - its index in the role's file */
export function answerOf(effect: typeof ALLOW | typeof REVIEW | typeof DENY, guard: number): Answer {
	return (guard + 1) * 4 + effect;
}

/** Whether the call passes at once. */
export function passes(answer: Answer): boolean {
	return (answer & 3) === ALLOW;
}
