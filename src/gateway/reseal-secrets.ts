/** After a change of the encryption key: what rests under an older one is sealed anew, a little with every round of the cron. */
import type { SecretBox, SecretStore, SecretValues } from "./secret-ports.ts";

export interface ResealPorts {
	secrets: SecretStore;
	secretBox: SecretBox;
	secretValues: Pick<SecretValues, "save">;
	log: (event: string, details: Record<string, unknown>) => void;
}

const A_ROUND = 100;

/** One round. A secret that no key opens stays as it is, and is told of. */
export async function resealSecrets({ secrets, secretBox, secretValues, log }: ResealPorts): Promise<void> {
	for (const { workspace_id, name, version, sealed } of await secrets.sealedByOthers(secretBox.keyId, A_ROUND)) {
		const which = { workspaceId: workspace_id, name, version };
		const value = await secretBox.open(which, sealed);
		if (value === null) {
			log("secret_not_opened", { workspace: workspace_id, secret: name });
			continue;
		}
		const anew = await secretBox.seal(which, value);
		if (await secrets.reseal(workspace_id, name, sealed, { sealed: anew, key_id: secretBox.keyId }))
			await secretValues.save(which, anew);
	}
}
