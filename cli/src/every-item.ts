import type { List } from "../../sdk/typescript/src/index.ts";

/** Every item of a list, page after page. */
export async function everyItem<T>(list: List<T>): Promise<T[]> {
	const items: T[] = [];
	for await (const item of list) items.push(item);
	return items;
}
