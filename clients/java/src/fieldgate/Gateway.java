package fieldgate;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * A connection to a Fieldgate gateway. JSON is Map, List, String, Number, Boolean and null; a subject is
 * {@code {"ref": …}} or {@code {"match": {…}}}. Every method throws FieldgateException and nothing else that is the
 * gateway's doing. May be shared by threads.
 */
public final class Gateway extends Operations {
  private static final String SEALED = "application/jose";
  private static final Map<String, Object> CASEWORK = Map.of("actions", List.of("casework"));
  private final Wire wire;
  private volatile String logKey;

  private Gateway(Wire wire, String logKey) {
    this.wire = wire;
    this.logKey = logKey;
  }

  /** Tokens come with the first call. */
  public static Gateway connect(Agency agency) {
    return connect(agency, null);
  }

  /** @param logKey the log's public key in vkey form, against which receipts are checked; null: the one it shows */
  public static Gateway connect(Agency agency, String logKey) {
    return connect(agency, logKey, null);
  }

  /** @param actor gives the login of the officer; null: an officer who is named, and shown less */
  public static Gateway connect(Agency agency, String logKey, Supplier<Login> actor) {
    return connect(agency, logKey, actor, null);
  }

  /** @param tls presents a client certificate, for a gateway whose domain demands one; null: the JDK's own */
  public static Gateway connect(Agency agency, String logKey, Supplier<Login> actor, SSLContext tls) {
    return new Gateway(new Wire(agency, actor, tls), logKey);
  }

  /** Why the agency asks. {@code caseNumber} may be null. */
  public record Why(String purpose, String caseNumber, String officer, String reason) {
    Map<String, Object> grant(String action) {
      Map<String, Object> grant = new LinkedHashMap<>(Map.of("actions", List.of(action), "purpose", purpose));
      if (caseNumber != null) grant.put("case", caseNumber);
      if (officer != null) grant.put("officer", officer);
      if (reason != null) grant.put("reason", reason);
      return Map.copyOf(grant);
    }
  }

  /**
   * Asks for what the purpose allows about named people. Never sent twice if the first one may have happened.
   *
   * @param body members of the request: collection, subjects, fields, compare, context
   * @throws FieldgateException ANSWER_LOST, APPROVAL_PENDING, NO_ENCRYPTION_KEY, ANSWER_INVALID, RECEIPT_INVALID
   */
  public Map<String, Object> release(Why why, Map<String, Object> body, boolean sealed) {
    Map<String, Object> enc = wire.agency.enc();
    if (sealed && enc == null) throw noKey();
    HttpResponse<String> answer = wire.call(new Wire.Call("POST", "/v1/releases", why.grant("release"),
        Wire.Safety.ONCE, body, Map.of("accept", sealed ? SEALED : "application/json")));
    if (answer.statusCode() == 202) {
      Map<String, Object> filed = Wire.objectOf(answer);
      throw new FieldgateException("APPROVAL_PENDING", "the owners have to approve it first", 202, filed);
    }
    boolean came = isSealed(answer);
    if (sealed && !came) throw new FieldgateException("ANSWER_INVALID", "asked for sealed, came in clear");
    if (came && enc == null) throw noKey();
    String asked = Sealed.asked("POST", "/v1/releases", Json.write(body));
    Map<String, Object> opened = came ? open(answer.body(), enc, asked) : Wire.objectOf(answer);
    boolean mine = why.purpose().equals(opened.get("purpose")) && opened.get("results") instanceof List<?> results
        && body.get("subjects") instanceof List<?> subjects && results.size() == subjects.size();
    if (!mine) throw new FieldgateException("ANSWER_INVALID", "the answer is not one to this release");
    for (Object result : (List<?>) opened.get("results")) Receipts.checkForm(((Map<?, ?>) result).get("receipt"));
    return opened;
  }

  /** Releases about any number of people, {@code size} a request; {@code keep} gets each position with its result. */
  public void releaseList(Why why, Map<String, Object> body, List<?> subjects, int size,
      BiConsumer<Integer, Map<String, Object>> keep) {
    for (int start = 0; start < subjects.size(); start += size) {
      each(release(why, Lists.piece(body, subjects, start, size), false), start, keep);
    }
  }

  /**
   * The same with a file that keeps each answer before it is handed over: the same call goes on after an interruption.
   * People whose answer was lost on the way are not asked about again: their result is {@code {"lost": true}}.
   */
  public void releaseList(Why why, Map<String, Object> body, List<?> subjects, int size, Path journal,
      BiConsumer<Integer, Map<String, Object>> keep) {
    Lists.ask(journal, List.of(String.valueOf(why), body, subjects, size), subjects.size(), size, true,
        start -> (List<?>) release(why, Lists.piece(body, subjects, start, size), false).get("results"), keep);
  }

  /** {@code outcome} is YES or NOT_CONFIRMED; the latter is the same for no, unknown, no consent and refused. */
  public Map<String, Object> verify(Why why, String programme, Map<String, Object> subject) {
    Map<String, Object> body = Map.of("programme", programme, "subject", subject);
    Map<String, Object> answer = json("POST", "/v1/verifications", why.grant("verify"), Wire.Safety.ONCE, body, Map.of());
    return verified(answer, programme);
  }

  /** Verifies one after the other, so that the caller can keep each answer at once. */
  public void verifyList(Why why, String programme, List<Map<String, Object>> subjects,
      BiConsumer<Integer, Map<String, Object>> keep) {
    for (int position = 0; position < subjects.size(); position++) {
      keep.accept(position, verify(why, programme, subjects.get(position)));
    }
  }

  /** The same with a file that keeps each answer before it is handed over: the same call goes on after an interruption. */
  public void verifyList(Why why, String programme, List<Map<String, Object>> subjects, Path journal,
      BiConsumer<Integer, Map<String, Object>> keep) {
    Lists.ask(journal, List.of(String.valueOf(why), programme, subjects), subjects.size(), 1, false,
        position -> List.of(verify(why, programme, subjects.get(position))), keep);
  }

  /**
   * Lets the gateway verify people by itself, for up to twelve hours: {@code state}, {@code done} of {@code parts},
   * {@code until}. The same list may be submitted again, which renews its time. Needs a registered encryption key.
   *
   * @param id 16 random bytes in base64url, kept before the call
   */
  public Map<String, Object> submitList(String id, Why why, String programme, List<Map<String, Object>> subjects) {
    return list(id, why).submit(programme, subjects);
  }

  /** How far a submitted list is: "open", "done", or "stopped" by a {@code code}. */
  public Map<String, Object> listState(String id, Why why) {
    return list(id, why).state();
  }

  /**
   * The results of a part's 50 rows: {@code verification} as {@link #verify} gives it, {@code invalid}, or {@code stopped}.
   * Once all are kept, end the list.
   *
   * @throws FieldgateException NOT_FOUND while the part has no results
   */
  public void listResults(String id, Why why, String programme, int part, BiConsumer<Integer, Map<String, Object>> keep) {
    list(id, why).results(part, answer -> verified(answer, programme), keep);
  }

  /** Ends the work and deletes rows and results; the log keeps what was checked. */
  public void endList(String id, Why why) {
    list(id, why).end();
  }

  /** Puts in or changes fields of this agency's department, 100 records a request, each under an Idempotency-Key. */
  public void intake(String collection, List<?> records, boolean dryRun, BiConsumer<Integer, Map<String, Object>> keep) {
    for (int start = 0; start < records.size(); start += 100) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("collection", collection);
      body.put("records", new ArrayList<>(records.subList(start, Math.min(start + 100, records.size()))));
      if (dryRun) body.put("dryRun", true);
      Map<String, String> headers = dryRun ? Map.of() : Map.of("idempotency-key", Keys.random());
      Map<String, Object> grant = Map.of("actions", List.of("intake"));
      each(json("POST", "/v1/intake", grant, Wire.Safety.KEYED, body, headers), start, keep);
    }
  }

  /** Files a request for fields that need an approval. */
  public Map<String, Object> submit(Map<String, Object> request) {
    return json("POST", "/v1/requests", CASEWORK, Wire.Safety.REPEATABLE, request, Map.of());
  }

  /** Requests, newest first: box "sent", or those "received" that this agency may answer. */
  public List<Map<String, Object>> requests(String box) {
    return pages("/v1/requests?box=" + box, "requests");
  }

  /**
   * The approved fields of a request, 100 people at a time; {@code subjects} are its people in its order. What was collected
   * before is left out.
   *
   * @throws FieldgateException NO_APPROVAL before any field is approved
   */
  public void collect(String id, List<?> subjects, String officer, String reason,
      BiConsumer<Integer, Map<String, Object>> keep) {
    Map<String, Object> filed = get("/v1/requests/" + Operations.segment(id));
    if (((Number) filed.get("subjects")).intValue() != subjects.size()) {
      throw new IllegalArgumentException("name the same people in the same order as the request");
    }
    List<String> fields = new ArrayList<>();
    ((Map<?, ?>) filed.get("fields")).forEach((name, field) -> {
      if ("approved".equals(((Map<?, ?>) field).get("state"))) fields.add((String) name);
    });
    if (fields.isEmpty()) throw new FieldgateException("NO_APPROVAL", "no field of this request is approved", 403, Map.of());
    List<Integer> taken = new ArrayList<>();
    if (filed.get("pieces") instanceof List<?> pieces) {
      for (Object piece : pieces) taken.add(((Number) ((Map<?, ?>) piece).get("from")).intValue());
    }
    Why why = new Why((String) filed.get("purpose"), (String) filed.get("case"), officer, reason);
    for (int start = 0; start < subjects.size(); start += 100) {
      if (taken.contains(start)) continue;
      Map<String, Object> context = new LinkedHashMap<>(Map.of("request", id, "from", start));
      for (String name : List.of("instrument", "activity", "basis")) {
        if (filed.get(name) != null) context.put(name, filed.get(name));
      }
      Map<String, Object> body = new LinkedHashMap<>(Map.of("collection", filed.get("collection"), "fields", fields));
      body.put("context", context);
      body.put("subjects", new ArrayList<>(subjects.subList(start, Math.min(start + 100, subjects.size()))));
      each(release(why, body, false), start, keep);
    }
  }

  /** The inbox of the agency, soonest due first. @param state "open" or "done" */
  public List<Map<String, Object>> tasks(String state) {
    return pages("/v1/tasks?state=" + state, "tasks");
  }

  /**
   * The place of a receipt's entry and the checkpoint that proves it: keep both beside the receipt. {@code by} has the
   * function that wrote it and the digest of its package.
   *
   * @return null while the tree does not hold the entry yet; seconds to a minute later it does
   * @throws FieldgateException RECEIPT_INVALID if any step fails (see {@link Heads#requireOne}), NOT_FOUND for an entry that the log does not have
   */
  public Map<String, Object> checkReceipt(Map<?, ?> receipt) {
    Receipts.checkForm(receipt);
    Map<String, Object> proof;
    try {
      proof = get("/v1/log/proofs/inclusion?" + Wire.form(Map.of("entry", (String) receipt.get("entry"))));
    } catch (FieldgateException error) {
      if (error.code.equals("CONFLICT")) return null;
      throw error;
    }
    if (logKey == null) logKey = wire.open("/log/key").strip();
    Map<String, Object> by = Writers.check(receipt, proof, logKey);
    Receipts.checkPlace(receipt, proof, logKey);
    follow((String) proof.get("checkpoint"));
    Map<String, Object> checked = new LinkedHashMap<>(proof);
    checked.put("by", by);
    return checked;
  }

  /**
   * The release of the package that a writer names: as {@link Builds#writtenBy}, with the gateway's file of signed builds.
   *
   * @param place what {@code checkReceipt} gave
   * @param releaseKey the reader's own key of releases in vkey form
   */
  @SuppressWarnings("unchecked")
  public Map<String, Object> writtenBy(Map<String, Object> place, String releaseKey) {
    String builds = null;
    try {
      builds = wire.call(new Wire.Call("GET", "/log/builds", CASEWORK, Wire.Safety.REPEATABLE, null,
          Map.of("accept", "text/plain"))).body();
    } catch (FieldgateException unread) {
      // Then it can't be checked here.
    }
    return Builds.writtenBy((Map<String, Object>) place.get("by"), releaseKey, builds);
  }

  /** The log may only grow: this checkpoint, those of before, and those that came with answers are of one history. */
  private void follow(String note) {
    wire.heads.follow(note, logKey, (from, to) ->
        (List<?>) get("/v1/log/proofs/consistency?from=" + from + "&to=" + to).get("proof"));
  }

  /**
   * What the witnesses of the reader's own policy say of a receipt's entry: {@code fault} (null, NOTHING, UNSIGNED, FEW,
   * OLD), {@code by}, {@code without}, {@code since}, {@code unchecked}, and {@code proof}, a file to keep (C2SP
   * tlog-proof). Call {@code checkReceipt} too, which checks who wrote the entry.
   *
   * @throws FieldgateException RECEIPT_INVALID for a proof of another entry or log
   */
  public Map<String, Object> witnessesOf(Map<?, ?> receipt, Witnesses policy) {
    Receipts.checkForm(receipt);
    if (logKey == null) logKey = policy.logs.size() == 1 ? policy.logs.get(0) : wire.open("/log/key").strip();
    if (!policy.logs.contains(logKey.strip())) throw Receipts.invalid();
    String file;
    try {
      String path = "/v1/log/proofs/inclusion?" + Wire.form(Map.of("entry", (String) receipt.get("entry")));
      file = wire.call(new Wire.Call("GET", path, CASEWORK, Wire.Safety.REPEATABLE, null, Map.of("accept", "text/plain")))
          .body();
    } catch (FieldgateException error) {
      if (error.code.equals("CONFLICT")) return policy.notYet();
      throw error;
    }
    String note = Receipts.noteOf(file);
    Map<String, Object> said = policy.judge(note, logKey, System.currentTimeMillis() / 1000);
    if (!"UNSIGNED".equals(said.get("fault"))) {
      Receipts.checkFile(receipt, file, logKey);
      follow(note);
    }
    said.put("proof", file);
    return said;
  }

  private Submitted list(String id, Why why) {
    return new Submitted(wire, why.grant("verify"), id);
  }

  private static Map<String, Object> verified(Map<String, Object> answer, String programme) {
    if (!programme.equals(answer.get("programme"))
        || !List.of("YES", "NOT_CONFIRMED").contains(String.valueOf(answer.get("outcome")))) {
      throw new FieldgateException("ANSWER_INVALID", "the answer is not one to this verification");
    }
    Receipts.checkForm(answer.get("receipt"));
    return answer;
  }

  private Map<String, Object> open(String sealed, Map<String, Object> enc, String asked) {
    List<?> keys = (List<?>) Json.object(wire.open("/.well-known/jwks.json")).get("keys");
    return Sealed.open(sealed, enc, keys, wire.agency.issuer(), wire.agency.clientId(), asked);
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> pages(String path, String member) {
    List<Map<String, Object>> items = new ArrayList<>();
    for (Object cursor = ""; cursor != null; ) {
      Map<String, Object> page = get(path + (cursor.equals("") ? "" : "&" + Wire.form(Map.of("cursor", (String) cursor))));
      items.addAll((List<Map<String, Object>>) page.get(member));
      cursor = page.get("cursor");
    }
    return items;
  }

  @Override
  Object operate(String method, String path, Wire.Safety safety, List<String> actions, Map<String, Object> grant,
      Map<String, String> query, Map<String, Object> body) {
    String usual = actions.isEmpty() || actions.contains("casework") ? "casework" : actions.get(0);
    Map<String, Object> wanted = grant == null ? Map.of("actions", List.of(usual)) : grant;
    Map<String, String> headers = safety == Wire.Safety.KEYED ? Map.of("idempotency-key", Keys.random()) : Map.of();
    String at = query.isEmpty() ? path : path + "?" + Wire.form(query);
    HttpResponse<String> answer = wire.call(new Wire.Call(method, at, wanted, safety, body, headers));
    if (!isSealed(answer)) return Json.parse(answer.body());
    if (wire.agency.enc() == null) throw noKey();
    String sent = body == null ? "" : Json.write(body);
    return open(answer.body(), wire.agency.enc(), Sealed.asked(method, path, sent));
  }

  private Map<String, Object> get(String path) {
    return json("GET", path, CASEWORK, Wire.Safety.REPEATABLE, null, Map.of());
  }

  private Map<String, Object> json(String method, String path, Map<String, Object> grant, Wire.Safety safety, Object body,
      Map<String, String> headers) {
    return Wire.objectOf(wire.call(new Wire.Call(method, path, grant, safety, body, headers)));
  }

  @SuppressWarnings("unchecked")
  private static void each(Map<String, Object> answer, int start, BiConsumer<Integer, Map<String, Object>> keep) {
    List<?> results = (List<?>) answer.get("results");
    for (int i = 0; i < results.size(); i++) keep.accept(start + i, (Map<String, Object>) results.get(i));
  }

  /** @throws FieldgateException NO_ENCRYPTION_KEY for one that this client can't open */
  private static boolean isSealed(HttpResponse<String> answer) {
    String type = answer.headers().firstValue("content-type").orElse("");
    if (type.startsWith("application/fieldgate-sealed")) throw Sealed.toHybrid("the answer is");
    return type.startsWith(SEALED);
  }

  private static FieldgateException noKey() {
    return new FieldgateException("NO_ENCRYPTION_KEY", "a sealed answer needs the private encryption key (enc)");
  }
}
