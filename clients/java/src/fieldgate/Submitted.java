package fieldgate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Lists of checks that the gateway works off by itself: submit, look, collect, end. */
final class Submitted {
  /** Rows of a part, as the gateway takes them. */
  private static final int ROWS = 50;
  private final Wire wire;
  private final Map<String, Object> grant;
  private final String path;

  Submitted(Wire wire, Map<String, Object> grant, String id) {
    this.wire = wire;
    this.grant = grant;
    this.path = "/v1/lists/" + Operations.segment(id);
  }

  Map<String, Object> submit(String programme, List<Map<String, Object>> subjects) {
    int parts = (subjects.size() + ROWS - 1) / ROWS;
    for (int part = 0; part < parts; part++) {
      List<?> rows = subjects.subList(part * ROWS, Math.min((part + 1) * ROWS, subjects.size()));
      try {
        call("PUT", "/rows/" + part, Map.of("rows", rows));
      } catch (FieldgateException error) {
        // It was submitted, and the answer was lost.
        if (error.code.equals("CONFLICT")) break;
        throw error;
      }
    }
    return Json.object(call("POST", "", Map.of("programme", programme, "parts", parts, "rows", subjects.size())));
  }

  Map<String, Object> state() {
    return Json.object(call("GET", "", null));
  }

  /** @param checked looks at one answer as at the answer to a single check */
  void results(int part, UnaryOperator<Map<String, Object>> checked, BiConsumer<Integer, Map<String, Object>> keep) {
    Map<String, Object> enc = wire.agency.enc();
    if (enc == null) {
      throw new FieldgateException("NO_ENCRYPTION_KEY", "the results need the private encryption key (enc)");
    }
    int position = part * ROWS;
    String sealed = call("GET", "/results/" + part, null);
    if (!sealed.contains(".")) throw Sealed.toHybrid("the results are");
    for (Map<String, Object> row : Sealed.openKept(sealed, enc)) {
      Map<String, Object> result = new LinkedHashMap<>(row);
      if (row.get("verification") instanceof String text) result.put("verification", checked.apply(Json.object(text)));
      keep.accept(position++, result);
    }
  }

  void end() {
    call("DELETE", "", null);
  }

  private String call(String method, String under, Object body) {
    return wire.call(new Wire.Call(method, path + under, grant, Wire.Safety.REPEATABLE, body, Map.of())).body();
  }
}
