// Checks proofs, checkpoints and tiles with the libraries of Go's own checksum database.
//
// Reads one JSON object a line from standard input and answers each with a line: "yes", or "no"
// and why. With the folder of an export as its argument, it first reads the tree from the tiles
// there, which the library authenticates against the checkpoint.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Key  string // verifier key
	Leaf string // base64 of a leaf hash
	// Either a proof (C2SP tlog-proof), or two checkpoints and the consistency proof between them.
	Proof string
	Old   string
	New   string
	Path  []string
}

func decodeHash(text string) (hash tlog.Hash, err error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && len(data) != tlog.HashSize {
		err = errors.New("not 32 bytes")
	}
	copy(hash[:], data)
	return hash, err
}

func decodeHashes(lines []string) (hashes []tlog.Hash, err error) {
	for _, line := range lines {
		hash, err := decodeHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func openCheckpoint(key, text string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, errors.New("not a checkpoint of this journal")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err == nil {
		tree.Hash, err = decodeHash(lines[2])
	}
	return tree, err
}

func checkProof(asked question) error {
	head, checkpoint, found := strings.Cut(asked.Proof, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	path, err := decodeHashes(lines[2:])
	if err != nil {
		return err
	}
	leaf, err := decodeHash(asked.Leaf)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(asked.Key, checkpoint)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(tlog.RecordProof(path), tree.N, tree.Hash, index, leaf)
}

func checkConsistency(asked question) error {
	older, err := openCheckpoint(asked.Key, asked.Old)
	if err != nil {
		return err
	}
	newer, err := openCheckpoint(asked.Key, asked.New)
	if err != nil {
		return err
	}
	path, err := decodeHashes(asked.Path)
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(path), newer.N, newer.Hash, older.N, older.Hash)
}

// folder reads tiles where C2SP has them; Go's own layout names the height as well.
type folder string

func (f folder) Height() int              { return 8 }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		read, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		data = append(data, read)
	}
	return data, nil
}

func checkExport(place string) error {
	key, err := os.ReadFile(filepath.Join(place, "key.pub"))
	if err != nil {
		return err
	}
	checkpoint, err := os.ReadFile(filepath.Join(place, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(strings.TrimSpace(string(key)), string(checkpoint))
	if err != nil {
		return err
	}
	entries, err := os.Open(filepath.Join(place, "entries.jsonl"))
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, folder(place))
	lines := bufio.NewReader(entries)
	for index := int64(0); index < tree.N; index++ {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(line[:len(line)-1])
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

func answer(err error) {
	if err == nil {
		fmt.Println("yes")
	} else {
		fmt.Println("no:", strings.ReplaceAll(err.Error(), "\n", " "))
	}
}

func main() {
	if len(os.Args) > 1 {
		answer(checkExport(os.Args[1]))
		return
	}
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<20)
	for input.Scan() {
		var asked question
		if err := json.Unmarshal(input.Bytes(), &asked); err != nil {
			panic(err)
		}
		if asked.Proof != "" {
			answer(checkProof(asked))
		} else {
			answer(checkConsistency(asked))
		}
	}
}
