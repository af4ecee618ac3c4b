/**
 * The commands that are run again and again, by people and by scripts: each is found without the others being loaded, which takes
 * longer than the command itself. What is not here works no less.
 */
import type { Command } from "../command.ts";

const QUICK: Record<string, () => Promise<Command>> = {
	login: async () => (await import("./account/login.ts")).login,
	whoami: async () => (await import("./account/whoami.ts")).whoami,
	types: async () => (await import("./types.ts")).types,
	"role apply": async () => (await import("./role/apply.ts")).apply,
	"role get": async () => (await import("./role/get.ts")).get,
	"role list": async () => (await import("./role/list.ts")).list,
	"agent create": async () => (await import("./agent/create.ts")).create,
	"agent list": async () => (await import("./agent/list.ts")).list,
	"audit tail": async () => (await import("./audit/tail.ts")).tail,
	"audit show": async () => (await import("./audit/show.ts")).show,
};

/** The command that the arguments begin with, if it is one of the quick ones. */
export async function quickCommand(argv: string[]): Promise<Command | undefined> {
	const [first = "", second = ""] = argv;
	const name = [first, `${first} ${second}`].find((one) => Object.hasOwn(QUICK, one));
	return name === undefined ? undefined : QUICK[name]?.();
}

/** For the test that holds them to the list of all commands. */
export const QUICK_NAMES = Object.keys(QUICK);
