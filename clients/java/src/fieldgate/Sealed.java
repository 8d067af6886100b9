package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens a sealed answer: a JWE (ECDH-ES with A256GCM and nothing else) around a JWS of the gateway. ECDH-ES does not
 * say who encrypted, so only the signature inside makes the answer the gateway's.
 */
final class Sealed {
  private static final String TYPE = "fieldgate-release+jws";

  private Sealed() {}

  /** Seconds by which the instant of an answer may differ from this machine's clock. */
  private static final long APART = 300;

  /** SHA-256 of a request as a sealed answer names it: method, path with the query in one form, and body. */
  static String asked(String method, String path, String body) {
    try {
      return Keys.base64(Keys.sha256((method + " " + inOneForm(path) + "\n" + body).getBytes(UTF_8)));
    } catch (java.security.GeneralSecurityException never) {
      throw new IllegalStateException(never);
    }
  }

  /** The query sorted by name and value, each percent-encoded but for letters, digits and -._~ */
  private static String inOneForm(String path) {
    int at = path.indexOf('?');
    if (at < 0 || at == path.length() - 1) return at < 0 ? path : path.substring(0, at);
    java.util.List<String> pairs = new java.util.ArrayList<>();
    for (String pair : path.substring(at + 1).split("&")) {
      if (pair.isEmpty()) continue;
      int is = pair.indexOf('=');
      pairs.add(encoded(is < 0 ? pair : pair.substring(0, is)) + "=" + encoded(is < 0 ? "" : pair.substring(is + 1)));
    }
    java.util.Collections.sort(pairs);
    return path.substring(0, at) + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs));
  }

  private static String encoded(String text) {
    String plain = java.net.URLDecoder.decode(text, UTF_8);
    return java.net.URLEncoder.encode(plain, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }

  /**
   * @param asked of the request, as {@link #asked} gives it
   * @throws FieldgateException ANSWER_INVALID, the same whatever is wrong; ANSWER_REPLAYED for a kept answer
   */
  static Map<String, Object> open(String sealed, Map<String, Object> enc, List<?> keys, String issuer, String client,
      String asked) {
    Map<String, Object> header;
    String text;
    try {
      String jws = decrypt(sealed.strip(), enc);
      text = verified(jws, keys, issuer, client);
      header = Json.object(new String(Keys.bytes(jws.split("\\.", -1)[0]), UTF_8));
    } catch (Exception anything) {
      throw new FieldgateException("ANSWER_INVALID", "the sealed answer cannot be opened or is not the gateway's");
    }
    boolean fresh = header.get("iat") instanceof Number at
        && Math.abs(at.longValue() - System.currentTimeMillis() / 1000) <= APART;
    boolean held = header.get("entry") instanceof String entry && text.contains(entry);
    if (!fresh || !held || !asked.equals(header.get("asked"))) {
      throw new FieldgateException("ANSWER_REPLAYED", "the sealed answer is one to another request, or of another time");
    }
    return Json.object(text);
  }

  /**
   * Results that were kept for this agency. Nothing in them is believed for the encryption: each answer has its proof.
   *
   * @throws FieldgateException ANSWER_INVALID
   */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> openKept(String sealed, Map<String, Object> enc) {
    try {
      List<?> rows = (List<?>) Json.parse(decrypt(sealed.strip(), enc));
      if (!rows.stream().allMatch(row -> row instanceof Map)) throw new IllegalArgumentException("not rows");
      return (List<Map<String, Object>>) rows;
    } catch (Exception anything) {
      throw new FieldgateException("ANSWER_INVALID", "the sealed results cannot be opened");
    }
  }

  static FieldgateException toHybrid(String what) {
    return new FieldgateException("NO_ENCRYPTION_KEY", what + " sealed to a hybrid key, which this client can't use");
  }

  private static String decrypt(String sealed, Map<String, Object> enc) throws Exception {
    String[] part = sealed.split("\\.", -1);
    Map<String, Object> header = Json.object(new String(Keys.bytes(part[0]), UTF_8));
    boolean pinned = "ECDH-ES".equals(header.get("alg")) && "A256GCM".equals(header.get("enc"));
    if (part.length != 5 || !pinned || !part[1].isEmpty() || header.containsKey("zip") || header.containsKey("crit")) {
      throw new IllegalArgumentException("not sealed as agreed");
    }
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(Keys.privateKey(enc));
    agreement.doPhase(Keys.publicKey((Map<?, ?>) header.get("epk")), true);
    // Concat KDF of RFC 7518, 4.6: one round, neither apu nor apv, 256 bits.
    byte[] secret = agreement.generateSecret();
    byte[] algorithm = "A256GCM".getBytes(UTF_8);
    byte[] input = ByteBuffer.allocate(4 + secret.length + 4 + algorithm.length + 12)
        .putInt(1).put(secret).putInt(algorithm.length).put(algorithm).putInt(0).putInt(0).putInt(256).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    GCMParameterSpec nonce = new GCMParameterSpec(128, Keys.bytes(part[2]));
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(Keys.sha256(input), "AES"), nonce);
    cipher.updateAAD(part[0].getBytes(UTF_8));
    byte[] head = cipher.update(Keys.bytes(part[3]));
    byte[] tail = cipher.doFinal(Keys.bytes(part[4]));
    return (head == null ? "" : new String(head, UTF_8)) + new String(tail, UTF_8);
  }

  private static String verified(String jws, List<?> keys, String issuer, String client) throws Exception {
    String[] part = jws.split("\\.", -1);
    Map<String, Object> header = Json.object(new String(Keys.bytes(part[0]), UTF_8));
    // The same key signs the answers of other agencies.
    boolean ours = part.length == 3 && "ES256".equals(header.get("alg")) && TYPE.equals(header.get("typ"))
        && issuer.equals(header.get("iss")) && client.equals(header.get("aud"));
    for (Object one : ours ? keys : List.of()) {
      if (!(one instanceof Map<?, ?> jwk) || !String.valueOf(header.get("kid")).equals(jwk.get("kid"))) continue;
      if (Keys.isSigned(part[0] + "." + part[1], Keys.bytes(part[2]), jwk)) return new String(Keys.bytes(part[1]), UTF_8);
    }
    throw new IllegalArgumentException("not signed by the gateway for this agency");
  }
}
