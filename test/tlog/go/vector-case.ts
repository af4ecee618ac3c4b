/** One case of `vectors.json`: what it is, what Go is handed (hashes and data in base64), and what Go said. */
export interface VectorCase {
	kind:
		| "vkey"
		| "note"
		| "checkpoint"
		| "tree_text"
		| "inclusion"
		| "consistency"
		| "tile_path"
		| "new_tiles"
		| "tile"
		| "bundle"
		| "proof_from_tiles"
		| "act_proof";
	note?: string;
	vkeys?: string[];
	index?: number;
	from?: number;
	size?: number;
	leaf?: string;
	root?: string;
	old?: string;
	proof?: string[];
	path?: string;
	paths?: string[];
	data?: string;
	tiles?: Record<string, string>;
	text?: string;
	/** Whether Go accepted it. */
	go: boolean;
}

export interface Vectors {
	/** The tree that tiles and checkpoints are of: the entries "leaf 0", "leaf 1" and so on. */
	leaves: number;
	/** Which packages judged. */
	judge: string;
	cases: VectorCase[];
}
