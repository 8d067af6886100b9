package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A reader's own policy of witnesses (C2SP tlog-policy), and what it says of a cosigned checkpoint (tlog-cosignature). */
public final class Witnesses {
  /** SubjectPublicKeyInfo of ML-DSA-44 up to the key (RFC 9881). The JDK has it from 24 on. */
  private static final byte[] ML_DSA_44 = HexFormat.of().parseHex("30820532300b06096086480165030403110382052100");
  /** Seconds by which the clock of a witness may be ahead of the reader's. */
  private static final long AHEAD = 600;

  final List<String> logs = new ArrayList<>();
  private final Map<String, Key> witnesses = new LinkedHashMap<>();
  private final Map<String, Group> groups = new HashMap<>();
  private final Long fresh;
  private String quorum;

  private record Key(String name, String id, byte[] marked) {}

  private record Group(int least, List<String> members) {}

  private Witnesses(Long fresh) {
    this.fresh = fresh;
  }

  /**
   * @param text of the policy
   * @param fresh seconds: how old the quorum may be; null: as old as it is
   * @throws IllegalArgumentException for a policy that does not hold together, or demands nothing
   */
  public static Witnesses of(String text, Long fresh) {
    if (!text.endsWith("\n") || !text.matches("(?s)[^\\x00-\\x08\\x0b-\\x1f\\x7f]*")) throw wrong(0);
    Witnesses policy = new Witnesses(fresh);
    Set<String> keys = new HashSet<>();
    Set<String> members = new HashSet<>();
    String[] lines = text.split("\n");
    for (int at = 0; at < lines.length; at++) {
      List<String> words = Arrays.stream(lines[at].split("[ \t]+")).filter(word -> !word.isEmpty()).toList();
      if (words.isEmpty() || words.get(0).startsWith("#")) continue;
      try {
        if (!policy.read(words, keys, members)) throw wrong(at + 1);
      } catch (FieldgateException | IndexOutOfBoundsException | NumberFormatException | GeneralSecurityException bad) {
        throw wrong(at + 1);
      }
    }
    if (policy.quorum == null || policy.quorum.equals("none")) throw wrong(0);
    return policy;
  }

  private boolean read(List<String> words, Set<String> keys, Set<String> members) throws GeneralSecurityException {
    String name = words.get(1);
    boolean fresh = !name.equals("none") && !isKnown(name);
    switch (words.get(0)) {
      case "log":
        logs.add(name);
        return words.size() <= 3 && keys.add(claimed(name, 1, 33));
      case "witness":
        String[] parts = words.get(2).split("\\+", 3);
        byte[] marked = Receipts.bytes(parts[2]);
        witnesses.put(name, new Key(parts[0], parts[1], marked));
        int length = marked[0] == 4 ? 33 : 1313;
        return fresh && words.size() <= 4 && keys.add(claimed(words.get(2), marked[0] == 4 ? 4 : 6, length));
      case "group":
        List<String> named = words.subList(3, words.size());
        String least = words.get(2);
        int count = least.equals("all") ? named.size() : least.equals("any") ? 1 : Integer.parseInt(least);
        if (!fresh || named.isEmpty() || !least.matches("all|any|[1-9][0-9]*") || count > named.size()) return false;
        for (String member : named) if (!isKnown(member) || !members.add(member)) return false;
        groups.put(name, new Group(count, named));
        return true;
      case "quorum":
        if (quorum != null || words.size() != 2 || (fresh && !isKnown(name))) return false;
        quorum = name;
        return true;
      default:
        return false;
    }
  }

  private boolean isKnown(String name) {
    return witnesses.containsKey(name) || groups.containsKey(name);
  }

  /** The key without its type, for two uses of one key. */
  private static String claimed(String vkey, int type, int length) throws GeneralSecurityException {
    String[] part = vkey.split("\\+", 3);
    byte[] marked = Receipts.bytes(part[2]);
    byte[] id = Arrays.copyOf(Keys.sha256((part[0] + "\n").getBytes(UTF_8), marked), 4);
    boolean good = HexFormat.of().formatHex(id).equals(part[1]) && marked[0] == type && marked.length == length;
    if (!good) throw Receipts.invalid();
    return HexFormat.of().formatHex(marked, 1, length);
  }

  private boolean isEnough(String name, Set<String> names) {
    Group group = groups.get(name);
    if (group == null) return names.contains(name);
    return group.members().stream().filter(one -> isEnough(one, names)).count() >= group.least();
  }

  /** What is said of an entry that no witnessed checkpoint covers yet. */
  Map<String, Object> notYet() {
    Map<String, Object> said = said("NOTHING", Map.of(), null, List.of());
    said.put("proof", null);
    return said;
  }

  /** `fault` is null, UNSIGNED, FEW or OLD; times are POSIX seconds. @param log vkey */
  Map<String, Object> judge(String note, String log, long now) {
    Map<String, Long> times = new LinkedHashMap<>();
    Set<String> unchecked = new LinkedHashSet<>();
    try {
      String text = Receipts.openNote(note, log);
      for (String line : note.substring(text.length() + 1).split("\n")) {
        String[] part = line.split(" ");
        byte[] raw = Receipts.bytes(part[2]);
        for (Map.Entry<String, Key> one : witnesses.entrySet()) {
          Key key = one.getValue();
          boolean names = key.name().equals(part[1]) && HexFormat.of().formatHex(raw, 0, 4).equals(key.id());
          if (!names || times.containsKey(one.getKey())) continue;
          long time = ByteBuffer.wrap(raw, 4, 8).getLong();
          try {
            if (!holds(key, text, time, Arrays.copyOfRange(raw, 12, raw.length))) throw Receipts.invalid();
            if (time > 0 && time <= now + AHEAD) times.put(one.getKey(), time);
          } catch (NoSuchAlgorithmException young) {
            unchecked.add(one.getKey());
          }
        }
      }
    } catch (RuntimeException | GeneralSecurityException wrong) {
      return said("UNSIGNED", Map.of(), null, List.of());
    }
    Long since = null;
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, Long> one : newest(times)) {
      names.add(one.getKey());
      if (since == null && isEnough(quorum, names)) since = one.getValue();
    }
    boolean old = fresh != null && since != null && now - since > fresh;
    return said(since == null ? "FEW" : old ? "OLD" : null, times, since, List.copyOf(unchecked));
  }

  private static boolean holds(Key key, String text, long time, byte[] signed) throws GeneralSecurityException {
    byte[] raw = Arrays.copyOfRange(key.marked(), 1, key.marked().length);
    if (key.marked()[0] == 4) {
      return Receipts.isSigned(raw, signed, ("cosignature/v1\ntime " + time + "\n" + text).getBytes(UTF_8));
    }
    Signature signature = Signature.getInstance("ML-DSA-44");
    byte[] spki = ByteBuffer.allocate(ML_DSA_44.length + raw.length).put(ML_DSA_44).put(raw).array();
    signature.initVerify(KeyFactory.getInstance("ML-DSA-44").generatePublic(new X509EncodedKeySpec(spki)));
    String[] lines = text.split("\n");
    byte[] name = key.name().getBytes(UTF_8);
    byte[] origin = lines[0].getBytes(UTF_8);
    ByteBuffer message = ByteBuffer.allocate(12 + 1 + name.length + 8 + 1 + origin.length + 16 + 32);
    message.put("subtree/v1\n\0".getBytes(UTF_8)).put((byte) name.length).put(name).putLong(time);
    message.put((byte) origin.length).put(origin).putLong(0).putLong(Long.parseLong(lines[1]));
    signature.update(message.put(Receipts.bytes(lines[2])).array());
    return signature.verify(signed);
  }

  private static List<Map.Entry<String, Long>> newest(Map<String, Long> times) {
    return times.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).toList();
  }

  private Map<String, Object> said(String fault, Map<String, Long> times, Long since, List<String> unchecked) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("fault", fault);
    said.put("by", newest(times).stream().map(one -> Map.of("name", one.getKey(), "time", one.getValue())).toList());
    said.put("without", witnesses.keySet().stream().filter(name -> !times.containsKey(name)).toList());
    said.put("since", since);
    said.put("unchecked", unchecked);
    return said;
  }

  private static IllegalArgumentException wrong(int line) {
    return new IllegalArgumentException(line > 0 ? "line " + line + " of the policy" : "the policy demands no quorum");
  }
}
