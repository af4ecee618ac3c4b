// Judges vectors with Go's own transparency log packages, which know nothing of HiveKey: for each case of the JSON file that is
// named first, true if they accept it. Prints one JSON list.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Kind  string            `json:"kind"`
	Note  string            `json:"note"`
	VKeys []string          `json:"vkeys"`
	Index int64             `json:"index"`
	From  int64             `json:"from"`
	Size  int64             `json:"size"`
	Leaf  string            `json:"leaf"`
	Root  string            `json:"root"`
	Old   string            `json:"old"`
	Proof []string          `json:"proof"`
	Path  string            `json:"path"`
	Paths []string          `json:"paths"`
	Data  string            `json:"data"`
	Tiles map[string]string `json:"tiles"`
	Text  string            `json:"text"`
}

// The tree over the entries "leaf 0", "leaf 1" and so on, as Go stores it.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		out[i] = m[index]
	}
	return out, nil
}

func grow(size int64) memory {
	var m memory
	for n := int64(0); n < size; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("leaf %d", n)), m)
		if err != nil {
			panic(err)
		}
		m = append(m, hashes...)
	}
	return m
}

func hash(text string) (tlog.Hash, error) {
	var h tlog.Hash
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != len(h) {
		return h, fmt.Errorf("not a hash: %q", text)
	}
	copy(h[:], raw)
	return h, nil
}

func hashes(texts []string) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, text := range texts {
		h, err := hash(text)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// Go puts the height of the tiles into the path and calls entries data; C2SP fixed the height at 8.
func goPath(path string) string {
	return strings.Replace(strings.Replace(path, "tile/", "tile/8/", 1), "/entries/", "/data/", 1)
}

func c2spPath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func open(text string, vkeys []string) (*note.Note, error) {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, verifier)
	}
	return note.Open([]byte(text), note.VerifierList(verifiers...))
}

// Opens a checkpoint note and reads its size and root.
func openCheckpoint(text string, vkeys []string) (int64, tlog.Hash, error) {
	opened, err := open(text, vkeys)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] == "" || lines[len(lines)-1] != "" {
		return 0, tlog.Hash{}, fmt.Errorf("not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] || size < 0 {
		return 0, tlog.Hash{}, fmt.Errorf("not a size")
	}
	root, err := hash(lines[2])
	return size, root, err
}

// Tiles from the case, under the paths of C2SP.
type tileReader map[string]string

func (r tileReader) Height() int { return 8 }
func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		data, err := base64.StdEncoding.DecodeString(r[c2spPath(tile)])
		if err != nil || len(data) == 0 {
			return nil, fmt.Errorf("no tile %s", c2spPath(tile))
		}
		out = append(out, data)
	}
	return out, nil
}
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func judge(c testCase, tree memory) error {
	switch c.Kind {
	case "vkey":
		_, err := note.NewVerifier(c.VKeys[0])
		return err
	case "note":
		_, err := open(c.Note, c.VKeys)
		return err
	case "checkpoint":
		size, root, err := openCheckpoint(c.Note, c.VKeys)
		if err != nil {
			return err
		}
		want, err := tlog.TreeHash(size, tree)
		if err != nil || want != root {
			return fmt.Errorf("another root")
		}
		return nil
	case "tree_text":
		_, err := tlog.ParseTree([]byte(c.Text))
		return err
	case "inclusion":
		proof, err := hashes(c.Proof)
		if err != nil {
			return err
		}
		root, err := hash(c.Root)
		if err != nil {
			return err
		}
		leaf, err := hash(c.Leaf)
		if err != nil {
			return err
		}
		return tlog.CheckRecord(proof, c.Size, root, c.Index, leaf)
	case "consistency":
		proof, err := hashes(c.Proof)
		if err != nil {
			return err
		}
		root, err := hash(c.Root)
		if err != nil {
			return err
		}
		old, err := hash(c.Old)
		if err != nil {
			return err
		}
		return tlog.CheckTree(proof, c.Size, root, c.From, old)
	case "tile_path":
		_, err := tlog.ParseTilePath(goPath(c.Path))
		return err
	case "new_tiles":
		var want []string
		for _, tile := range tlog.NewTiles(8, c.From, c.Size) {
			want = append(want, c2spPath(tile))
		}
		if strings.Join(want, " ") != strings.Join(c.Paths, " ") {
			return fmt.Errorf("other tiles: %v", want)
		}
		return nil
	case "tile":
		tile, err := tlog.ParseTilePath(goPath(c.Path))
		if err != nil {
			return err
		}
		want, err := tlog.ReadTileData(tile, tree)
		if err != nil {
			return err
		}
		if base64.StdEncoding.EncodeToString(want) != c.Data {
			return fmt.Errorf("other hashes")
		}
		return nil
	case "bundle":
		return judgeBundle(c, tree)
	case "proof_from_tiles":
		root, err := hash(c.Root)
		if err != nil {
			return err
		}
		reader := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: root}, tileReader(c.Tiles))
		record, err := tlog.ProveRecord(c.Size, c.Index, reader)
		if err != nil {
			return err
		}
		want, err := hashes(c.Proof)
		if err != nil || fmt.Sprint([]tlog.Hash(record)) != fmt.Sprint(want) {
			return fmt.Errorf("another proof")
		}
		return nil
	case "act_proof":
		return judgeActProof(c)
	}
	panic("unknown kind " + c.Kind)
}

// Each entry, after two bytes of length, hashes to the leaf of its number.
func judgeBundle(c testCase, tree memory) error {
	tile, err := tlog.ParseTilePath(goPath(c.Path))
	if err != nil {
		return err
	}
	data, err := base64.StdEncoding.DecodeString(c.Data)
	if err != nil {
		return err
	}
	var leaves []byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return fmt.Errorf("cut short")
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		leaf := tlog.RecordHash(data[2:end])
		leaves = append(leaves, leaf[:]...)
		data = data[end:]
	}
	tile.L = 0
	want, err := tlog.ReadTileData(tile, tree)
	if err != nil || !bytes.Equal(want, leaves) {
		return fmt.Errorf("other entries")
	}
	return nil
}

// The whole of what `hivekey audit prove` writes, under the key that the case pins.
func judgeActProof(c testCase) error {
	var file struct {
		V          int    `json:"v"`
		Checkpoint string `json:"checkpoint"`
		Proofs     []struct {
			Seq       int64    `json:"seq"`
			Record    string   `json:"record"`
			LeafIndex int64    `json:"leaf_index"`
			TreeSize  int64    `json:"tree_size"`
			Hashes    []string `json:"hashes"`
		} `json:"proofs"`
	}
	if err := json.Unmarshal([]byte(c.Text), &file); err != nil || file.V != 1 || len(file.Proofs) == 0 {
		return fmt.Errorf("not a proof")
	}
	size, root, err := openCheckpoint(file.Checkpoint, c.VKeys)
	if err != nil {
		return err
	}
	for _, part := range file.Proofs {
		head := fmt.Sprintf(`{"v":1,"seq":%d,`, part.Seq)
		if part.LeafIndex != part.Seq-1 || part.TreeSize != size || !strings.HasPrefix(part.Record, head) {
			return fmt.Errorf("record %d has another place", part.Seq)
		}
		proof, err := hashes(part.Hashes)
		if err != nil {
			return err
		}
		leaf := tlog.Hash(sha256.Sum256(append([]byte{0}, part.Record...)))
		if err := tlog.CheckRecord(proof, size, root, part.LeafIndex, leaf); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	raw, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var vectors struct {
		Leaves int64      `json:"leaves"`
		Cases  []testCase `json:"cases"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		panic(err)
	}
	tree := grow(vectors.Leaves)
	verdicts := []bool{}
	for _, c := range vectors.Cases {
		verdicts = append(verdicts, judge(c, tree) == nil)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}
