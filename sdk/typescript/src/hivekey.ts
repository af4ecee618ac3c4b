/** The client that an agent uses. */
import { agentToken } from "./credential.ts";
import { Actions } from "./resources/actions.ts";
import { Calls } from "./resources/calls.ts";
import { type ClientOptions, Transport } from "./transport.ts";

/**
 * Calls actions through the gateway.
 * @example
 * const hk = new HiveKey(process.env.HK_AGENT_TOKEN);
 * await hk.actions.run("mail.send", { to, subject, body });
 */
export class HiveKey {
	readonly actions: Actions;
	readonly calls: Calls;
	/** The gateway's address. */
	readonly baseUrl: string;

	/** @throws TypeError if there is no token, or the address is not a URL */
	constructor(token?: string, options: ClientOptions = {}) {
		const transport = new Transport(agentToken(token), options);
		this.baseUrl = transport.baseUrl;
		this.actions = new Actions(transport);
		this.calls = new Calls(transport);
	}
}
