/** R2: large things, written once. */
import type { BlobStore } from "../../gateway/ports.ts";

export function createBlobStore(bucket: R2Bucket): BlobStore {
	return {
		async put(key, bytes) {
			await bucket.put(key, bytes);
		},
		async get(key) {
			const object = await bucket.get(key);
			return object ? new Uint8Array(await object.arrayBuffer()) : null;
		},
		async delete(key) {
			await bucket.delete(key);
		},
	};
}
