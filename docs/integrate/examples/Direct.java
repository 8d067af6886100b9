import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
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
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Gets a token and a sealed answer without the sidecar, with the classes of Java 17 alone: java Direct.java
 * A JSON library of yours does better what `text` and `object` do here with patterns.
 */
public class Direct {
  static final HttpClient HTTP = HttpClient.newHttpClient();
  static final SecureRandom RANDOM = new SecureRandom();
  static ECParameterSpec p256;
  /** Made anew for each process and never stored: a token works together with this key only. */
  static KeyPair dpop;
  static String issuer;
  static String clientId;
  /** Token of the officer who has logged in, here by `fieldgate login zhang.wei`. A name alone is shown less. */
  static String person;

  public static void main(String[] args) throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    p256 = parameters.getParameterSpec(ECParameterSpec.class);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(p256);
    dpop = generator.generateKeyPair();

    String path = System.getenv().getOrDefault("KEY_FILE", ".fieldgate/agencies/edu-county.json");
    String file = Files.readString(Path.of(path));
    issuer = text(file, "issuer");
    clientId = text(file, "clientId");
    Path login = Path.of(".fieldgate/login.json");
    if (Files.exists(login)) {
      String kept = Files.readString(login);
      person = text(kept, "accessToken");
      // The issuer has bound the login to its key, so our tokens are bound to it, too.
      String own = object(kept, "key");
      dpop = new KeyPair(publicKey(own), privateKey(own));
    }
    String purpose = System.getenv().getOrDefault("PURPOSE", "S1");
    String token = token(object(file, "sig"), """
        [{ "type": "fieldgate", "actions": ["release"], "purpose": "%s",
           "officer": "zhang.wei", "reason": "winter subsidy, grade 5" }]
        """.formatted(purpose));

    String url = issuer + "/v1/releases";
    HttpResponse<String> answer = HTTP.send(HttpRequest.newBuilder(URI.create(url))
        .header("authorization", "DPoP " + token)
        .header("dpop", proof("POST", url, token, null))
        .header("content-type", "application/json")
        .header("accept", "application/jose")
        .POST(HttpRequest.BodyPublishers.ofString("""
            { "collection": "children", "fields": ["name", "school_name"],
              "subjects": [{ "match": { "id_number": "%s" } }] }
            """.formatted(System.getenv("ID_NUMBER"))))
        .build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      System.err.println(answer.statusCode() + " " + answer.body());
      System.exit(1);
    }
    System.out.println(open(object(file, "enc"), answer.body()));
  }

  /** private_key_jwt with DPoP, sent again with the nonce that the first answer hands out. */
  static String token(String key, String details) throws Exception {
    String url = issuer + "/oauth/token";
    String nonce = null;
    for (int round = 1; ; round++) {
      long now = Instant.now().getEpochSecond();
      String assertion = jws("{\"alg\":\"ES256\",\"kid\":\"" + text(key, "kid") + "\"}", """
          {"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}
          """.formatted(clientId, clientId, issuer, random(), now, now + 60), privateKey(key));
      String form = "grant_type=client_credentials&client_assertion_type="
          + URLEncoder.encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", UTF_8)
          + "&client_assertion=" + assertion
          + "&authorization_details=" + URLEncoder.encode(details, UTF_8)
          + (person == null ? "" : "&actor_token=" + person + "&actor_token_type="
              + URLEncoder.encode("urn:ietf:params:oauth:token-type:access_token", UTF_8));
      HttpResponse<String> answer = HTTP.send(HttpRequest.newBuilder(URI.create(url))
          .header("content-type", "application/x-www-form-urlencoded")
          .header("dpop", proof("POST", url, null, nonce))
          .POST(HttpRequest.BodyPublishers.ofString(form))
          .build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) return text(answer.body(), "access_token");
      String error = text(answer.body(), "error");
      if (round == 2 || !"use_dpop_nonce".equals(error)) throw new IllegalStateException("no token: " + error);
      nonce = answer.headers().firstValue("dpop-nonce").orElseThrow();
    }
  }

  /** A DPoP proof: a new one for each request, retries included. */
  static String proof(String method, String url, String token, String nonce) throws Exception {
    ECPoint point = ((ECPublicKey) dpop.getPublic()).getW();
    String header = """
        {"alg":"ES256","typ":"dpop+jwt","jwk":{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}}
        """.formatted(base64(bytes32(point.getAffineX())), base64(bytes32(point.getAffineY())));
    String claims = "\"jti\":\"%s\",\"htm\":\"%s\",\"htu\":\"%s\",\"iat\":%d"
        .formatted(random(), method, url, Instant.now().getEpochSecond());
    if (token != null) claims += ",\"ath\":\"" + base64(sha256(token.getBytes(UTF_8))) + "\"";
    if (nonce != null) claims += ",\"nonce\":\"" + nonce + "\"";
    return jws(header, "{" + claims + "}", dpop.getPrivate());
  }

  static String jws(String header, String payload, PrivateKey key) throws Exception {
    String input = base64(header.strip().getBytes(UTF_8)) + "." + base64(payload.strip().getBytes(UTF_8));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key);
    signature.update(input.getBytes(UTF_8));
    return input + "." + base64(signature.sign());
  }

  /** JWE to our key (ECDH-ES, A256GCM and nothing else) around a JWS of the gateway. */
  static String open(String key, String sealed) throws Exception {
    String[] part = sealed.strip().split("\\.", -1);
    String header = new String(bytes(part[0]), UTF_8);
    boolean pinned = "ECDH-ES".equals(text(header, "alg")) && "A256GCM".equals(text(header, "enc"));
    if (part.length != 5 || !pinned || !part[1].isEmpty()) throw new IllegalStateException("not sealed as agreed");
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(privateKey(key));
    agreement.doPhase(publicKey(object(header, "epk")), true);
    // Concat KDF of RFC 7518, 4.6: one round, no apu, no apv, 256 bits.
    byte[] secret = agreement.generateSecret();
    byte[] algorithm = "A256GCM".getBytes(UTF_8);
    byte[] input = ByteBuffer.allocate(4 + secret.length + 4 + algorithm.length + 12)
        .putInt(1).put(secret).putInt(algorithm.length).put(algorithm).putInt(0).putInt(0).putInt(256).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(sha256(input), "AES"), new GCMParameterSpec(128, bytes(part[2])));
    cipher.updateAAD(part[0].getBytes(UTF_8));
    cipher.update(bytes(part[3]));
    return verified(new String(cipher.doFinal(bytes(part[4])), UTF_8));
  }

  /** ECDH-ES does not say who encrypted: only this signature makes the answer the gateway's. */
  static String verified(String jws) throws Exception {
    String[] part = jws.split("\\.", -1);
    String header = new String(bytes(part[0]), UTF_8);
    boolean ours = "ES256".equals(text(header, "alg")) && "fieldgate-release+jws".equals(text(header, "typ"))
        && issuer.equals(text(header, "iss")) && clientId.equals(text(header, "aud"));
    String keys = HTTP.send(HttpRequest.newBuilder(URI.create(issuer + "/.well-known/jwks.json")).build(),
        HttpResponse.BodyHandlers.ofString()).body();
    for (Matcher one = Pattern.compile("\\{[^{}]*\\}").matcher(keys); ours && one.find(); ) {
      if (!text(header, "kid").equals(text(one.group(), "kid"))) continue;
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(publicKey(one.group()));
      signature.update((part[0] + "." + part[1]).getBytes(UTF_8));
      if (signature.verify(bytes(part[2]))) return new String(bytes(part[1]), UTF_8);
    }
    throw new IllegalStateException("not signed by the gateway for us");
  }

  static PrivateKey privateKey(String jwk) throws Exception {
    BigInteger d = new BigInteger(1, bytes(text(jwk, "d")));
    return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(d, p256));
  }

  /** KeyAgreement and Signature of the JDK refuse a point that is not on the curve. */
  static PublicKey publicKey(String jwk) throws Exception {
    ECPoint point = new ECPoint(new BigInteger(1, bytes(text(jwk, "x"))), new BigInteger(1, bytes(text(jwk, "y"))));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256));
  }

  /** The first text member of this name, or null. */
  static String text(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
    return found.find() ? found.group(1) : null;
  }

  /** The first flat object of this name. */
  static String object(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(\\{[^{}]*\\})").matcher(json);
    if (!found.find()) throw new IllegalStateException("no " + name);
    return found.group(1);
  }

  static byte[] sha256(byte[] input) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(input);
  }

  static String random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return base64(bytes);
  }

  static byte[] bytes32(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, out, 32 - length, length);
    return out;
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] bytes(String base64) {
    return Base64.getUrlDecoder().decode(base64);
  }
}
