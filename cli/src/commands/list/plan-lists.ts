/** What applying would change, found out beforehand: the files' lists against those there are, and the roles that take them. */
import {
	type HiveKeyAdmin,
	type ListItem,
	NotFoundError,
	type PolicyListWithItems,
} from "../../../../sdk/typescript/src/index.ts";
import type { RoleDocument } from "../../../../src/contract/role-document.ts";
import { listNames } from "../../../../src/policy/named-conditions.ts";
import { everyItem } from "../../every-item.ts";
import { printable } from "../../output/printable.ts";
import type { Terminal } from "../../output/terminal.ts";
import { truncateTo } from "../../output/width.ts";
import type { ListToApply } from "./collect-lists.ts";
import { itemsText, someOf } from "./items-text.ts";

export interface PlannedList {
	name: string;
	change: "create" | "update" | "unchanged";
	/** The list as it is, null if there is none. */
	current: PolicyListWithItems | null;
	count: number;
	added: ListItem[];
	removed: ListItem[];
	/** The roles that take it. */
	roles: string[];
}

/** How many added and removed items are shown, and how many roles are named. */
const SHOWN = 5;

/** Compares every list with the one that there is. */
export async function planLists(admin: HiveKeyAdmin, lists: ListToApply[]): Promise<PlannedList[]> {
	const roles = await everyItem(admin.roles.list());
	const planned: PlannedList[] = [];
	for (const { document } of lists) {
		const { name, description = "" } = document.metadata;
		const current = await currentList(admin, name);
		const items = [...new Set(document.items)];
		const before = new Set(current?.items);
		const after = new Set(items);
		const same =
			current !== null && current.description === description && JSON.stringify(current.items) === JSON.stringify(items);
		planned.push({
			name,
			change: current === null ? "create" : same ? "unchanged" : "update",
			current,
			count: items.length,
			added: items.filter((item) => !before.has(item)),
			removed: [...before].filter((item) => !after.has(item)),
			roles: roles.filter((role) => listNames(role.document as unknown as RoleDocument).has(name)).map((role) => role.name),
		});
	}
	return planned;
}

/** The list of a name with its items, null if there is none. */
async function currentList(admin: HiveKeyAdmin, name: string): Promise<PolicyListWithItems | null> {
	try {
		return await admin.lists.get(name);
	} catch (error) {
		if (error instanceof NotFoundError) return null;
		throw error;
	}
}

/** The plan for people, in printable lines. @param room - columns of the terminal */
export function planLines(plan: PlannedList[], colours: Terminal["errorColours"], room: number | undefined): string[] {
	return plan.flatMap((list) => [
		headline(list, colours),
		...(list.change === "unchanged" ? [] : changedLines(list, colours, room)),
	]);
}

function headline({ name, change, current, count }: PlannedList, { bold, green, yellow, dim }: Terminal["errorColours"]): string {
	switch (change) {
		case "create":
			return `${bold(name)}  ${green("create")} · ${itemsText(count)}`;
		case "update":
			return `${bold(name)}  ${yellow("update")} · ${itemsText(current?.count ?? 0)} -> ${itemsText(count)}`;
		case "unchanged":
			return dim(`${name}  unchanged · ${itemsText(count)}`);
	}
}

function changedLines(
	{ change, added, removed, roles }: PlannedList,
	{ green, red }: Terminal["errorColours"],
	room: number | undefined,
): string[] {
	const lines = [...itemLines("+", added, green, room), ...itemLines("-", removed, red, room)];
	if (lines.length === 0) lines.push("  the same items, in another order or with another description");
	const taken = roles.length === 0 ? "no role takes it" : `in force at once in ${someOf(roles, SHOWN)}`;
	return change === "create" && roles.length === 0 ? lines : [...lines, fitted(`  ${taken}`, room)];
}

function itemLines(sign: "+" | "-", items: ListItem[], colour: (text: string) => string, room: number | undefined): string[] {
	const lines = items.slice(0, SHOWN).map((item) => colour(fitted(`  ${sign}${printable(String(item))}`, room)));
	const more = items.length - SHOWN;
	return more > 0 ? [...lines, colour(`  ${sign} … and ${more.toLocaleString("en-US")} more`)] : lines;
}

function fitted(line: string, room: number | undefined): string {
	return room === undefined ? line : truncateTo(line, room);
}
