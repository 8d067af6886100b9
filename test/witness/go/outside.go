// A reader and a witness that use nothing of this project: golang.org/x/mod's sumdb and transparency-dev's formats.
//
//	outside check <note> <log vkey> <least> <witness vkey>...
//	outside witness <log vkey> <name>
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	switch os.Args[1] {
	case "check":
		check(os.Args[2], os.Args[3], os.Args[4], os.Args[5:])
	case "witness":
		witness(os.Args[2], os.Args[3])
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

// check demands the log's signature and at least so many cosignatures.
func check(file, log, least string, vkeys []string) {
	verifiers := []note.Verifier{must(note.NewVerifier(log))}
	for _, vkey := range vkeys {
		verifiers = append(verifiers, must(cosign.NewVerifierForCosignatureV1(plain(vkey))))
	}
	opened := must(note.Open(must(os.ReadFile(file)), note.VerifierList(verifiers...)))
	count := 0
	for _, signature := range opened.Sigs {
		if signature.Name != verifiers[0].Name() {
			at := must(cosign.CoSigV1Timestamp(signature))
			if at.Unix() <= 0 {
				must(0, fmt.Errorf("%s has no time", signature.Name))
			}
			count++
		}
	}
	if count < must(strconv.Atoi(least)) {
		must(0, fmt.Errorf("%d cosignatures, %s needed", count, least))
	}
	fmt.Println(count)
}

// plain turns a key of type 4 into one of type 1, from which the library derives the id of type 4.
func plain(vkey string) string {
	parts := strings.SplitN(vkey, "+", 3)
	key := must(base64.StdEncoding.DecodeString(parts[2]))
	key[0] = 1
	id := must(strconv.ParseUint(parts[1], 16, 32))
	return fmt.Sprintf("%s+%08x+%s", parts[0], id, base64.StdEncoding.EncodeToString(key))
}

// witness answers add-checkpoint (C2SP tlog-witness) and prints its address and its key.
func witness(log, name string) {
	verifier := must(note.NewVerifier(log))
	secret, public, err := note.GenerateKey(rand.Reader, name)
	must(0, err)
	signer := must(cosign.NewSignerForCosignatureV1(secret))
	var mutex sync.Mutex
	var last tlog.Tree
	http.HandleFunc("/add-checkpoint", func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		head, text, found := bytes.Cut(body, []byte("\n\n"))
		opened, err := note.Open(text, note.VerifierList(verifier))
		if !found || err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		lines := strings.Split(string(head), "\n")
		if lines[0] != fmt.Sprintf("old %d", last.N) {
			w.Header().Set("Content-Type", "text/x.tlog.size")
			w.WriteHeader(http.StatusConflict)
			fmt.Fprintln(w, last.N)
			return
		}
		words := strings.Split(opened.Text, "\n")
		tree := tlog.Tree{}
		tree.N, _ = strconv.ParseInt(words[1], 10, 64)
		tree.Hash, _ = tlog.ParseHash(words[2])
		var proof tlog.TreeProof
		for _, line := range lines[1:] {
			hash, err := tlog.ParseHash(line)
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			proof = append(proof, hash)
		}
		if last.N > 0 && tlog.CheckTree(proof, tree.N, tree.Hash, last.N, last.Hash) != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		last = tree
		signed, err := note.Sign(&note.Note{Text: opened.Text}, signer)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, lines_, _ := bytes.Cut(signed, []byte("\n\n"))
		w.Write(lines_)
	})
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	fmt.Printf("http://%s %s\n", listener.Addr(), public)
	must(0, http.Serve(listener, nil))
}
