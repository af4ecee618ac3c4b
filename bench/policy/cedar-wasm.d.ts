/** Put beside the worker's bundle by run-worker.ts. */
declare module "*.wasm" {
	const module: WebAssembly.Module;
	export default module;
}
