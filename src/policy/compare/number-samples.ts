/** Numbers that stand for all numbers where they are compared with constants. */
import { alone, oneOfMany, type Sample } from "./value.ts";

/** For doubles: the constants, one between each two neighbours, one beyond each end. */
export function numberSamples(constants: Iterable<number>): Sample[] {
	const sorted = [...new Set(constants)].sort((a, b) => a - b);
	const samples = sorted.map(alone);
	const add = (number: number, isFree: boolean) => {
		if (isFree) samples.push(oneOfMany(number));
	};
	if (sorted.length === 0) return [oneOfMany(1)];
	const [first, last] = [sorted[0] as number, sorted[sorted.length - 1] as number];
	const below = first - Math.max(1, Math.abs(first));
	add(Number.isFinite(below) ? below : -Number.MAX_VALUE, first > -Number.MAX_VALUE);
	sorted.slice(1).forEach((high, index) => {
		const low = sorted[index] as number;
		const middle = Math.floor(low) + 1 < high ? Math.floor(low) + 1 : low / 2 + high / 2;
		add(middle, middle > low && middle < high);
	});
	const above = last + Math.max(1, Math.abs(last));
	add(Number.isFinite(above) ? above : Number.MAX_VALUE, last < Number.MAX_VALUE);
	return samples;
}

/** For whole numbers from `least`: each constant and the numbers next to it. */
export function wholeSamples(constants: Iterable<number>, least: number): Sample[] {
	const wanted = new Set<number>([least]);
	for (const constant of constants)
		for (const near of [Math.ceil(constant) - 1, Math.floor(constant), Math.ceil(constant), Math.floor(constant) + 1])
			if (near >= least && Number.isFinite(near)) wanted.add(near);
	return [...wanted].sort((a, b) => a - b).map(oneOfMany);
}
