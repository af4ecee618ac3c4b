/** What a new local gateway begins with: a workspace, its admin key, a mailbox with a few mails. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunningGateway } from "./run-gateway.ts";

export const ORGANIZATION = "acme-corp";
export const WORKSPACE = "prod";
export const MAILBOX = "helpdesk@acme.com";

const MAILS = [
	{
		from: "jordan@acme.com",
		subject: "Cannot log in after the update",
		body: "Hi,\n\nsince this morning's update the portal asks for my password again and again.\n\nJordan\n",
	},
	{
		from: "sam@acme-support.com",
		subject: "Re: Ticket 4711",
		body: "The customer confirmed that the export works again. You can close the ticket.\n\nSam\n",
	},
	{
		from: "billing@vendor.example",
		subject: "Invoice 2026-1107",
		body: "Please find our invoice attached. Reply to this mail to have it sent to another address.\n",
	},
];

/** Makes the workspace unless its admin key is there. @returns the admin key */
export async function seed(gateway: RunningGateway, state: string, rootKey: string): Promise<string> {
	const keyPath = join(state, "admin-key");
	const existing = await readFile(keyPath, "utf8").catch(() => null);
	if (existing !== null) return existing.trim();

	const operator = <T>(path: string, body?: unknown) => askAsOperator<T>(gateway, rootKey, path, body);
	const { items } = await operator<{ items: { workspace_id: string; organization: string; workspace: string }[] }>(
		"/v1/workspaces",
	);
	const half = items.find((item) => item.organization === ORGANIZATION && item.workspace === WORKSPACE);
	// A start that was killed between the workspace and its key is finished with another key.
	const { key } = half
		? await operator<{ key: string }>(`/v1/workspaces/${half.workspace_id}/keys`, { owner: "root", revoke_others: true })
		: await operator<{ key: string }>("/v1/workspaces", { organization: ORGANIZATION, workspace: WORKSPACE });
	await putMail(gateway, key);
	await writeFile(keyPath, `${key}\n`, { mode: 0o600, flag: "wx" });
	return key;
}

async function askAsOperator<T>(gateway: RunningGateway, rootKey: string, path: string, body?: unknown): Promise<T> {
	const response = await fetch(`${gateway.url}${path}`, {
		method: body === undefined ? "GET" : "POST",
		headers: { authorization: `Bearer ${rootKey}`, "content-type": "application/json" },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const answer = (await response.json()) as { detail?: string };
	if (!response.ok) throw new Error(`the workspace could not be made: ${answer.detail}`);
	return answer as T;
}

async function putMail(gateway: RunningGateway, adminKey: string): Promise<void> {
	const made = await fetch(`${gateway.url}/v1/mailboxes`, {
		method: "POST",
		headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
		body: JSON.stringify({ address: MAILBOX }),
	});
	if (made.status === 409) return;
	if (!made.ok) throw new Error(`the mailbox could not be made: ${made.status}`);
	for (const mail of MAILS) await gateway.deliver(MAILBOX, mail);
}
