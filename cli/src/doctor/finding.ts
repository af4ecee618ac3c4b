/** What one look at one thing found. */
export interface Finding {
	check: "config" | "address" | "clock" | "key" | "versions" | "log";
	status: "ok" | "warning" | "failed" | "skipped";
	detail: string;
	/** What to do about it. */
	next?: string;
}
