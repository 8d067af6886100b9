import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import fieldgate.Agency;
import fieldgate.Builds;
import fieldgate.FieldgateException;
import fieldgate.Gateway;
import fieldgate.Gateway.Why;
import fieldgate.Heads;
import fieldgate.Json;
import fieldgate.Login;
import fieldgate.Shapes;
import fieldgate.Witnesses;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** The package against a running gateway with sample data. KEYS is its folder of key files, ID_NUMBER a child. */
public class Check {
  static final Path KEYS = Path.of(System.getenv("KEYS"));
  static final String NUMBER = System.getenv("ID_NUMBER");
  /** A well-formed number of which no record exists. */
  static final String UNKNOWN = "99000120130506001X";
  static final Why WHY = new Why("S1", null, "zhang.wei", "winter subsidy, grade 5");
  static int failed;
  /** A log of four leaves, and another history under its key. */
  static final KeyPair SECRET = pair();
  static final String LOG = vkey(SECRET);

  static void oneHistory() throws Exception {
    List<byte[]> own = leaves("a");
    List<byte[]> other = leaves("b");
    byte[] three = node(node(own.get(0), own.get(1)), own.get(2));
    List<?> proof = List.of(text(own.get(2)), text(own.get(3)), text(node(own.get(0), own.get(1))));
    String before = note(3, three);
    String after = note(4, node(node(own.get(0), own.get(1)), node(own.get(2), own.get(3))));
    Heads.requireOne(after, before, LOG, (from, to) -> from == 3 && to == 4 ? proof : List.of());
    String forked = note(3, node(node(other.get(0), other.get(1)), other.get(2)));
    for (List<String> two : List.of(List.of(before, forked), List.of(after, forked))) {
      Map<String, Object> fork = Map.of();
      try {
        Heads.requireOne(two.get(0), two.get(1), LOG, (from, to) -> proof);
      } catch (FieldgateException wrong) {
        fork = wrong.body;
      }
      Path file = Files.createTempFile("fork", ".json");
      Files.writeString(file, Json.write(fork));
      List<String> words = new ArrayList<>(List.of(System.getenv("FIELDGATE").split(" ")));
      words.addAll(List.of("witness", "evidence", file.toString(), "--key", LOG));
      int code = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
      is("two histories are evidence that another program takes", 0, code);
    }
    is("a proof of nothing shows no growth", "RECEIPT_INVALID",
        code(() -> Heads.requireOne(before, after, LOG, (from, to) -> List.of())));

    String type = "application/vnd.in-toto+json";
    String said = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"https://slsa.dev/provenance/v1\",\"subject\":[{\"name\":"
        + "\"release\",\"annotations\":{\"code\":\"aa\"}}],\"predicate\":{\"buildDefinition\":{\"externalParameters\":{\"release\":\"1.4.2\"},"
        + "\"resolvedDependencies\":[{\"digest\":{\"gitCommit\":\"cc\"}}]}}}";
    byte[] signature = sign("DSSEv1 " + type.length() + " " + type + " " + said.length() + " " + said);
    String line = Json.write(Map.of("payload", text(said.getBytes()), "payloadType", type, "signatures",
        List.of(Map.of("sig", text(signature))))) + "\n";
    Map<String, Object> by = Map.of("name", "release", "build", "aa");
    is("a package is of the release that the reader's key signed", "1.4.2", Builds.writtenBy(by, LOG, line).get("release"));
    is("another key signed none", "unsigned", Builds.writtenBy(by, vkey(pair()), line).get("code"));
    is("another package is not signed", "unsigned",
        Builds.writtenBy(Map.of("name", "release", "build", "bb"), LOG, line).get("code"));
    is("without the file it can't be checked", "unchecked", Builds.writtenBy(by, LOG, null).get("code"));
  }

  static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.GeneralSecurityException none) {
      throw new IllegalStateException(none);
    }
  }

  static String vkey(KeyPair pair) {
    byte[] spki = pair.getPublic().getEncoded();
    byte[] marked = new byte[33];
    marked[0] = 1;
    System.arraycopy(spki, spki.length - 32, marked, 1, 32);
    return "log.example+" + java.util.HexFormat.of().formatHex(sha("log.example\n".getBytes(), marked), 0, 4) + "+" + text(marked);
  }

  static String note(long size, byte[] root) throws Exception {
    String said = "log.example\n" + size + "\n" + text(root) + "\n";
    byte[] id = java.util.HexFormat.of().parseHex(LOG.split("\\+")[1]);
    byte[] line = java.nio.ByteBuffer.allocate(68).put(id).put(sign(said)).array();
    return said + "\n\u2014 log.example " + text(line) + "\n";
  }

  static byte[] sign(String said) throws Exception {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(SECRET.getPrivate());
    signature.update(said.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return signature.sign();
  }

  static List<byte[]> leaves(String word) {
    return List.of(0, 1, 2, 3).stream().map(at -> sha(new byte[] {0}, (word + at).getBytes())).toList();
  }

  static byte[] node(byte[] left, byte[] right) {
    return sha(new byte[] {1}, left, right);
  }

  static byte[] sha(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) digest.update(part);
      return digest.digest();
    } catch (java.security.GeneralSecurityException none) {
      throw new IllegalStateException(none);
    }
  }

  static String text(byte[] raw) {
    return Base64.getEncoder().encodeToString(raw);
  }

  public static void main(String[] args) throws Exception {
    clientCertificate();
    oneHistory();
    Agency edu = Agency.read(KEYS.resolve("edu-county.json"));
    Login person = Login.read(KEYS.resolveSibling("login.json"));
    Gateway gate = Gateway.connect(edu, null, () -> person);

    Map<String, Object> body = Map.of("collection", "children", "subjects", List.of(subject(NUMBER)),
        "fields", List.of("name", "school_name"));
    Map<?, ?> given = first(gate.release(WHY, body, false));
    is("a release gives what the purpose allows", "plain", form(given));
    is("a sealed answer is opened and verified", "plain", form(first(gate.release(WHY, body, true))));

    List<String> order = new ArrayList<>();
    gate.releaseList(WHY, Map.of("collection", "children", "fields", List.of("name")),
        List.of(subject(NUMBER), subject(UNKNOWN), subject(NUMBER)), 2,
        (position, result) -> order.add(position + (result.containsKey("refused") ? " refused" : " given")));
    is("a list keeps its order", List.of("0 given", "1 refused", "2 given"), order);

    Path journal = Files.createTempDirectory("list").resolve("list.ndjson");
    List<Object> rows = List.of(subject(NUMBER), subject(UNKNOWN), subject(NUMBER));
    Map<String, Object> names = Map.of("collection", "children", "fields", List.of("name"));
    List<String> kept = new ArrayList<>();
    try {
      gate.releaseList(WHY, names, rows, 1, journal, (position, result) -> {
        throw new IllegalStateException("the process ends");
      });
    } catch (IllegalStateException ended) {
      gate.releaseList(WHY, names, rows, 1, journal, (position, result) -> kept.add(Json.write(result)));
    }
    List<String> again = new ArrayList<>();
    gate.releaseList(WHY, names, rows, 1, journal, (position, result) -> again.add(Json.write(result)));
    is("a list goes on after an interruption, and asks nobody twice", kept, again);
    is("its journal holds no number", false, Files.readString(journal).contains(NUMBER));
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, String.join("\n", lines.subList(0, 4)) + "\n");
    List<Boolean> lost = new ArrayList<>();
    gate.releaseList(WHY, names, rows, 1, journal, (position, result) -> lost.add(result.containsKey("lost")));
    is("an answer that was lost is not asked for again", List.of(false, true, false), lost);

    Map<?, ?> receipt = (Map<?, ?>) given.get("receipt");
    Map<String, Object> place = null;
    for (int i = 0; i < 90 && place == null; i++) {
      place = gate.checkReceipt(receipt);
      if (place == null) Thread.sleep(1000);
    }
    is("a receipt holds", true, place != null);
    Map<?, ?> by = (Map<?, ?>) place.get("by");
    is("and names the package that wrote it", List.of("release", 64), List.of(by.get("name"), ((String) by.get("build")).length()));
    is("which another key than that of its release did not sign", "unsigned", gate.writtenBy(place, LOG).get("code"));
    is("and without a key of releases can't be checked", "unchecked", gate.writtenBy(place, null).get("code"));
    Map<?, ?> other = (Map<?, ?>) first(gate.release(WHY, body, false)).get("receipt");
    Map<String, Object> forged = new java.util.HashMap<>();
    receipt.forEach((name, value) -> forged.put((String) name, value));
    forged.put("leafHash", other.get("leafHash"));
    Map<String, Object> unsigned = new java.util.HashMap<>();
    receipt.forEach((name, value) -> unsigned.put((String) name, value));
    unsigned.put("signature", other.get("signature"));
    is("another signature does not", "RECEIPT_INVALID", code(() -> gate.checkReceipt(unsigned)));
    is("a changed receipt does not", "RECEIPT_INVALID", code(() -> gate.checkReceipt(forged)));

    String policy = Files.readString(KEYS.resolveSibling("witness").resolve("policy"));
    Map<String, Object> vouched = null;
    for (int i = 0; i < 150 && (vouched == null || vouched.get("fault") != null); i++) {
      vouched = gate.witnessesOf(receipt, Witnesses.of(policy, 600L));
      if (vouched.get("fault") != null) Thread.sleep(1000);
    }
    is("a receipt has its witnesses by the reader's own policy", true, vouched.get("fault") == null);
    is("and more than one", true, ((List<?>) vouched.get("by")).size() > 1);
    is("an old quorum is old", "OLD", gate.witnessesOf(receipt, Witnesses.of(policy, -600L)).get("fault"));
    is("another entry has another proof", "RECEIPT_INVALID",
        code(() -> gate.witnessesOf(forged, Witnesses.of(policy, null))));
    for (String bent : List.of(policy.replace("quorum departments", "quorum none"),
        policy.replace("departments 2", "departments 4"), policy + "quorum departments\n")) {
      String refused = "taken";
      try {
        Witnesses.of(bent, null);
      } catch (IllegalArgumentException wrong) {
        refused = "refused";
      }
      is("a policy that does not hold together is refused", "refused", refused);
    }

    is("what the gateway refuses has its code", "PURPOSE_NOT_FOR_ROLE",
        code(() -> gate.release(new Why("W1", null, "zhang.wei", "b"), body, false)));
    Agency police = Agency.read(KEYS.resolve("mps-county.json"));
    Agency foreign = new Agency(edu.clientId(), edu.issuer(), police.sig(), null);
    is("a foreign key gets no token", "TOKEN_REFUSED", code(() -> Gateway.connect(foreign).readSelf(null)));
    Agency swapped = new Agency(edu.clientId(), edu.issuer(), edu.sig(), police.enc());
    is("another key cannot open a sealed answer", "ANSWER_INVALID",
        code(() -> Gateway.connect(swapped, null, () -> person).release(WHY, body, true)));
    is("keys are never shown", false, edu.toString().contains((String) edu.sig().get("d")));

    Gateway court = Gateway.connect(Agency.read(KEYS.resolve("court-county.json")), null, login("wu.jun"));
    Gateway owner = Gateway.connect(police, null, login("liu.yang"));
    List<Object> people = List.of(subject(NUMBER));
    String[] filed = new String[1];
    try {
      court.release(new Why("J1", "CR-JAVA-1", "wu.jun", "hearing of the case"), Map.of("collection", "children",
          "subjects", people, "fields", List.of("name"), "context", Map.of("instrument", "WRIT-JAVA-1")), false);
    } catch (FieldgateException pending) {
      is("a release that needs an approval says so", "APPROVAL_PENDING", pending.code);
      filed[0] = (String) pending.body.get("id");
    }
    Object seen = owner.requests("received").stream().filter(one -> filed[0].equals(one.get("id"))).findFirst()
        .map(one -> one.get("entry")).orElse(null);
    is("its owner has received it", true, seen instanceof String);
    is("before it is approved nothing is collected", "NO_APPROVAL",
        code(() -> court.collect(filed[0], people, "wu.jun", "hearing of the case", (position, result) -> {})));
    owner.approveRequest(filed[0], Map.of("officer", "liu.yang", "reason", "the writ names this child", "entry", seen), null);
    List<Object> forms = new ArrayList<>();
    court.collect(filed[0], people, "wu.jun", "hearing of the case", (position, result) -> forms.add(form(result)));
    is("once it is approved it is collected", List.of("plain"), forms);
    is("the inbox is read", true, court.tasks("open").stream().allMatch(task -> task.get("kind") instanceof String));

    List<String> stored = new ArrayList<>();
    gate.intake("children", List.of(
        Map.of("match", Map.of("local_id", "JAVA-1"), "fields", Map.of("school_name", Map.of("school", "清河县第二小学", "class", "三年级2班"))),
        Map.of("match", Map.of("local_id", "JAVA-2"), "fields", Map.of("grade", "grade-5"))), true,
        (position, result) -> stored.add(String.valueOf(result).contains("FIELD_UNKNOWN") ? "refused" : "taken"));
    is("an intake answers each record", List.of("taken", "refused"), stored);

    Gateway desk = Gateway.connect(Agency.read(KEYS.resolve("desk-county.json")), null, login("chen.jing"));
    String ref = desk.findSubject(Map.of("subject", subject(NUMBER), "officer", "chen.jing", "reason", "the mother asks"), null).ref();
    is("what is on file about a person is read", true, desk.listConsents(Map.of("ref", ref), null).consents().stream().allMatch(one -> one.id() != null));

    Gateway charity = Gateway.connect(Agency.read(KEYS.resolve("charity-sunrise.json")));
    is("an unknown person is not confirmed", "NOT_CONFIRMED", charity.verify(
        new Why("C1", "P-1", "a", "school grant"), "spring-bud", subject(UNKNOWN)).get("outcome"));
    submittedList(charity);

    Gateway civil = Gateway.connect(Agency.read(KEYS.resolve("mca-county.json")), null, login("zhao.min"));
    String task = (String) civil.tasks("open").get(0).get("id");
    is("a task is taken in hand", true, civil.takeTask(task, Map.of(), null).task().assignee().mine());
    is("a task is given back", true, civil.giveBackTask(task, Map.of(), null).task().assignee() == null);
    Map<String, Object> why = Map.of("officer", "zhao.min", "reason", "change, as a neighbour says");
    Map<String, Object> opening = new java.util.HashMap<>(why);
    opening.putAll(Map.of("purpose", "W1", "case", "JAVA-" + System.nanoTime(), "subjects", people, "officers", List.of("zhao.min")));
    Shapes.Case opened = civil.openCase(opening, null).case_();
    is("a case is opened by an operation of the document", "waiting zhao.min", opened.state() + " " + opened.opened().officer());
    is("it is listed", true, civil.listCases(Map.of("state", "waiting"), null).cases().stream().anyMatch(one -> one.id().equals(opened.id())));
    is("it is closed", "closed", civil.closeCase(opened.id(), why, null).case_().state());
    is("whoami is read", "edu-county", gate.readSelf(null).clientId());

    System.out.println(failed == 0 ? "all hold" : failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  /** A list that the gateway works off by itself. */
  static void submittedList(Gateway charity) throws Exception {
    Why why = new Why("C1", "JAVA-1", "shen.yi", "school grant");
    List<Map<String, Object>> people = new ArrayList<>(Collections.nCopies(50, subject(UNKNOWN)));
    people.add(subject("1"));
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    is("a list that was not submitted is not there", "NOT_FOUND", code(() -> charity.listState(id, why)));
    Map<String, Object> state = Map.of();
    // The second time as if the answer had been lost.
    for (int i = 0; i < 2; i++) state = charity.submitList(id, why, "warm-home", people);
    while ("open".equals(state.get("state"))) {
      Thread.sleep(500);
      state = charity.listState(id, why);
    }
    is("a submitted list is worked off", "done", state.get("state"));
    List<String> rows = new ArrayList<>();
    for (int part = 0; part < 2; part++) {
      charity.listResults(id, why, "warm-home", part, (position, row) -> rows.add(position + ": "
          + (row.get("verification") instanceof Map<?, ?> answer ? answer.get("outcome") : row.keySet())));
    }
    is("each row has the answer of a check", List.of(51, "0: NOT_CONFIRMED", "50: [invalid]"),
        List.of(rows.size(), rows.get(0), rows.get(50)));
    is("answers about another programme are none", "ANSWER_INVALID",
        code(() -> charity.listResults(id, why, "spring-bud", 0, (position, row) -> {})));
    charity.endList(id, why);
    is("a list that was ended is gone", "NOT_FOUND", code(() -> charity.listState(id, why)));
  }

  /** As the command line signs in, in a folder of its own. */
  static java.util.function.Supplier<Login> login(String officer) throws Exception {
    Path folder = Files.createTempDirectory("login");
    Files.createDirectory(folder.resolve(".fieldgate"));
    List<String> command = new ArrayList<>(List.of(System.getenv("FIELDGATE").split(" ")));
    command.addAll(List.of("login", officer, "--url", Agency.read(KEYS.resolve("edu-county.json")).issuer()));
    new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start().waitFor();
    Login made = Login.read(folder.resolve(".fieldgate/login.json"));
    return () -> made;
  }

  static Map<String, Object> subject(String number) {
    return Map.of("match", Map.of("id_number", number));
  }

  static Map<?, ?> first(Map<String, Object> answer) {
    return (Map<?, ?>) ((List<?>) answer.get("results")).get(0);
  }

  static Object form(Map<?, ?> result) {
    return ((Map<?, ?>) ((Map<?, ?>) result.get("fields")).get("name")).get("form");
  }

  static String code(Runnable act) {
    try {
      act.run();
      return "nothing thrown";
    } catch (FieldgateException error) {
      return error.code;
    }
  }

  static String obstacle(String issuer, SSLContext tls) {
    Agency edu = Agency.read(KEYS.resolve("edu-county.json"));
    try {
      Gateway.connect(new Agency(edu.clientId(), issuer, edu.sig(), edu.enc()), null, null, tls).readSelf(null);
      return "nothing thrown";
    } catch (FieldgateException error) {
      return String.valueOf(error.obstacle);
    }
  }

  static void is(String what, Object wanted, Object found) {
    boolean good = wanted.equals(found);
    System.out.println((good ? "ok    " : "FAIL  ") + what + (good ? "" : ": wanted " + wanted + ", found " + found));
    if (!good) failed++;
  }

  /** A TLS server of this machine that demands a client certificate, as the domain of a gateway may. */
  static void clientCertificate() throws Exception {
    Path store = Files.createTempDirectory("tls").resolve("office.p12");
    new ProcessBuilder("keytool", "-genkeypair", "-alias", "office", "-keyalg", "EC", "-dname", "CN=office",
        "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", store.toString())
        .start().waitFor();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, "changeit".toCharArray());
    // As an authority, without its key.
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    authorities.setCertificateEntry("office", keys.getCertificate("office"));
    TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(authorities);
    SSLContext both = SSLContext.getInstance("TLS");
    both.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    SSLContext without = SSLContext.getInstance("TLS");
    without.init(null, trusted.getTrustManagers(), null);

    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(both) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters demands = both.getDefaultSSLParameters();
        demands.setNeedClientAuth(true);
        parameters.setSSLParameters(demands);
      }
    });
    server.createContext("/", exchange -> {
      seen.add(((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName());
      exchange.sendResponseHeaders(404, -1);
    });
    server.start();
    Agency edu = Agency.read(KEYS.resolve("edu-county.json"));
    Agency far = new Agency(edu.clientId(), "https://127.0.0.1:" + server.getAddress().getPort(), edu.sig(), edu.enc());
    is("without a client certificate nothing is answered", "UNREACHABLE",
        code(() -> Gateway.connect(far, null, null, without).readSelf(null)));
    is("nor read", List.of(), seen);
    String open = far.issuer().replace("127.0.0.1", "localhost");
    is("the words for what lies in the way", List.of("NO_SUCH_HOST", "REFUSED", "ENDED", "OTHER_HOST", "UNKNOWN_AUTHORITY", "NO_TLS"),
        List.of(obstacle("https://gateway.invalid", without), obstacle("https://127.0.0.1:1", without),
            obstacle(far.issuer(), without), obstacle(open, both), obstacle(far.issuer(), SSLContext.getDefault()),
            obstacle(edu.issuer().replace("http:", "https:"), without)));
    code(() -> Gateway.connect(far, null, null, both).readSelf(null));
    is("a client certificate is presented", List.of("CN=office"), seen.subList(0, 1));
    server.stop(0);
  }
}
