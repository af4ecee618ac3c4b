/** What changed between two texts, line by line. Pure. */

export interface DiffLine {
	sign: " " | "+" | "-";
	text: string;
}

export interface Hunk {
	/** First line before and after, counted from 1; 0 where there is none. */
	beforeStart: number;
	beforeCount: number;
	afterStart: number;
	afterCount: number;
	lines: DiffLine[];
}

/** Texts that differ in more lines than this are shown as one whole that replaces another. */
const MAX_EDITS = 2_000;

/**
 * The shortest way from one text to the other.
 * @see E. W. Myers, An O(ND) Difference Algorithm and Its Variations (1986)
 */
export function diffLines(before: string[], after: string[]): DiffLine[] {
	let start = 0;
	while (start < before.length && start < after.length && before[start] === after[start]) start++;
	let end = 0;
	const most = Math.min(before.length, after.length) - start;
	while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
	const middle = shortestEdit(before.slice(start, before.length - end), after.slice(start, after.length - end));
	const same = (text: string): DiffLine => ({ sign: " ", text });
	return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)];
}

/** The changed places, each with a few lines around it. */
export function hunksOf(lines: DiffLine[], context: number): Hunk[] {
	const near = lines.map(() => false);
	lines.forEach(({ sign }, at) => {
		if (sign !== " ") near.fill(true, Math.max(0, at - context), at + context + 1);
	});
	const hunks: Hunk[] = [];
	let open: Hunk | undefined;
	let before = 0;
	let after = 0;
	lines.forEach((line, at) => {
		if (line.sign !== "+") before++;
		if (line.sign !== "-") after++;
		if (!near[at]) {
			open = undefined;
			return;
		}
		if (open === undefined) {
			open = { beforeStart: 0, beforeCount: 0, afterStart: 0, afterCount: 0, lines: [] };
			hunks.push(open);
		}
		if (line.sign !== "+" && open.beforeCount++ === 0) open.beforeStart = before;
		if (line.sign !== "-" && open.afterCount++ === 0) open.afterStart = after;
		open.lines.push(line);
	});
	return hunks;
}

function shortestEdit(before: string[], after: string[]): DiffLine[] {
	const trace = furthestReaches(before, after);
	if (trace === null) return [...before.map(removed), ...after.map(added)];
	const lines: DiffLine[] = [];
	let x = before.length;
	let y = after.length;
	for (let edits = trace.length - 1; edits > 0; edits--) {
		const reaches = trace[edits - 1] as Map<number, number>;
		const k = x - y;
		const down = k === -edits || (k !== edits && reach(reaches, k - 1) < reach(reaches, k + 1));
		const fromX = reach(reaches, down ? k + 1 : k - 1);
		const fromY = fromX - (down ? k + 1 : k - 1);
		while (x > fromX + (down ? 0 : 1) && y > fromY + (down ? 1 : 0)) {
			lines.push({ sign: " ", text: before[--x] as string });
			y--;
		}
		lines.push(down ? added(after[--y] as string) : removed(before[--x] as string));
	}
	while (x > 0) lines.push({ sign: " ", text: before[--x] as string });
	return lines.reverse();
}

/** For every number of edits, how far along each diagonal they lead; null if it takes too many. */
function furthestReaches(before: string[], after: string[]): Map<number, number>[] | null {
	const trace: Map<number, number>[] = [];
	let last = new Map<number, number>([[1, 0]]);
	for (let edits = 0; edits <= Math.min(MAX_EDITS, before.length + after.length); edits++) {
		const reaches = new Map<number, number>();
		for (let k = -edits; k <= edits; k += 2) {
			const down = k === -edits || (k !== edits && reach(last, k - 1) < reach(last, k + 1));
			let x = down ? reach(last, k + 1) : reach(last, k - 1) + 1;
			let y = x - k;
			while (x < before.length && y < after.length && before[x] === after[y]) {
				x++;
				y++;
			}
			reaches.set(k, x);
			if (x >= before.length && y >= after.length) return [...trace, reaches];
		}
		trace.push(reaches);
		last = reaches;
	}
	return null;
}

function reach(reaches: Map<number, number>, k: number): number {
	return reaches.get(k) ?? -1;
}

function added(text: string): DiffLine {
	return { sign: "+", text };
}

function removed(text: string): DiffLine {
	return { sign: "-", text };
}
