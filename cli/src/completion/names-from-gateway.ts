/** Names for completion, from the gateway in use and from the config file. Whatever goes wrong, there are none. */
import { HiveKeyAdmin, type List } from "../../../sdk/typescript/src/index.ts";
import type { Completes } from "../command.ts";
import { readConfig } from "../config/config-file.ts";
import { configPath } from "../config/location.ts";
import { findTarget } from "../connection.ts";
import type { World } from "../world.ts";
import type { Candidate, NamesOf } from "./complete.ts";

/** Whoever presses Tab waits no longer than this. */
const PATIENCE_MS = 900;
const MOST_NAMES = 200;

export function namesFromGateway(world: World): NamesOf {
	return async (kind, wanted) => {
		try {
			if (kind === "profile") return profiles(world);
			const { url, key } = await findTarget(world, wanted);
			if (!key) return [];
			const admin = new HiveKeyAdmin(key, {
				baseUrl: url,
				timeoutMs: PATIENCE_MS,
				maxRetries: 0,
				userAgent: `hivekey-cli/${world.version}`,
			});
			return await namesOf(kind, admin);
		} catch {
			return [];
		}
	};
}

async function namesOf(kind: Exclude<Completes, "profile">, admin: HiveKeyAdmin): Promise<Candidate[]> {
	const page = { limit: MOST_NAMES };
	switch (kind) {
		case "role":
			return named(admin.roles.list(page), ({ name, grants }) => ({ value: name, says: `${grants} grants` }));
		case "agent":
			return named(admin.agents.list(page), ({ name, role, revoked_at }) =>
				revoked_at ? null : { value: name, says: `role ${role}` },
			);
		case "list":
			return named(admin.lists.list(page), ({ name, count }) => ({ value: name, says: `${count} items` }));
		case "connector":
			return named(admin.connectors.list(page), ({ name, actions }) => ({ value: name, says: `${actions} actions` }));
		case "secret":
			return named(admin.secrets.list(page), ({ name }) => ({ value: name, says: "" }));
		case "mailbox":
			return named(admin.mailboxes.list(page), ({ address }) => ({ value: address, says: "" }));
		case "review":
			return named(admin.reviews.list(page), ({ id, agent, action }) => ({ value: id, says: `${agent} ${action}` }));
		case "key":
			return named(admin.keys.list(page), ({ id, owner, revoked_at }) => (revoked_at ? null : { value: id, says: owner }));
	}
}

async function named<T>(list: List<T>, candidateOf: (item: T) => Candidate | null): Promise<Candidate[]> {
	const { items } = await list;
	return items.map(candidateOf).filter((one) => one !== null);
}

async function profiles(world: World): Promise<Candidate[]> {
	const config = await readConfig(configPath(world));
	return Object.entries(config.profiles).map(([value, { url }]) => ({ value, says: url }));
}
