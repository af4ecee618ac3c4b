/** Within one slot: can all of some statements hold and none of others? Asked of samples that stand for every value. */
import type { Cell } from "../reading.ts";
import type { Leaf } from "./leaf.ts";
import type { Sample } from "./value.ts";

export interface Asserted {
	given: { leaf: Leaf; wanted: boolean }[];
	goals: { leaf: Leaf; wanted: boolean }[];
}

/** What the tests of one slot come to on its samples. */
export interface TestedValues {
	samples: Sample[];
	single: boolean;
	/** True, false, null, or undefined where the sample does not stand for all that it should. */
	outcome(leaf: Leaf, index: number): boolean | null | undefined;
}

type One = Asserted["given"][number];

/**
 * Values under which all that is given holds and no goal does; null if there are none. A list may have any values, so it is enough
 * to look at the one that has all that are allowed: more values make it easier to have one of some, and not only some.
 */
export function openValues(
	values: TestedValues,
	{ given, goals }: Asserted,
	isThere: (cell: Cell) => boolean = () => true,
): Cell[] | null {
	const may = ({ leaf, wanted }: One, index: number) => {
		const outcome = values.outcome(leaf, index);
		return outcome === undefined || outcome === wanted;
	};
	const must = ({ leaf, wanted }: One, index: number) => values.outcome(leaf, index) === wanted;
	const isEach = ({ leaf, wanted }: One) => leaf.each(wanted);
	const places = values.samples.flatMap(({ cell }, index) => (isThere(cell) ? [index] : []));
	const cellsAt = (indexes: number[]) => [...new Set(indexes)].map((index) => (values.samples[index] as Sample).cell);
	if (values.single) {
		const index = places.find((at) => given.every((one) => may(one, at)) && !goals.some((one) => must(one, at)));
		return index === undefined ? null : cellsAt([index]);
	}
	const holdsEmpty = ({ leaf, wanted }: One) => leaf.empty === wanted;
	const someGoals = goals.filter((one) => !isEach(one));
	const allowed = places.filter(
		(at) => given.every((one) => !isEach(one) || may(one, at)) && !someGoals.some((one) => must(one, at)),
	);
	const wanted = given.filter((one) => !isEach(one)).map((one) => allowed.find((at) => may(one, at)));
	const strayed = goals.filter(isEach).map((one) => allowed.find((at) => !must(one, at)));
	const chosen = [...wanted, ...strayed, ...(wanted.length + strayed.length === 0 ? [allowed[0]] : [])];
	if (!chosen.includes(undefined)) return cellsAt(chosen as number[]);
	return given.every(holdsEmpty) && !goals.some(holdsEmpty) ? [] : null;
}
