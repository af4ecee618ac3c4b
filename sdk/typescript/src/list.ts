/** A list that comes in pages: await it for one page, or iterate over it for every item. */
import type { Page } from "./types.ts";

/** Fetches the page that starts at the cursor (undefined: the first one). */
export type FetchPage<T> = (cursor: string | undefined) => Promise<Page<T>>;

/**
 * Asks for nothing until it is awaited or iterated over.
 * @example
 * for await (const agent of admin.agents.list()) console.log(agent.name);
 * @example
 * const { items, next_cursor } = await admin.agents.list({ limit: 50 });
 */
export class List<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
	readonly #fetchPage: FetchPage<T>;
	readonly #start: string | undefined;

	constructor(fetchPage: FetchPage<T>, start?: string) {
		this.#fetchPage = fetchPage;
		this.#start = start;
	}

	// biome-ignore lint/suspicious/noThenProperty: awaiting a list is how its first page is read
	then<A = Page<T>, B = never>(
		onPage?: ((page: Page<T>) => A | PromiseLike<A>) | null,
		onError?: ((error: unknown) => B | PromiseLike<B>) | null,
	): Promise<A | B> {
		return this.#fetchPage(this.#start).then(onPage, onError);
	}

	/** Page after page, to the end. */
	async *pages(): AsyncGenerator<Page<T>, void, undefined> {
		let cursor = this.#start;
		for (;;) {
			const page = await this.#fetchPage(cursor);
			yield page;
			if (page.next_cursor === null || page.next_cursor === undefined || page.next_cursor === cursor) return;
			cursor = page.next_cursor;
		}
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
		for await (const page of this.pages()) yield* page.items;
	}
}
