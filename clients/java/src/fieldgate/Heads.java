package fieldgate;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Heads of the log that came with answers. The log may only grow: two that do not go together are evidence for anyone. */
public final class Heads {
  static final String HEADER = "fieldgate-head";
  /** Heads that are kept until the next check; the oldest gives way. */
  private static final int MOST = 8;

  private final Set<String> told = new LinkedHashSet<>();
  private String newest;

  Heads() {}

  /** Keeps the head of an answer, which is compared with the next one that is checked. */
  synchronized void hear(String header) {
    if (told.size() >= MOST && !told.contains(header)) told.remove(told.iterator().next());
    told.add(header);
  }

  /** @throws FieldgateException RECEIPT_INVALID unless this checkpoint and all that were told are of one history */
  synchronized void follow(String note, String vkey, BiFunction<Long, Long, List<?>> prove) {
    if (newest != null) requireOne(newest, note, vkey, prove);
    for (String header : new ArrayList<>(told)) {
      requireOne(new String(Receipts.bytes(header), java.nio.charset.StandardCharsets.UTF_8), note, vkey, prove);
      told.remove(header);
    }
    if (newest == null || Receipts.openHead(note, vkey).size() > Receipts.openHead(newest, vkey).size()) newest = note;
  }

  /**
   * Throws unless two notes of one log are of one history. If they are not, {@code body} of the exception has {@code notes},
   * and {@code prefix} if the sizes differ: as JSON it is evidence that {@code fieldgate witness evidence} reads.
   *
   * @param prove the hashes of a consistency proof between two sizes, in base64
   * @throws FieldgateException RECEIPT_INVALID; its body is empty if a note is not signed, or the proof shows nothing
   */
  public static void requireOne(String one, String other, String vkey, BiFunction<Long, Long, List<?>> prove) {
    Receipts.Head first = Receipts.openHead(one, vkey);
    Receipts.Head second = Receipts.openHead(other, vkey);
    if (first.size() > second.size()) {
      requireOne(other, one, vkey, prove);
      return;
    }
    List<String> notes = List.of(one, other);
    if (first.size() == second.size()) {
      if (Arrays.equals(first.root(), second.root())) return;
      throw forked(Map.of("notes", notes));
    }
    try {
      if (first.size() == 0) {
        if (Arrays.equals(first.root(), Keys.sha256(new byte[0]))) return;
        throw Receipts.invalid();
      }
      List<?> proof = prove.apply(first.size(), second.size());
      List<byte[]> roots = rootsOf(first.size(), first.root(), second.size(), proof);
      if (roots != null && Arrays.equals(roots.get(0), first.root()) && Arrays.equals(roots.get(1), second.root())) return;
      // The proof that the gateway gives leads to another first root: that is the second tree's own.
      List<byte[]> own = rootsOf(first.size(), null, second.size(), proof);
      boolean shows = own != null && Arrays.equals(own.get(1), second.root()) && !Arrays.equals(own.get(0), first.root());
      if (!shows) throw Receipts.invalid();
      String root = Base64.getEncoder().encodeToString(own.get(0));
      throw forked(Map.of("notes", notes, "prefix", Map.of("root", root, "proof", proof)));
    } catch (GeneralSecurityException wrong) {
      throw Receipts.invalid();
    }
  }

  /** Both roots to which a consistency proof leads (RFC 9162, 2.1.4.2), or null. @param root null: the proof brings it */
  private static List<byte[]> rootsOf(long first, byte[] root, long second, List<?> proof) throws GeneralSecurityException {
    long at = first - 1;
    long last = second - 1;
    while ((at & 1) == 1) {
      at >>= 1;
      last >>= 1;
    }
    boolean omitted = at == 0 && root != null;
    if (!omitted && proof.isEmpty()) return null;
    byte[] begins = omitted ? root : Receipts.bytes(proof.get(0));
    return begins.length == 32 ? Receipts.climb(begins, at, last, omitted ? proof : proof.subList(1, proof.size())) : null;
  }

  private static FieldgateException forked(Map<String, Object> fork) {
    return new FieldgateException("RECEIPT_INVALID", "the log has two histories", 0, fork);
  }
}
