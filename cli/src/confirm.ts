/** Asks before something is done that is hard to undo, where a person is there to answer. */
import type { Context } from "./command.ts";
import { CliFailure } from "./failure.ts";
import type { Input } from "./input.ts";
import type { World } from "./world.ts";

/** The option that answers beforehand. */
export const YES_OPTION = { flags: "-y, --yes", description: "do not ask" };

/** Whether a person watches who can answer. A script is never asked. */
export function canAsk(world: World): boolean {
	return world.stdinIsTerminal && world.stderr.isTTY === true;
}

/** Whether a question is to be put: a person is there, and has not answered it with `--yes`. */
export function isToAsk(input: Input, world: World): boolean {
	return canAsk(world) && !input.flag("yes");
}

/**
 * Puts a question; everything but yes is no.
 * @throws CliFailure for a no
 */
export async function ask(question: string, { world, terminal }: Pick<Context, "world" | "terminal">): Promise<void> {
	terminal.prompt(`${question} [y/N] `);
	const answer = await world.readLine();
	if (answer === null) terminal.say("");
	if (/^\s*y(es)?\s*$/i.test(answer ?? "")) return;
	throw new CliFailure("Nothing was changed", { code: "declined", next: "You answered no. `--yes` answers beforehand." });
}
