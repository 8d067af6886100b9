// Checks logs that make.ts wrote with nothing of this project: golang.org/x/mod's sumdb/note and sumdb/tlog.
package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var sizes = []int64{1, 2, 3, 255, 256, 257, 1000, 70000}

// readCheckpoint opens a signed note and reads origin, size and root hash from it.
func readCheckpoint(path, vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tree, errors.New("malformed checkpoint")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return tree, errors.New("malformed root")
	}
	copy(tree.Hash[:], hash)
	return tree, nil
}

// files reads tiles from a folder; tlog says tile/8/L/N where the files are called tile/L/N.
type files struct {
	dir  string
	size int64
}

func (f files) Height() int                                { return 8 }
func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// read takes a narrow tile from the wider one that a larger log has in its place.
func (f files) read(tile tlog.Tile) ([]byte, error) {
	wide := tile
	count := f.size >> (8 * uint(tile.L))
	wide.W = int(min(256, count-tile.N*256))
	path := strings.Replace(wide.Path(), "tile/8/", "tile/", 1)
	data, err := os.ReadFile(filepath.Join(f.dir, path))
	if err != nil {
		return nil, err
	}
	if len(data) != wide.W*tlog.HashSize || wide.W < tile.W {
		return nil, errors.New("tile of another width: " + path)
	}
	return data[:tile.W*tlog.HashSize], nil
}

// entries reads the entry bundles of the whole log.
func entries(dir string, size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: 8, L: 0, N: n, W: int(min(256, size-n*256))}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			if len(data) < 2 || len(data) < 2+(int(data[0])<<8|int(data[1])) {
				return nil, errors.New("malformed bundle " + path)
			}
			length := int(data[0])<<8 | int(data[1])
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	if int64(len(all)) != size {
		return nil, errors.New("a bundle holds more or fewer entries")
	}
	return all, nil
}

// memory holds the hashes of a tree that this program computes by itself.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = m[index]
	}
	return hashes, nil
}

func build(leaves [][]byte) (memory, error) {
	var m memory
	for n, leaf := range leaves {
		hashes, err := tlog.StoredHashes(int64(n), leaf, m)
		if err != nil {
			return nil, err
		}
		m = append(m, hashes...)
	}
	return m, nil
}

// verifyLog checks a folder against the log's key, and its writers or the tree that is remembered of it.
func verifyLog(dir, vkey string, remembered *tlog.Tree) error {
	tree, err := readCheckpoint(filepath.Join(dir, "checkpoint"), vkey)
	if err != nil {
		return err
	}
	leaves, err := entries(dir, tree.N)
	if err != nil {
		return err
	}
	own, err := build(leaves)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the entries do not have the signed root")
	}
	reader := tlog.TileHashReader(tree, files{dir, tree.N})
	for n, leaf := range leaves {
		hash, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(n))})
		if err != nil {
			return err
		}
		if hash[0] != tlog.RecordHash(leaf) {
			return fmt.Errorf("entry %d is not in the tiles", n)
		}
	}
	if remembered == nil {
		return verifyWriters(dir, vkey)
	}
	if remembered.N > tree.N {
		return errors.New("the log became shorter")
	}
	proof, err := tlog.ProveTree(tree.N, remembered.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, remembered.N, remembered.Hash)
}

// proofs reads what make.ts packed.
func proofs(path string) ([][]tlog.Hash, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all [][]tlog.Hash
	for len(data) > 0 {
		count := int(data[0])
		data = data[1:]
		proof := make([]tlog.Hash, count)
		for i := range proof {
			copy(proof[i][:], data[:tlog.HashSize])
			data = data[tlog.HashSize:]
		}
		all = append(all, proof)
	}
	return all, nil
}

func checkProofs(dir, vkey string) (int, error) {
	leaves, err := entries(dir, 70000)
	if err != nil {
		return 0, err
	}
	own, err := build(leaves)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, size := range sizes {
		tree, err := readCheckpoint(filepath.Join(dir, fmt.Sprintf("checkpoint.%d", size)), vkey)
		if err != nil {
			return 0, err
		}
		root, err := tlog.TreeHash(size, own)
		if err != nil || tree.N != size || root != tree.Hash {
			return 0, fmt.Errorf("checkpoint %d: another root, %v", size, err)
		}
		inclusion, err := proofs(filepath.Join(dir, fmt.Sprintf("inclusion.%d", size)))
		if err != nil || int64(len(inclusion)) != size {
			return 0, fmt.Errorf("inclusion proofs of %d: %v", size, err)
		}
		for n, proof := range inclusion {
			if err := tlog.CheckRecord(proof, size, tree.Hash, int64(n), tlog.RecordHash(leaves[n])); err != nil {
				return 0, fmt.Errorf("inclusion of %d in %d: %v", n, size, err)
			}
		}
		consistency, err := proofs(filepath.Join(dir, fmt.Sprintf("consistency.%d", size)))
		if err != nil || int64(len(consistency)) != size {
			return 0, fmt.Errorf("consistency proofs of %d: %v", size, err)
		}
		for i, proof := range consistency {
			n := int64(i) + 1
			before, err := tlog.TreeHash(n, own)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckTree(proof, size, tree.Hash, n, before); err != nil {
				return 0, fmt.Errorf("consistency of %d in %d: %v", n, size, err)
			}
		}
		count += len(inclusion) + len(consistency)
	}
	return count, checkTiled(dir, own, leaves)
}

// checkTiled checks the proofs that were made from tiles.
func checkTiled(dir string, own memory, leaves [][]byte) error {
	root, err := tlog.TreeHash(70000, own)
	if err != nil {
		return err
	}
	tiled, err := proofs(filepath.Join(dir, "tiled"))
	if err != nil || len(tiled) != 2*71 {
		return fmt.Errorf("proofs from tiles: %d, %v", len(tiled), err)
	}
	for i := 0; i < len(tiled); i += 2 {
		n := int64(i/2) * 997
		if err := tlog.CheckRecord(tiled[i], 70000, root, n, tlog.RecordHash(leaves[n])); err != nil {
			return err
		}
		before, err := tlog.TreeHash(n+1, own)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(tiled[i+1], 70000, root, n+1, before); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fail(errors.New("usage: check FOLDER"))
	}
	folder := os.Args[1]
	at := func(name string) string { return filepath.Join(folder, name) }
	key, other := text(at("key")), text(at("other-key"))

	if err := verifyLog(at("good"), key, nil); err != nil {
		fail(fmt.Errorf("the good log: %v", err))
	}
	count, err := checkProofs(at("good"), key)
	if err != nil {
		fail(err)
	}
	fmt.Printf("accepted: the log of 70000 entries, its checkpoints, %d proofs\n", count)

	remembered, err := readCheckpoint(at("good/checkpoint.1000"), key)
	if err != nil {
		fail(err)
	}
	if err := verifyLog(at("whole"), key, nil); err != nil {
		fail(fmt.Errorf("the twin of the rejected ones: %v", err))
	}
	rejections := []struct {
		name, dir, key string
		remembered     *tlog.Tree
	}{
		{"a flipped byte", "flipped", key, nil},
		{"a flipped byte in a tile", "flipped-tile", key, nil},
		{"a removed entry", "removed", key, nil},
		{"a swapped pair", "swapped", key, nil},
		{"a wrong key", "whole", other, nil},
		{"a forked tree", "forked", key, &remembered},
		{"a certificate with another function's name", "foreign-name", key, nil},
		{"a certificate for another function's kinds", "foreign-kinds", key, nil},
		{"an entry of a kind that the certificate lacks", "outside", key, nil},
		{"an entry that another writer signed", "foreign-signature", key, nil},
	}
	for _, one := range rejections {
		err := verifyLog(at(one.dir), one.key, one.remembered)
		if err == nil {
			fail(fmt.Errorf("%s was accepted", one.name))
		}
		fmt.Printf("rejected: %s (%v)\n", one.name, err)
	}
	if err := verifyLog(at("own-kinds"), key, nil); err != nil {
		fail(fmt.Errorf("the twin of the foreign certificates: %v", err))
	}
	if err := verifyLog(at("forked"), key, nil); err != nil {
		fail(fmt.Errorf("the fork is good to whoever remembers nothing: %v", err))
	}
}

func text(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	return string(bytes.TrimSpace(data))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
