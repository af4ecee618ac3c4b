import * as z from "zod";
import { proveAct } from "../../gateway/prove-act.ts";
import { noteRead } from "../../gateway/read-log.ts";
import { NOT_NOTED, READ_SCOPES } from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";

const proofSchema = z
	.object({
		v: z.literal(1),
		vkey: z.string().describe("The verifier key that signed. Compare it with the one that was pinned; alone it proves nothing."),
		checkpoint: z.string().describe("The signed note."),
		proofs: z.array(
			z.object({
				seq: z.number().int().min(1),
				record: z.string().describe("The exact text of the record."),
				leaf_index: z.number().int().min(0),
				tree_size: z.number().int().min(1),
				hashes: z.array(z.string()).describe("RFC 9162 inclusion proof, base64, the leaf's sibling first."),
			}),
		),
	})
	.meta({ id: "ActProof" });

export const getProof = endpoint({
	method: "get",
	path: "/v1/audit/proof/{id}",
	summary:
		"A self-contained proof that an act's records are on the log; a checkpoint that covers them is made if there is none yet",
	access: { scopes: READ_SCOPES },
	params: z.object({ id: z.string().max(64) }),
	responses: { 200: proofSchema },
	problems: ["not_found", "unavailable"],
	async handle(ports, { admin, params, keepAlive }) {
		const proven = await proveAct(ports, admin.key.workspace_id, params.id);
		if (proven.kind === "unknown_act") return { problem: "not_found", detail: "the log knows no such act" };
		if (proven.kind === "unavailable") return { problem: "unavailable", detail: proven.why };
		const read = { what: "act", filters: { act_id: params.id, form: "proof" } } as const;
		const noted = await noteRead({ ...ports, keepAlive }, admin, read, null);
		return noted.kind === "noted" ? { status: 200, body: proven.proof } : NOT_NOTED;
	},
});
