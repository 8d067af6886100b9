package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks receipts: form, writer, place in the log's tree (RFC 6962) and the signed checkpoint (C2SP) over it. */
final class Receipts {
  private static final Pattern ENTRY = Pattern.compile("([0-9a-f]{32})-(0|[1-9]\\d{0,14})-(?:0|[1-9]\\d{0,5})");
  /** SubjectPublicKeyInfo of Ed25519 up to the 32 bytes of the key (RFC 8410). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private Receipts() {}

  /** @throws FieldgateException RECEIPT_INVALID unless the receipt has its one canonical form */
  static void checkForm(Object receipt) {
    if (!(receipt instanceof Map<?, ?> map)) throw invalid();
    Matcher entry = ENTRY.matcher(String.valueOf(map.get("entry")));
    boolean good = entry.matches() && entry.group(1).equals(map.get("writer"))
        && entry.group(2).equals(String.valueOf(map.get("seq")));
    if (!good || bytes(map.get("leafHash")).length != 32 || bytes(map.get("signature")).length != 64) throw invalid();
  }

  /** @throws FieldgateException RECEIPT_INVALID unless the proof leads from the receipt to a checkpoint of this key */
  static void checkPlace(Map<?, ?> receipt, Map<String, Object> proof, String vkey) {
    try {
      long index = ((Number) proof.get("index")).longValue();
      long size = ((Number) proof.get("size")).longValue();
      byte[] root = rootOf(bytes(receipt.get("leafHash")), index, size, (List<?>) proof.get("proof"));
      Head head = openHead((String) proof.get("checkpoint"), vkey);
      if (head.size() != size || !Arrays.equals(head.root(), root)) throw invalid();
    } catch (RuntimeException | GeneralSecurityException wrong) {
      throw invalid();
    }
  }

  /** The note of a C2SP tlog-proof. */
  static String noteOf(String file) {
    int end = file.indexOf("\n\n");
    if (end < 0) throw invalid();
    return file.substring(end + 2);
  }

  /** As {@code checkPlace}, of a C2SP tlog-proof. */
  static void checkFile(Map<?, ?> receipt, String file, String vkey) {
    String note = noteOf(file);
    List<String> lines = List.of(file.substring(0, file.length() - note.length() - 2).split("\n"));
    int at = lines.size() > 1 && lines.get(1).startsWith("extra ") ? 2 : 1;
    if (!lines.get(0).equals("c2sp.org/tlog-proof@v1") || lines.size() <= at) throw invalid();
    if (!lines.get(at).matches("index (0|[1-9]\\d{0,15})")) throw invalid();
    String[] said = note.split("\n", 3);
    if (said.length < 3 || !said[1].matches("[1-9]\\d{0,15}")) throw invalid();
    Map<String, Object> proof = Map.of("index", Long.parseLong(lines.get(at).substring(6)), "size",
        Long.parseLong(said[1]), "proof", lines.subList(at + 1, lines.size()), "checkpoint", note);
    checkPlace(receipt, proof, vkey);
  }

  /** RFC 9162, 2.1.3.2. */
  static byte[] rootOf(byte[] leaf, long index, long size, List<?> path) throws GeneralSecurityException {
    List<byte[]> roots = index < 0 || index >= size ? null : climb(leaf, index, size - 1, path);
    if (roots == null) throw invalid();
    return roots.get(1);
  }

  /** The roots of the tree that ends with this node, and of the whole tree, whose last node of this level is {@code last}; or null. */
  static List<byte[]> climb(byte[] node, long at, long last, List<?> path) throws GeneralSecurityException {
    byte[] before = node;
    byte[] after = node;
    for (Object one : path) {
      byte[] sibling = bytes(one);
      if (last == 0 || sibling.length != 32) return null;
      if ((at & 1) == 1 || at == last) {
        before = Keys.sha256(new byte[] {1}, sibling, before);
        after = Keys.sha256(new byte[] {1}, sibling, after);
        while (at != 0 && (at & 1) == 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        after = Keys.sha256(new byte[] {1}, after, sibling);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 ? List.of(before, after) : null;
  }

  /** The 32 bytes of an Ed25519 key in vkey form. */
  static byte[] rawKey(String vkey) {
    String[] key = vkey.strip().split("\\+", 3);
    if (key.length != 3) throw invalid();
    byte[] marked = bytes(key[2]);
    try {
      byte[] id = Arrays.copyOf(Keys.sha256((key[0] + "\n").getBytes(UTF_8), marked), 4);
      if (marked.length != 33 || marked[0] != 1 || !HexFormat.of().formatHex(id).equals(key[1])) throw invalid();
    } catch (GeneralSecurityException none) {
      throw invalid();
    }
    return Arrays.copyOfRange(marked, 1, 33);
  }

  record Head(long size, byte[] root) {}

  /** Size and root of a checkpoint that this key signed. */
  static Head openHead(String note, String vkey) {
    try {
      String[] lines = openNote(note, vkey).split("\n");
      byte[] root = bytes(lines[2]);
      boolean good = lines[0].equals(vkey.strip().split("\\+", 2)[0]) && lines[1].matches("0|[1-9]\\d{0,15}");
      if (!good || root.length != 32) throw invalid();
      return new Head(Long.parseLong(lines[1]), root);
    } catch (RuntimeException | GeneralSecurityException wrong) {
      throw invalid();
    }
  }

  static String openNote(String note, String vkey) throws GeneralSecurityException {
    byte[] own = rawKey(vkey);
    String[] key = vkey.strip().split("\\+", 3);
    byte[] id = HexFormat.of().parseHex(key[1]);
    int end = note.lastIndexOf("\n\n") + 1;
    String text = note.substring(0, end);
    for (String line : note.substring(end + 1).split("\n")) {
      String[] part = line.split(" ");
      if (part.length != 3 || !part[0].equals("\u2014") || !part[1].equals(key[0])) continue;
      byte[] raw = bytes(part[2]);
      if (raw.length != 68 || !Arrays.equals(Arrays.copyOf(raw, 4), id)) continue;
      byte[] signed = Arrays.copyOfRange(raw, 4, 68);
      if (isSigned(own, signed, text.getBytes(UTF_8))) return text;
    }
    throw invalid();
  }

  /** @param key the raw 32 bytes of an Ed25519 key */
  static boolean isSigned(byte[] key, byte[] signed, byte[]... message) throws GeneralSecurityException {
    byte[] spki = Arrays.copyOf(ED25519, ED25519.length + 32);
    System.arraycopy(key, 0, spki, ED25519.length, 32);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    for (byte[] part : message) signature.update(part);
    return signature.verify(signed);
  }

  static byte[] bytes(Object text) {
    try {
      byte[] raw = Base64.getDecoder().decode((String) text);
      if (Base64.getEncoder().encodeToString(raw).equals(text)) return raw;
    } catch (ClassCastException | IllegalArgumentException | NullPointerException other) {
      // Falls through to the one error.
    }
    throw invalid();
  }

  static FieldgateException invalid() {
    return new FieldgateException("RECEIPT_INVALID", "the receipt does not hold");
  }
}
