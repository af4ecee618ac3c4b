/** Which reviews a command is about: those that are named, or all that wait. Each with what will run. */
import type { HiveKeyAdmin, ReviewDetail } from "../../../sdk/typescript/src/index.ts";
import type { Option } from "../command.ts";
import { everyItem } from "../every-item.ts";
import { CliFailure, usageFailure } from "../failure.ts";
import type { Input } from "../input.ts";

const AT_ONCE = 8;

export const PICK_OPTIONS: Option[] = [
	{ flags: "--all", description: "all that wait, instead of naming them" },
	{ flags: "--agent <name>", description: "with --all: only of this agent" },
];

/**
 * @throws CliFailure if none is named, or none waits
 */
export async function pickReviews(input: Input, admin: HiveKeyAdmin, verb: string): Promise<ReviewDetail[]> {
	const named = [...new Set(input.argumentsFrom(0))];
	const all = input.flag("all");
	if (all === named.length > 0)
		throw usageFailure(`Name the reviews to ${verb}, or say --all`, "`hivekey review list` shows which ones wait.");
	if (!all && input.text("agent") !== undefined) throw usageFailure("--agent goes with --all");
	const ids = all ? (await everyItem(admin.reviews.list({ agent: input.text("agent"), limit: 200 }))).map(({ id }) => id) : named;
	if (ids.length === 0) throw new CliFailure("No call waits for sign-off", { code: "nothing_pending" });
	const reviews: ReviewDetail[] = [];
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		reviews.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => withoutRequestId(admin, id)))));
	}
	return reviews;
}

async function withoutRequestId(admin: HiveKeyAdmin, id: string): Promise<ReviewDetail> {
	const { request_id: _requestId, ...review } = await admin.reviews.get(id);
	return review;
}
