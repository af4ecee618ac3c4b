/** A gateway with an upstream behind it, and agents that reach it through the proxy. */
import type { AuditRecord } from "../../../../src/contract/audit-record.ts";
import { until } from "../../until.ts";
import { type Client, clientOf, logOnce, newAgent } from "../http.ts";
import { type LocalGateway, startLocalGateway } from "../local-gateway.ts";

export interface Proxied {
	gateway: LocalGateway;
	admin: Client;
	/** The base URL that an SDK gets. */
	base(connector: string): string;
	/** Sets the secret and applies the document. */
	connect(document: string, secret: { name: string; value: string }): Promise<void>;
	/** An agent under a role with these guards over all actions of a connector. */
	agent(connector: string, guards?: string): Promise<{ name: string; token: string; call: Client }>;
	/** Signs off a held call, once it is on the list. */
	approve(reviewId: string): Promise<void>;
	/** The records of an act, once it has one in this state. */
	act(actId: string, state: string): Promise<AuditRecord[]>;
	/** The states of every act of an agent, in order, once there are so many acts that have ended. */
	states(agent: string, acts: number): Promise<string[]>;
}

let made = 0;
/** One for all files of a process that share it; it ends with the process. */
let shared: Promise<LocalGateway> | undefined;

/** In a gateway that files of several SDKs share: connectors and agents have names of their own. */
export async function startShared(): Promise<Proxied> {
	shared ??= startLocalGateway();
	return proxiedBy(await shared);
}

/** In a gateway that whoever starts it stops. */
export async function startProxied(): Promise<Proxied> {
	return proxiedBy(await startLocalGateway());
}

function proxiedBy(gateway: LocalGateway): Proxied {
	const { url, adminKey } = gateway;
	const admin = clientOf(url, adminKey);
	const actsOf = (records: AuditRecord[], name: string) => {
		const acts = new Map<string, string[]>();
		for (const record of records)
			if (record.kind === "action" && record.agent === name)
				acts.set(record.act_id, [...(acts.get(record.act_id) ?? []), record.state]);
		return [...acts.values()];
	};
	return {
		gateway,
		admin,
		base: (connector) => `${url}/v1/proxy/${connector}`,
		async connect(document, secret) {
			const set = await admin("PUT", `/v1/secrets/${secret.name}`, { value: secret.value });
			if (set.status !== 200 && set.status !== 201) throw new Error(set.text);
			const name = /name: ([a-z]+) /.exec(document)?.[1];
			const applied = await admin("PUT", `/v1/connectors/${name}`, document);
			if (applied.status !== 200) throw new Error(applied.text);
		},
		async agent(connector, guards = "") {
			const name = `${connector}-bot-${++made}`;
			const role = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: ${name} }\nscope: { allow: ["${connector}.**"] }\n${guards === "" ? "" : `guards:\n${guards}`}`;
			return { name, ...(await newAgent(url, adminKey, name, role)) };
		},
		async approve(reviewId) {
			const shown = await until(async () => {
				const answer = await admin("GET", `/v1/reviews/${reviewId}`);
				return answer.status === 200 ? answer : null;
			});
			const approved = await admin("POST", `/v1/reviews/${reviewId}/approve`, { digest: shown.json.digest });
			if (approved.status !== 200) throw new Error(approved.text);
		},
		async act(actId, state) {
			const mine = (records: AuditRecord[]) => records.filter((record) => record.act_id === actId);
			return mine(await logOnce(url, adminKey, (records) => mine(records).some((record) => record.state === state)));
		},
		async states(name, acts) {
			const open = new Set(["intent", "started", "released"]);
			const records = await logOnce(url, adminKey, (all) => {
				const mine = actsOf(all, name);
				return mine.length >= acts && mine.every((states) => !open.has(states.at(-1) ?? ""));
			});
			return actsOf(records, name).map((states) => states.join(" "));
		},
	};
}
