import * as z from "zod";
import { READ_SCOPES } from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";

const MEDIA = "text/plain; charset=utf-8";

export const getLogKey = endpoint({
	method: "get",
	path: "/v1/audit/key",
	summary: "The verifier keys that sign the log's checkpoints, one a line, the newest first: pin them (C2SP signed-note)",
	access: { scopes: READ_SCOPES },
	responses: { 200: z.string() },
	media: MEDIA,
	async handle(ports, { admin }) {
		const signers = ports.published.signers(admin.key.workspace_id);
		return { status: 200, media: MEDIA, text: signers.map((signer) => `${signer.vkey}\n`).join("") };
	},
});
