/** OPA: its policy compiled to WebAssembly ahead (opa/tour.rego says how), calls prepared as the bytes of JSON that it reads. */
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import type { ReadCall } from "../calls.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

export const opa: EngineMaker = async (calls, surroundings) => {
	const policy = await loadPolicy(surroundings.opa);
	const asked = calls.map(({ action, domains, count }: ReadCall): ArrayBuffer => {
		const bytes = new TextEncoder().encode(JSON.stringify({ action, domains, count }));
		return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
	});
	const decide = (input: ArrayBuffer) => passNumber(policy.evaluate(input)[0]?.result === true);
	return {
		name: "opa-wasm",
		calls: calls.length,
		answers: () => asked.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) sum += decide(asked[i] as ArrayBuffer);
			return sum;
		},
	};
};
