/** RFC 9457 problem details: the answer to a request that could not be served. A refusal by policy is a verdict, not a problem. */
import * as z from "zod";
import { PROBLEM_CODES } from "./codes.ts";

/** One thing that is wrong with the input. `line` and `column` count from 1 and are there for documents. */
export const problemItemSchema = z.object({
	path: z.string(),
	code: z.string(),
	message: z.string(),
	file: z.string().optional(),
	line: z.number().int().optional(),
	column: z.number().int().optional(),
});
export type ProblemItem = z.infer<typeof problemItemSchema>;

export const problemSchema = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.number().int(),
		detail: z.string(),
		code: z.enum(PROBLEM_CODES),
		request_id: z.string(),
		id: z.string().optional().describe("The act's id, where the bad input of an authenticated agent is on the log."),
		errors: z.array(problemItemSchema).optional(),
	})
	.meta({ id: "Problem", description: "RFC 9457 problem details" });
export type Problem = z.infer<typeof problemSchema>;
