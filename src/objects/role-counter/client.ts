/** The roles' counters as the ledgers see them. Both methods may be called twice without harm. */
import { retrying } from "../retrying.ts";
import type { ReservationWord, Reserved, ReserveRequest } from "./protocol.ts";

/** The methods of the object, as its stub offers them. */
export interface RoleCounterStub {
	reserve(request: ReserveRequest): Promise<Reserved>;
	tell(words: ReservationWord[]): Promise<void>;
}

export interface RoleCounters {
	/** Asks for a place. Idempotent by reservation. */
	reserve(workspaceId: string, role: string, request: ReserveRequest): Promise<Reserved>;
	/** Says what became of reservations, in order. */
	tell(workspaceId: string, role: string, words: ReservationWord[]): Promise<void>;
}

/** @param stub - a new stub of the object with this name */
export function createRoleCounters(stub: (name: string) => RoleCounterStub): RoleCounters {
	return {
		reserve: (workspaceId, role, request) => retrying(() => stub(`${workspaceId}/${role}`).reserve(request)),
		tell: (workspaceId, role, words) => retrying(() => stub(`${workspaceId}/${role}`).tell(words)),
	};
}
