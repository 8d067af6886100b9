package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks who wrote an entry: log key, writer key of a function, writer's certificate, signature of the leaf. */
final class Writers {
  private static final byte[] LEAF_DOMAIN = "fieldgate leaf v2\n".getBytes(UTF_8);
  private static final byte[] CERTIFICATE_DOMAIN = "fieldgate writer v2\n".getBytes(UTF_8);
  private static final String STATEMENT = "fieldgate writer keys v2";
  /** Kinds about the gateway only. Their leaves name them in clear; what may concern a person is closed. */
  private static final Set<String> IN_CLEAR = Set.of("watch", "publication", "agency", "revocation", "deployment");
  private static final Duration LONGEST = Duration.ofDays(1);

  private Writers() {}

  /** @return name and build of the writer. @throws FieldgateException RECEIPT_INVALID unless a writer that this log certifies for its kind signed the leaf in time */
  static Map<String, Object> check(Map<?, ?> receipt, Map<String, Object> proof, String vkey) {
    try {
      byte[] leaf = Receipts.bytes(proof.get("leaf"));
      byte[] expected = Receipts.bytes(receipt.get("leafHash"));
      if (!Arrays.equals(Keys.sha256(new byte[] {0}, leaf), expected)) throw Receipts.invalid();
      Map<String, Object> certificate = certificate(proof, (String) receipt.get("writer"), vkey);
      Map<String, Object> said = Json.object(new String(leaf, UTF_8));
      String time = text(said, "time");
      List<?> kinds = (List<?>) certificate.get("kinds");
      Object kind = said.get("kind");
      boolean covered = kind == null ? kinds.stream().anyMatch(one -> !IN_CLEAR.contains(one)) : kinds.contains(kind);
      if (!covered || !said.get("id").equals(receipt.get("entry"))) throw Receipts.invalid();
      if (text(certificate, "started").compareTo(time) > 0 || time.compareTo(text(certificate, "until")) > 0)
        throw Receipts.invalid();
      byte[] signature = Receipts.bytes(receipt.get("signature"));
      if (!Receipts.isSigned(Receipts.bytes(certificate.get("key")), signature, LEAF_DOMAIN, expected))
        throw Receipts.invalid();
      Map<String, Object> by = new TreeMap<>(Map.of("name", certificate.get("name")));
      if (certificate.containsKey("build")) by.put("build", certificate.get("build"));
      return by;
    } catch (RuntimeException | GeneralSecurityException wrong) {
      throw Receipts.invalid();
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> certificate(Map<String, Object> proof, String writer, String vkey)
      throws GeneralSecurityException {
    Map<String, Object> leaf = Json.object(new String(Receipts.bytes(proof.get("certificate")), UTF_8));
    Map<String, Object> certificate = (Map<String, Object>) leaf.get("certificate");
    byte[] own = Receipts.bytes(certificate.get("key"));
    Instant started = Instant.parse(text(certificate, "started"));
    Duration lasts = Duration.between(started, Instant.parse(text(certificate, "until")));
    boolean good = leaf.get("id").equals(writer + "-0-0")
        && leaf.get("time").equals(certificate.get("started"))
        && HexFormat.of().formatHex(Keys.sha256(own)).startsWith(writer)
        && writer.length() == 32
        && lasts.compareTo(Duration.ZERO) > 0
        && lasts.compareTo(LONGEST) <= 0;
    if (!good) throw Receipts.invalid();
    Map<String, Object> statement = new TreeMap<>(Map.of("writer", writer));
    for (String name : new String[] {"key", "kinds", "name", "started", "until"})
      statement.put(name, certificate.get(name));
    if (certificate.containsKey("build")) statement.put("build", certificate.get("build"));
    byte[] signature = Receipts.bytes(certificate.get("signature"));
    byte[] canonical = Json.write(statement).getBytes(UTF_8);
    for (byte[] key : vouching(proof, vkey, certificate))
      if (Receipts.isSigned(key, signature, CERTIFICATE_DOMAIN, canonical)) return certificate;
    throw Receipts.invalid();
  }

  /** The keys that the log's key names for the function and the kinds of a certificate: a line has function, key and kinds. */
  private static List<byte[]> vouching(Map<String, Object> proof, String vkey, Map<String, Object> certificate)
      throws GeneralSecurityException {
    String[] lines = Receipts.openNote((String) proof.get("writerKey"), vkey).split("\n");
    if (lines.length < 3 || !lines[0].equals(STATEMENT) || !lines[1].equals(vkey.strip().split("\\+", 2)[0]))
      throw Receipts.invalid();
    return Arrays.stream(lines)
        .skip(2)
        .map(line -> line.split(" ", -1))
        .filter(line -> line.length == 3 && line[0].equals(certificate.get("name")))
        .filter(line -> List.of(line[2].split(",")).containsAll((List<?>) certificate.get("kinds")))
        .map(line -> Receipts.bytes(line[1]))
        .toList();
  }

  private static String text(Map<String, Object> map, String name) {
    return (String) map.get(name);
  }
}
