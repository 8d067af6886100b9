package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The release of the package that a writer names, among those that a reader's own key of releases signed (in-toto in DSSE, a line each). */
public final class Builds {
  private static final String TYPE = "application/vnd.in-toto+json";
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String PROVENANCE = "https://slsa.dev/provenance/v1";

  private Builds() {}

  /**
   * Adds {@code code} to name and package of a writer: "signed", then with {@code release} and {@code commit}; "unsigned": the
   * key signed no such package; or "unchecked".
   *
   * @param by name and build of a writer's certificate
   * @param vkey the reader's key of releases; may be null
   * @param builds the file of signed builds; null if it can't be read
   */
  public static Map<String, Object> writtenBy(Map<String, Object> by, String vkey, String builds) {
    Map<String, Object> said = new LinkedHashMap<>(by);
    if (vkey == null || builds == null || !by.containsKey("build")) {
      said.put("code", "unchecked");
      return said;
    }
    byte[] key = Receipts.rawKey(vkey);
    List<String> lines = List.of(builds.split("\n"));
    for (int at = lines.size() - 1; at >= 0; at--) {
      Map<String, Object> release = releaseOf(lines.get(at), key, by);
      if (release == null) continue;
      said.put("code", "signed");
      said.putAll(release);
      return said;
    }
    said.put("code", "unsigned");
    return said;
  }

  private static Map<String, Object> releaseOf(String line, byte[] key, Map<String, Object> by) {
    try {
      Map<String, Object> envelope = Json.object(line);
      byte[] body = Receipts.bytes(envelope.get("payload"));
      byte[] head = ("DSSEv1 " + TYPE.length() + " " + TYPE + " " + body.length + " ").getBytes(UTF_8);
      boolean signed = false;
      for (Object one : (List<?>) envelope.get("signatures"))
        signed |= Receipts.isSigned(key, Receipts.bytes(((Map<?, ?>) one).get("sig")), head, body);
      Map<String, Object> said = Json.object(new String(body, UTF_8));
      boolean is = TYPE.equals(envelope.get("payloadType")) && STATEMENT.equals(said.get("_type"))
          && PROVENANCE.equals(said.get("predicateType"));
      if (!signed || !is) return null;
      boolean named = ((List<?>) said.get("subject")).stream().map(one -> (Map<?, ?>) one).anyMatch(one ->
          by.get("name").equals(one.get("name")) && by.get("build").equals(((Map<?, ?>) one.get("annotations")).get("code")));
      if (!named) return null;
      Map<?, ?> build = (Map<?, ?>) ((Map<?, ?>) said.get("predicate")).get("buildDefinition");
      Map<?, ?> source = (Map<?, ?>) ((List<?>) build.get("resolvedDependencies")).get(0);
      return Map.of("release", ((Map<?, ?>) build.get("externalParameters")).get("release"), "commit",
          ((Map<?, ?>) source.get("digest")).get("gitCommit"));
    } catch (RuntimeException | GeneralSecurityException other) {
      return null;
    }
  }
}
