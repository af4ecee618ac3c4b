/** One way to decide a fixed list of calls. */

export interface Contestant {
	name: string;
	/** What it answers to each call, in order. */
	answers(): number[];
	/**
	 * Decides all calls once. The loop is the contestant's own, for a shared one would know too many callees to be compiled
	 * well for any; and it is short, so that it is entered anew once it has been compiled.
	 * @returns a sum of the answers, so that none is optimised away
	 */
	pass(): number;
	/** How many calls there are. */
	calls: number;
}

/** @throws if any answer is not the wanted one */
export function checkAnswers(contestant: Contestant, wanted: number[]): void {
	const answers = contestant.answers();
	const wrong = wanted.findIndex((answer, index) => answers[index] !== answer);
	if (answers.length !== wanted.length) throw new Error(`${contestant.name} answers ${answers.length} of ${wanted.length} calls`);
	if (wrong !== -1) throw new Error(`${contestant.name}: call ${wrong} came to ${answers[wrong]}, wanted ${wanted[wrong]}`);
}
