package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Kinds about the gateway only, which leaves name in clear. What may concern a person is closed.
var inClear = []string{"watch", "publication", "agency", "revocation"}

// writerKey may vouch for writers of one function and of these kinds.
type writerKey struct {
	name  string
	key   ed25519.PublicKey
	kinds []string
}

// statement is what such a key signs. With its members in this order, JSON is canonical.
type statement struct {
	Key     string   `json:"key"`
	Kinds   []string `json:"kinds"`
	Name    string   `json:"name"`
	Started string   `json:"started"`
	Until   string   `json:"until"`
	Writer  string   `json:"writer"`
}

type leafForm struct {
	Kind, Id, Time, Writer string
	Certificate            struct {
		statement
		Signature string
	}
}

// vouching reads the keys that the log's key names.
func vouching(dir, vkey string) ([]writerKey, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "writer-key"))
	if err != nil {
		return nil, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if len(lines) < 3 || lines[0] != "fieldgate writer keys v2" || lines[1] != verifier.Name() {
		return nil, fmt.Errorf("malformed writer keys")
	}
	var all []writerKey
	for _, line := range lines[2:] {
		parts := strings.Split(line, " ")
		if len(parts) != 3 {
			return nil, fmt.Errorf("malformed writer key")
		}
		key, err := base64.StdEncoding.DecodeString(parts[1])
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("malformed writer key")
		}
		all = append(all, writerKey{parts[0], key, strings.Split(parts[2], ",")})
	}
	return all, nil
}

// certified gives a writer's key if one of the keys may vouch for its function and each of its kinds, and did.
func certified(leaf leafForm, keys []writerKey) (ed25519.PublicKey, error) {
	said := leaf.Certificate.statement
	said.Writer = leaf.Writer
	raw, err := base64.StdEncoding.DecodeString(said.Key)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("malformed certificate")
	}
	if id := sha256.Sum256(raw); hex.EncodeToString(id[:])[:32] != leaf.Writer || leaf.Id != leaf.Writer+"-0-0" {
		return nil, fmt.Errorf("a certificate of another writer")
	}
	started, err := time.Parse(time.RFC3339, said.Started)
	if err != nil || said.Started != leaf.Time {
		return nil, fmt.Errorf("a certificate of another time")
	}
	until, err := time.Parse(time.RFC3339, said.Until)
	if err != nil || !until.After(started) || until.Sub(started) > 24*time.Hour {
		return nil, fmt.Errorf("a certificate that lasts too long")
	}
	text, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	signature, err := base64.StdEncoding.DecodeString(leaf.Certificate.Signature)
	if err != nil {
		return nil, err
	}
	for _, one := range keys {
		foreign := slices.ContainsFunc(said.Kinds, func(kind string) bool { return !slices.Contains(one.kinds, kind) })
		if one.name == said.Name && !foreign && ed25519.Verify(one.key, append([]byte("fieldgate writer v2\n"), text...), signature) {
			return raw, nil
		}
	}
	return nil, fmt.Errorf("no key vouches for this function and its kinds")
}

// covers says whether the certificate is good for the leaf's kind and time.
func covers(said statement, leaf leafForm) bool {
	closed := slices.ContainsFunc(said.Kinds, func(kind string) bool { return !slices.Contains(inClear, kind) })
	kind := slices.Contains(said.Kinds, leaf.Kind) || leaf.Kind == "" && closed
	return kind && said.Started <= leaf.Time && leaf.Time <= said.Until
}

// signatures reads what stands beside the bundles: 64 bytes a leaf.
func signatures(dir string, size int64) ([]byte, error) {
	var all []byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: 8, L: 0, N: n, W: int(min(256, size-n*256))}
		data, err := os.ReadFile(filepath.Join(dir, strings.Replace(tile.Path(), "tile/8/0/", "signatures/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, data...)
	}
	if int64(len(all)) != size*ed25519.SignatureSize {
		return nil, fmt.Errorf("more or fewer signatures than entries")
	}
	return all, nil
}

// verifyWriters checks who signed each leaf, and that its certificate is of a key that may vouch for its kinds.
func verifyWriters(dir, vkey string) error {
	tree, err := readCheckpoint(filepath.Join(dir, "checkpoint"), vkey)
	if err != nil {
		return err
	}
	leaves, err := entries(dir, tree.N)
	if err != nil {
		return err
	}
	signed, err := signatures(dir, tree.N)
	if err != nil {
		return err
	}
	keys, err := vouching(dir, vkey)
	if err != nil {
		return err
	}
	type writer struct {
		key  ed25519.PublicKey
		said statement
	}
	known := map[string]writer{}
	for n, text := range leaves {
		var leaf leafForm
		if err := json.Unmarshal(text, &leaf); err != nil {
			return fmt.Errorf("entry %d: %v", n, err)
		}
		if leaf.Kind == "count" {
			continue
		}
		if leaf.Kind == "writer" {
			key, err := certified(leaf, keys)
			if err != nil {
				return fmt.Errorf("entry %d: %v", n, err)
			}
			known[leaf.Writer] = writer{key, leaf.Certificate.statement}
		} else if one, found := known[leaf.Writer]; !found || !covers(one.said, leaf) {
			return fmt.Errorf("entry %d: outside its writer's certificate", n)
		}
		hash := tlog.RecordHash(text)
		message := append([]byte("fieldgate leaf v2\n"), hash[:]...)
		if !ed25519.Verify(known[leaf.Writer].key, message, signed[n*ed25519.SignatureSize:(n+1)*ed25519.SignatureSize]) {
			return fmt.Errorf("entry %d: not signed by its writer", n)
		}
	}
	return nil
}
