package fieldgate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** One authorised call: token, proof (RFC 9449), repeats where they are safe. */
final class Wire {
  /** REPEATABLE may be done twice, KEYED carries an Idempotency-Key, ONCE is never sent twice if it may have happened. */
  enum Safety { REPEATABLE, KEYED, ONCE }

  private static final int ATTEMPTS = 5;
  private static final Pattern OWN_CODE = Pattern.compile("([A-Z]+(?:_[A-Z]+)+)[:\uFF1A] ?(.+)", Pattern.DOTALL);
  private static final long LONGEST = 20_000;
  /** Milliseconds before its end at which a token is replaced. */
  private static final long MARGIN = 30_000;

  final Agency agency;
  final String base;
  final Heads heads = new Heads();
  private final HttpClient http;
  private final PrivateKey sign;
  private final Supplier<Login> actor;
  /** One a connection, and never stored, or the person's: a token works together with this key only. */
  private volatile KeyPair dpop;
  private final Map<Map<String, Object>, Held> tokens = new ConcurrentHashMap<>();
  private volatile String nonce;

  private record Held(String token, long until) {}

  record Call(String method, String path, Map<String, Object> grant, Safety safety, Object body, Map<String, String> headers) {}

  Wire(Agency agency, Supplier<Login> actor, SSLContext tls) {
    this.actor = actor;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
    this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    URI issuer = URI.create(agency.issuer());
    boolean local = List.of("127.0.0.1", "[::1]", "localhost").contains(String.valueOf(issuer.getHost()));
    if (!"https".equals(issuer.getScheme()) && !("http".equals(issuer.getScheme()) && local)) {
      throw new IllegalArgumentException("the issuer must use https; http is for a gateway on this machine only");
    }
    this.agency = agency;
    this.base = agency.issuer().replaceAll("/$", "");
    try {
      this.sign = Keys.privateKey(agency.sig());
      this.dpop = Keys.generate();
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException("the signing key cannot be used", wrong);
    }
  }

  /** @throws FieldgateException for any answer but a successful one */
  HttpResponse<String> call(Call call) {
    for (boolean renewed = false; ; renewed = true) {
      String token = token(call.grant());
      URI url = URI.create(base + call.path());
      HttpResponse<String> answer = send(call.safety(), () -> {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
            .header("authorization", "DPoP " + token)
            .header("dpop", proof(call.method(), base + url.getRawPath(), token))
            .method(call.method(), call.body() == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(Json.write(call.body())));
        if (call.body() != null) request.header("content-type", "application/json");
        Map<String, String> headers = new TreeMap<>(Map.of("accept", "application/json"));
        headers.putAll(call.headers());
        headers.forEach(request::header);
        return request;
      });
      if (answer.statusCode() / 100 == 2) {
        answer.headers().firstValue(Heads.HEADER).ifPresent(heads::hear);
        return answer;
      }
      FieldgateException error = FieldgateException.ofProblem(answer.statusCode(), objectOf(answer));
      // The next token is of the login of then, also if the caller itself repeats the call.
      boolean isInvalid = error.code.equals("TOKEN_INVALID");
      if (isInvalid || error.code.equals("STEP_UP_REQUIRED")) tokens.remove(call.grant());
      if (!isInvalid || renewed) throw error;
    }
  }

  /** What anybody may read, such as the gateway's key set. */
  String open(String path) {
    return send(Safety.REPEATABLE, () -> HttpRequest.newBuilder(URI.create(base + path))).body();
  }

  private String token(Map<String, Object> grant) {
    Held held = tokens.get(grant);
    if (held != null && System.currentTimeMillis() < held.until()) return held.token();
    Map<String, Object> details = new LinkedHashMap<>(Map.of("type", "fieldgate"));
    details.putAll(grant);
    String url = base + "/oauth/token";
    String person = person();
    for (int round = 1; ; round++) {
      HttpResponse<String> answer = send(Safety.REPEATABLE, () -> HttpRequest.newBuilder(URI.create(url))
          .header("content-type", "application/x-www-form-urlencoded")
          .header("dpop", proof("POST", url, null))
          .POST(HttpRequest.BodyPublishers.ofString(form(tokenRequest(Json.write(List.of(details)), person)))));
      answer.headers().firstValue("dpop-nonce").ifPresent(given -> nonce = given);
      Map<String, Object> body = objectOf(answer);
      if (answer.statusCode() == 200 && body.get("access_token") instanceof String token) {
        long seconds = ((Number) body.get("expires_in")).longValue();
        tokens.put(grant, new Held(token, System.currentTimeMillis() + seconds * 1000 - MARGIN));
        return token;
      }
      // The second round brings the nonce that the first answer gave.
      if (round == 1 && "use_dpop_nonce".equals(body.get("error"))) continue;
      if (!(body.get("error") instanceof String error)) throw FieldgateException.ofProblem(answer.statusCode(), body);
      String said = body.get("error_description") instanceof String text ? text : "";
      // What is no fault of the request has a code of the gateway: the agency is suspended, or something is frozen.
      Matcher own = OWN_CODE.matcher(said);
      if (own.matches()) throw new FieldgateException(own.group(1), own.group(2), answer.statusCode(), body);
      String message = said.isEmpty() ? error : error + ": " + said;
      throw new FieldgateException("TOKEN_REFUSED", message, answer.statusCode(), body);
    }
  }

  /** The person's token, or null. If it is bound to a key, the agency's tokens are bound to that one. */
  private String person() {
    Login login = actor == null ? null : actor.get();
    if (login == null) return null;
    try {
      if (login.key() != null && !Keys.jwkOf(dpop.getPublic()).get("x").equals(login.key().get("x"))) {
        dpop = new KeyPair(Keys.publicKey(login.key()), Keys.privateKey(login.key()));
        tokens.clear();
      }
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException("the key of the login cannot be used", wrong);
    }
    return login.accessToken();
  }

  private Map<String, String> tokenRequest(String details, String person) throws GeneralSecurityException {
    Map<String, String> members = new TreeMap<>(Map.of(
        "grant_type", "client_credentials",
        "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion", assertion(),
        "authorization_details", details));
    if (person != null) {
      members.put("actor_token", person);
      members.put("actor_token_type", "urn:ietf:params:oauth:token-type:access_token");
    }
    return members;
  }

  private String assertion() throws GeneralSecurityException {
    long now = System.currentTimeMillis() / 1000;
    Map<String, Object> header = new LinkedHashMap<>(Map.of("alg", "ES256"));
    if (agency.sig().get("kid") != null) header.put("kid", agency.sig().get("kid"));
    String id = agency.clientId();
    return Keys.sign(header, Map.of("iss", id, "sub", id, "aud", agency.issuer(), "iat", now, "exp", now + 60,
        "jti", Keys.random()), sign);
  }

  /** A new proof for each request, repeats included. */
  private String proof(String method, String url, String token) throws GeneralSecurityException {
    Map<String, Object> claims = new LinkedHashMap<>(Map.of("htm", method, "htu", url,
        "iat", System.currentTimeMillis() / 1000, "jti", Keys.random()));
    if (token != null) claims.put("ath", Keys.base64(Keys.sha256(token.getBytes(UTF_8))));
    else if (nonce != null) claims.put("nonce", nonce);
    return Keys.sign(Map.of("alg", "ES256", "typ", "dpop+jwt", "jwk", Keys.jwkOf(dpop.getPublic())), claims,
        dpop.getPrivate());
  }

  private interface Made {
    HttpRequest.Builder request() throws GeneralSecurityException;
  }

  /** Names the origin alone, since a path or a query may name a person, and the kind of the innermost failure. */
  private FieldgateException unreachable(Throwable why) {
    URI at = URI.create(base);
    String port = at.getPort() < 0 ? "" : ":" + at.getPort();
    String said = "the gateway at " + at.getScheme() + "://" + at.getHost() + port + " cannot be reached ("
        + root(why).getClass().getSimpleName() + ")";
    return new FieldgateException("UNREACHABLE", said, obstacle(why));
  }

  /** What lies in the way, by the innermost cause that says it; null if none does. */
  private static String obstacle(Throwable why) {
    if (why == null) return null;
    String inner = obstacle(why.getCause());
    if (inner != null) return inner;
    String said = String.valueOf(why.getMessage());
    if (why instanceof UnresolvedAddressException || why instanceof UnknownHostException) return "NO_SUCH_HOST";
    if (why instanceof CertificateExpiredException || why instanceof CertificateNotYetValidException) return "NOT_VALID_NOW";
    if (why instanceof CertPathBuilderException) return "UNKNOWN_AUTHORITY";
    if (why instanceof CertificateException && said.startsWith("No ")) return "OTHER_HOST";
    if (why instanceof SSLException) return said.matches("(?i).*unrecognized SSL message.*") ? "NO_TLS" : "ENDED";
    if (why instanceof HttpTimeoutException || why instanceof NoRouteToHostException) return "SILENT";
    if (why instanceof ConnectException) return "REFUSED";
    return why instanceof IOException && !(why instanceof ClosedChannelException) ? "ENDED" : null;
  }

  private static Throwable root(Throwable of) {
    return of.getCause() == null ? of : root(of.getCause());
  }

  private HttpResponse<String> send(Safety safety, Made made) {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpRequest request = made.request().timeout(Duration.ofSeconds(30)).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        long wait = answer.headers().firstValue("retry-after").filter(text -> text.matches("\\d{1,5}"))
            .map(Long::parseLong).orElse(0L) * 1000;
        if (attempt == ATTEMPTS || wait > LONGEST || !mayRepeat(answer, attempt, safety)) return answer;
        pause(attempt, wait);
      } catch (ConnectException | HttpConnectTimeoutException never) {
        if (attempt == ATTEMPTS) throw unreachable(never);
        pause(attempt, 0);
      } catch (IOException lost) {
        if (safety == Safety.ONCE) {
          throw new FieldgateException("ANSWER_LOST", "the request was sent but no answer came back; look at the log");
        }
        if (attempt == ATTEMPTS) throw unreachable(lost);
        pause(attempt, 0);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new FieldgateException(safety == Safety.ONCE ? "ANSWER_LOST" : "UNREACHABLE", "interrupted");
      } catch (GeneralSecurityException wrong) {
        throw new IllegalStateException("this JDK cannot sign by P-256", wrong);
      }
    }
  }

  private static boolean mayRepeat(HttpResponse<String> answer, int attempt, Safety safety) {
    int status = answer.statusCode();
    if (status == 429) return true;
    // The first try, whose answer was lost, may still be at work under the same key.
    if (status == 409) return safety == Safety.KEYED && attempt > 1 && "CONFLICT".equals(objectOf(answer).get("code"));
    // A 503 of the gateway says that nothing was released; one of a proxy in between says nothing.
    return status == 503 && (safety != Safety.ONCE || objectOf(answer).get("code") instanceof String);
  }

  private static void pause(int attempt, long asked) {
    try {
      Thread.sleep(asked + ThreadLocalRandom.current().nextLong(Math.min(250L << (attempt - 1), LONGEST)));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  static Map<String, Object> objectOf(HttpResponse<String> answer) {
    try {
      return Json.object(answer.body());
    } catch (IllegalArgumentException other) {
      return Map.of();
    }
  }

  static String form(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> member.getKey() + "=" + URLEncoder.encode(member.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}
