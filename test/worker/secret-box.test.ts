/** Secrets at rest: what opens a sealed value, and what does not. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { resealSecrets } from "../../src/gateway/reseal-secrets.ts";
import { createSecretBox } from "../../src/keys/secret-box.ts";
import { openDatabase } from "../../src/stores/d1/database.ts";
import { createSecretStore } from "../../src/stores/d1/secrets.ts";
import { createSecretValues } from "../../src/stores/kv/secret-values.ts";
import { applySchema } from "../support/worker/gateway.ts";

const [OLD, NEW] = ["o".repeat(42), "n".repeat(42)].map((text) => `${text}A`) as [string, string];
const which = { workspaceId: "ws_a", name: "crm-key", version: 3 };

test("the same version of the same secret of the same workspace opens it, and nothing else", async () => {
	const box = createSecretBox(OLD);
	const sealed = await box.seal(which, "s3cr\u00e9t");
	expect(sealed).not.toContain("s3cr");
	expect(await box.open(which, sealed)).toBe("s3cr\u00e9t");
	for (const other of [{ workspaceId: "ws_b" }, { name: "crm-kez" }, { version: 2 }])
		expect(await box.open({ ...which, ...other }, sealed)).toBeNull();
	const [id, nonce, text] = sealed.split(".") as [string, string, string];
	const flipped = `${text.slice(0, -2)}${text.at(-2) === "A" ? "B" : "A"}${text.at(-1)}`;
	for (const spoilt of [`${id}.${nonce}.${flipped}`, `${id}.${nonce}.`, `ffffffff.${nonce}.${text}`, "", "a.b.c"])
		expect(await box.open(which, spoilt)).toBeNull();
});

test("one value sealed twice is two texts", async () => {
	const box = createSecretBox(OLD);
	expect(await box.seal(which, "x")).not.toBe(await box.seal(which, "x"));
});

describe("a change of the encryption key", () => {
	const db = () => openDatabase(env.DB);
	const act = (n: number) => ({
		event_id: `evt_${n}`,
		act_id: `act_${n}`,
		time: new Date().toISOString(),
		action: "secret.set",
		token_id: "key_1",
		request_id: "req_1",
	});
	beforeAll(applySchema);

	test("both keys open; the cron seals anew; then the new one alone opens", async () => {
		const store = createSecretStore(db());
		const workspaceId = `ws_${crypto.randomUUID()}`;
		const [old, both, alone] = [createSecretBox(OLD), createSecretBox(`${NEW},${OLD}`), createSecretBox(NEW)];
		const identity = { workspaceId, name: "k", version: 1 };
		const sealed = await old.seal(identity, "value");
		expect(await store.put(workspaceId, { name: "k", version: 1, sealed, key_id: old.keyId }, act(1))).toBe(true);
		expect(await alone.open(identity, sealed)).toBeNull();
		const secretValues = createSecretValues(env.ROLES, store, both);
		expect(await secretValues.load(identity)).toBe("value");
		await resealSecrets({ secrets: store, secretBox: both, secretValues, log: () => {} });
		const stored = (await store.get(workspaceId, "k"))?.sealed as string;
		expect(await alone.open(identity, stored)).toBe("value");
		// KV has it sealed anew as well, and a stale one there would be passed over.
		const key = `${workspaceId}/secret/k/1`;
		expect(await env.ROLES.get(key)).toBe(stored);
		await env.ROLES.put(key, sealed);
		expect(await createSecretValues(env.ROLES, store, alone).load(identity)).toBe("value");
		expect((await store.list(workspaceId, { limit: 10, cursor: null })).items).toMatchObject([
			{ name: "k", version: 1, key_id: alone.keyId },
		]);
	});

	test("of two changes that want one version one is made; a version that was deleted does not come again", async () => {
		const store = createSecretStore(db());
		const workspaceId = `ws_${crypto.randomUUID()}`;
		const put = (version: number) =>
			store.put(workspaceId, { name: "k", version, sealed: `s${version}`, key_id: "k" }, act(version));
		expect(await Promise.all([put(1), put(1)])).toEqual(expect.arrayContaining([true, false]));
		expect(await store.delete(workspaceId, "k", act(2))).toBe(true);
		expect(await store.delete(workspaceId, "k", act(3))).toBe(false);
		expect(await store.versions(workspaceId)).toEqual(new Map());
		expect(await put(1)).toBe(false);
		expect(await put(2)).toBe(true);
		expect(await store.versions(workspaceId)).toEqual(new Map([["k", 2]]));
	});
});
