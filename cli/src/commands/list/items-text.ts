/** `1 item`, `1,200 items`. */
export function itemsText(count: number): string {
	return `${count.toLocaleString("en-US")} ${count === 1 ? "item" : "items"}`;
}

/** A few names, and how many more there are. */
export function someOf(names: readonly string[], most: number): string {
	const more = names.length - most;
	return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more.toLocaleString("en-US")} more` : "");
}
