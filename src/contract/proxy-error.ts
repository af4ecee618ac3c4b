/** What the transparent proxy answers where no answer of the upstream comes back: an `error` object, as the upstreams' SDKs read it. */
import * as z from "zod";
import { EFFECTS } from "./verdict.ts";

export const proxyErrorSchema = z
	.object({
		error: z.object({
			message: z.string(),
			type: z.enum(["invalid_request_error", "api_error", "idempotency_error"]),
			code: z
				.string()
				.describe("A `reason_code`, an `error.code` of a call, or the `code` of a problem: see the list of errors."),
			param: z.string().nullable(),
			act_id: z.string().optional().describe("The act on the log."),
			action: z.string().optional(),
			verdict: z.enum(EFFECTS).optional(),
			matched_guard: z.string().nullable().optional(),
			state: z.string().optional().describe("Of a call that was allowed or held: where it stands."),
			approvable: z.boolean().optional(),
			retry_at: z.string().optional().describe("When the same call would pass, where waiting helps."),
			review: z.object({ id: z.string(), expires_at: z.string(), poll: z.string() }).optional(),
			request_id: z.string(),
		}),
		message: z.string().optional().describe("The same message, where the upstream's SDK looks for it here."),
		documentation_url: z.string().optional(),
		status: z.string().optional(),
	})
	.meta({ id: "ProxyError" });
export type ProxyError = z.infer<typeof proxyErrorSchema>;
