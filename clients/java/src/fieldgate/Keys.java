package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.Map;

/** P-256 keys as JWKs (RFC 7517), and compact JWS (RFC 7515) by ES256 alone. */
final class Keys {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ECParameterSpec P256 = p256();

  private Keys() {}

  static KeyPair generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(P256);
    return generator.generateKeyPair();
  }

  static PrivateKey privateKey(Map<String, Object> jwk) throws GeneralSecurityException {
    if (!"EC".equals(jwk.get("kty")) || !"P-256".equals(jwk.get("crv")) || !(jwk.get("d") instanceof String d)) {
      throw new IllegalArgumentException("the key must be a private JWK of P-256");
    }
    return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(new BigInteger(1, bytes(d)), P256));
  }

  /** Agreement and signature of the JDK refuse a point that is not on the curve. */
  static PublicKey publicKey(Map<?, ?> jwk) throws GeneralSecurityException {
    if (!"EC".equals(jwk.get("kty")) || !"P-256".equals(jwk.get("crv"))) throw new GeneralSecurityException("not P-256");
    ECPoint point = new ECPoint(coordinate(jwk, "x"), coordinate(jwk, "y"));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, P256));
  }

  static Map<String, Object> jwkOf(PublicKey key) {
    ECPoint point = ((ECPublicKey) key).getW();
    return Map.of("kty", "EC", "crv", "P-256", "x", text32(point.getAffineX()), "y", text32(point.getAffineY()));
  }

  static String sign(Map<String, Object> header, Map<String, Object> claims, PrivateKey key)
      throws GeneralSecurityException {
    String input = base64(Json.write(header).getBytes(UTF_8)) + "." + base64(Json.write(claims).getBytes(UTF_8));
    // JWS wants r and s side by side; the plain algorithm of the JDK gives DER.
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key);
    signature.update(input.getBytes(UTF_8));
    return input + "." + base64(signature.sign());
  }

  static boolean isSigned(String input, byte[] signed, Map<?, ?> jwk) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(publicKey(jwk));
    signature.update(input.getBytes(UTF_8));
    return signature.verify(signed);
  }

  static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) digest.update(part);
    return digest.digest();
  }

  /** 128 random bits. */
  static String random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return base64(bytes);
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] bytes(String base64) {
    return Base64.getUrlDecoder().decode(base64);
  }

  private static BigInteger coordinate(Map<?, ?> jwk, String name) throws GeneralSecurityException {
    if (jwk.get(name) instanceof String text) return new BigInteger(1, bytes(text));
    throw new GeneralSecurityException("no coordinate");
  }

  private static String text32(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, out, 32 - length, length);
    return base64(out);
  }

  private static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no P-256", missing);
    }
  }
}
