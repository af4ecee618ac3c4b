/** `@hivekey/sdk/langchain`: the actions that an agent sees, as tools of LangChain.js. */
import { DynamicStructuredTool } from "@langchain/core/tools";
import type { HiveKey } from "../hivekey.ts";
import { actionTools, type ToolOptions } from "./tool-set.ts";

export type { ToolOptions } from "./tool-set.ts";

/**
 * Tools for `createAgent`, `bindTools` and tool nodes. A denied or held call is told to the model; a token that the gateway does
 * not take is an error.
 * @example
 * const tools = await hivekeyTools(new HiveKey(process.env.HK_AGENT_TOKEN));
 * const agent = createAgent({ model, tools });
 */
export async function hivekeyTools(hk: HiveKey, options: ToolOptions = {}): Promise<DynamicStructuredTool[]> {
	return (await actionTools(hk, options)).map(
		({ name, description, inputSchema, run }) =>
			new DynamicStructuredTool({
				name,
				description,
				schema: inputSchema,
				func: async (input: object, _manager, config) => JSON.stringify((await run(input, { signal: config?.signal })) ?? null),
			}),
	);
}
