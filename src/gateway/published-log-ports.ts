/** What reading the published log needs: its files, its checkpoints, and the object that makes them. */
import type { NoteSigner } from "../tlog/note-keys.ts";

export interface PublishedLogPorts {
	published: {
		/** The newest checkpoint, as it was signed, or null while there is none. */
		newestCheckpoint(workspaceId: string): Promise<{ size: number; note: string } | null>;
		/** A tile or a bundle by its path, or null. */
		tile(workspaceId: string, path: string): Promise<Uint8Array | null>;
		/** The exact bytes of an act's records, in order. */
		recordsOfAct(workspaceId: string, actId: string): Promise<{ seq: number; record: string }[]>;
		/** The keys that sign the workspace's checkpoints, the newest first. */
		signers(workspaceId: string): NoteSigner[];
	};
	auditLogs: {
		/** Publishes over all that D1 has, if the newest checkpoint does not cover `minSize`. Answers the newest one's size. */
		publish(workspaceId: string, minSize: number): Promise<number>;
	};
}
