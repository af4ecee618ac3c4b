/** Kleene's logic: null is neither true nor false. */
export type Truth = boolean | null;

export const both = (truths: Truth[]): Truth => (truths.includes(false) ? false : truths.includes(null) ? null : true);
export const either = (truths: Truth[]): Truth => (truths.includes(true) ? true : truths.includes(null) ? null : false);
export const opposite = (truth: Truth): Truth => (truth === null ? null : !truth);
export const combine = (truths: Truth[], every: boolean): Truth => (every ? both(truths) : either(truths));
