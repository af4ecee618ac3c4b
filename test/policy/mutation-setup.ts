/** What each file of the mutation run starts with: laws that are tried on the same values each time, and the mutant off. */
import fc from "fast-check";
import { afterAll } from "vitest";

// The first value that breaks a law is enough: nobody reads the smallest one.
fc.configureGlobal({ seed: 20_261_124, endOnFailure: true });

/** Stryker turns its mutant on before a file's tests. The next file is to be imported without it, as if it were alone. */
afterAll(() => {
	const stryker = (globalThis as { __stryker__?: { activeMutant?: string } }).__stryker__;
	if (stryker) delete stryker.activeMutant;
});
