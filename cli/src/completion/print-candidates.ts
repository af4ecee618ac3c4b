/** `hivekey __complete -- WORDS…`, which the shells' scripts call: one candidate a line, a tab, and what it is. */
import { printable } from "../output/printable.ts";
import type { World } from "../world.ts";
import { complete, FILES } from "./complete.ts";
import { namesFromGateway } from "./names-from-gateway.ts";

/** Never fails: where nothing is found out, nothing is printed. */
export async function printCandidates(words: string[], world: World): Promise<void> {
	const found = await complete(words, namesFromGateway(world)).catch(() => []);
	const lines = found === FILES ? [":files"] : found.map(({ value, says }) => `${value}\t${printable(says)}`);
	if (lines.length > 0) world.stdout.write(`${lines.join("\n")}\n`);
}
