/** What binds the agent, as this ledger last heard it, and which tokens are valid under it. */
import type { AgentState, Binding } from "../../gateway/ports.ts";

export interface BoundState {
	state: AgentState;
	binding: Binding;
	tokens: Map<string, AgentState["tokens"][number]>;
}

export function boundState(state: AgentState): BoundState {
	const { tokens, revoked: _revoked, ...binding } = state;
	return { state, binding, tokens: new Map(tokens.map((token) => [token.digest, token])) };
}

/** The id of the token if it may be used now, else null: unknown, revoked, expired and a revoked agent look the same. */
export function validTokenId(bound: BoundState, digest: string, nowMs: number): string | null {
	if (bound.state.revoked) return null;
	const token = bound.tokens.get(digest);
	if (!token || token.revoked || (token.expires_at !== null && token.expires_at <= nowMs)) return null;
	return token.id;
}

export function readState(sql: SqlStorage): AgentState | null {
	for (const row of sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = 'state'")) return JSON.parse(row.value);
	return null;
}

export function writeState(sql: SqlStorage, state: AgentState): void {
	sql.exec("INSERT OR REPLACE INTO facts (key, value) VALUES ('state', ?)", JSON.stringify(state));
}

/** This ledger's name towards the log: new with every set of tables, so that their row numbers can never be mistaken. */
export function sourceName(sql: SqlStorage, make: () => string): string {
	for (const row of sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = 'source'")) return row.value;
	const name = make();
	sql.exec("INSERT INTO facts (key, value) VALUES ('source', ?)", name);
	return name;
}

/** Whether what a token asked for may not be done any more. One that was rotated away has ended, and is not revoked. */
export function isTokenRevoked(state: AgentState, tokenId: string): boolean {
	return state.revoked || state.tokens.find((token) => token.id === tokenId)?.revoked !== false;
}

/** Whether the agent could call at all. */
export function hasValidToken({ state }: BoundState, nowMs: number): boolean {
	return state.tokens.some((token) => !token.revoked && (token.expires_at === null || token.expires_at > nowMs));
}
