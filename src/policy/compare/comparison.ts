/** What comparing two roles comes to. */
import type { Comparison } from "../../contract/admin.ts";

/** Something that the later role allows and the earlier one did not, or of which nobody can tell. */
export type ComparisonReason = Comparison["reasons"][number];
