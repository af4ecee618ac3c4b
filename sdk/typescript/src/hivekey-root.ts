/** The client that the operator of a deployment uses. */
import { rootKey } from "./credential.ts";
import { Workspaces } from "./resources/workspaces.ts";
import { type ClientOptions, Transport } from "./transport.ts";

/**
 * Makes workspaces and replaces keys that were lost. All else is done with a workspace's own key.
 * @example
 * const root = new HiveKeyRoot(process.env.HIVEKEY_ROOT_KEY);
 * const { key } = await root.workspaces.create({ organization: "acme-corp", workspace: "prod" });
 */
export class HiveKeyRoot {
	readonly workspaces: Workspaces;
	/** The gateway's address. */
	readonly baseUrl: string;

	/** @throws TypeError if there is no root key, or the address is not a URL */
	constructor(key?: string, options: ClientOptions = {}) {
		const transport = new Transport(rootKey(key), options);
		this.baseUrl = transport.baseUrl;
		this.workspaces = new Workspaces(transport);
	}
}
