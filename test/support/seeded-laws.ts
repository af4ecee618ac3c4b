/**
 * The laws are tried on the same values wherever the tests run, so that a change is judged by what it changed. HIVEKEY_SEED gives
 * others: `HIVEKEY_SEED=$RANDOM npm test` looks further.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["HIVEKEY_SEED"] ?? 20_261_124) });
