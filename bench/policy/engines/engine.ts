/** What the other engines share: each is given the tour's policy in its own words, and says whether a call passes. */
import type { SyncInitInput } from "@cedar-policy/cedar-wasm/web";
import type { ReadCall } from "../calls.ts";
import type { Contestant } from "../contestant.ts";

/** What an engine needs of where it runs. */
export interface Surroundings {
	/** Cedar's WebAssembly, as bytes or compiled. */
	cedar: SyncInitInput;
	/** OPA's policy, compiled to WebAssembly, likewise. */
	opa: BufferSource | WebAssembly.Module;
}

/** Brings an engine up with the tour's policy. */
export type EngineMaker = (calls: ReadCall[], surroundings: Surroundings) => Contestant | Promise<Contestant>;

/** The answer where only "passes" and "does not" are told apart. */
export function passNumber(passes: boolean): number {
	return passes ? 1 : 0;
}
