/** Medians, quartiles, percentiles. */

export interface Spread {
	median: number;
	/** First and third quartile. */
	q1: number;
	q3: number;
}

/**
 * A quantile by linear interpolation between the two nearest values.
 * @param share - from 0 to 1
 */
export function quantile(values: ArrayLike<number>, share: number): number {
	const sorted = Float64Array.from(values).sort();
	if (sorted.length === 0) return Number.NaN;
	const at = (sorted.length - 1) * share;
	const below = sorted[Math.floor(at)] as number;
	const above = sorted[Math.ceil(at)] as number;
	return below + (above - below) * (at - Math.floor(at));
}

export function median(values: ArrayLike<number>): number {
	return quantile(values, 0.5);
}

export function spread(values: ArrayLike<number>): Spread {
	return { median: median(values), q1: quantile(values, 0.25), q3: quantile(values, 0.75) };
}
