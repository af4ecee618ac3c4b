/** The client that an administrator uses. */
import type { Whoami } from "./admin-types.ts";
import { answered } from "./answered.ts";
import { adminKey } from "./credential.ts";
import { Agents } from "./resources/agents.ts";
import { Audit } from "./resources/audit.ts";
import { Connectors } from "./resources/connectors.ts";
import { Keys } from "./resources/keys.ts";
import { Lists } from "./resources/lists.ts";
import { Mailboxes } from "./resources/mailboxes.ts";
import { Reviews } from "./resources/reviews.ts";
import { Roles } from "./resources/roles.ts";
import { Secrets } from "./resources/secrets.ts";
import { Sinks } from "./resources/sinks.ts";
import { type CallOptions, type ClientOptions, Transport } from "./transport.ts";
import type { Answered } from "./types.ts";

/**
 * Manages the roles, lists, connectors, secrets, agents, keys and mailboxes of one workspace, signs held calls off, and reads its audit log.
 * @example
 * const admin = new HiveKeyAdmin(process.env.HIVEKEY_KEY);
 * for await (const record of admin.audit.list({ verdict: "deny" })) console.log(record.agent, record.action);
 */
export class HiveKeyAdmin {
	readonly roles: Roles;
	readonly lists: Lists;
	readonly connectors: Connectors;
	readonly secrets: Secrets;
	readonly agents: Agents;
	readonly audit: Audit;
	readonly reviews: Reviews;
	readonly sinks: Sinks;
	readonly keys: Keys;
	readonly mailboxes: Mailboxes;
	/** The gateway's address. */
	readonly baseUrl: string;
	readonly #transport: Transport;

	/** @throws TypeError if there is no key, or the address is not a URL */
	constructor(key?: string, options: ClientOptions = {}) {
		const transport = new Transport(adminKey(key), options);
		this.#transport = transport;
		this.baseUrl = transport.baseUrl;
		this.roles = new Roles(transport);
		this.lists = new Lists(transport);
		this.connectors = new Connectors(transport);
		this.secrets = new Secrets(transport);
		this.agents = new Agents(transport);
		this.audit = new Audit(transport);
		this.reviews = new Reviews(transport);
		this.sinks = new Sinks(transport);
		this.keys = new Keys(transport);
		this.mailboxes = new Mailboxes(transport);
	}

	/** Whose key this is, and where it works. */
	whoami(options: CallOptions = {}): Promise<Whoami & Answered> {
		const request = { method: "GET", path: "/v1/whoami", ...options } as const;
		return answered<Whoami>(this.#transport, request, ["organization", "workspace", "key"]);
	}
}
