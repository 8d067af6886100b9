package fieldgate;

import java.util.Map;

/**
 * What went wrong at or before the gateway. {@code code} is stable; the message is for people and repeats nothing that
 * was sent. Codes of this package: UNREACHABLE (nothing happened), ANSWER_LOST (a release may have happened and then
 * stands in the log), ANSWER_INVALID, APPROVAL_PENDING (body is the request), NO_ENCRYPTION_KEY, RECEIPT_INVALID,
 * TOKEN_REFUSED (the message is the OAuth error), UPSTREAM. All others are codes of the gateway.
 */
public final class FieldgateException extends RuntimeException {
  private static final long serialVersionUID = 1;
  public final String code;
  /** 0 without an answer. */
  public final int status;
  /** Of UNREACHABLE: what lies in the way, by the words of docs/integrate/client.md; null if it is not known. */
  public final String obstacle;
  /** The problem document of the gateway, or the filed request; empty if there is none. */
  public final transient Map<String, Object> body;

  private FieldgateException(String code, String message, int status, Map<String, Object> body, String obstacle) {
    super(code + ": " + message);
    this.obstacle = obstacle;
    this.code = code;
    this.status = status;
    this.body = body;
  }

  FieldgateException(String code, String message, int status, Map<String, Object> body) {
    this(code, message, status, body, null);
  }

  FieldgateException(String code, String message, String obstacle) {
    this(code, message, 0, Map.of(), obstacle);
  }

  FieldgateException(String code, String message) {
    this(code, message, 0, Map.of());
  }

  static FieldgateException ofProblem(int status, Map<String, Object> body) {
    if (!(body.get("code") instanceof String code)) {
      return new FieldgateException("UPSTREAM", "status " + status + " without a problem of the gateway", status, body);
    }
    Object words = body.getOrDefault("detail", body.getOrDefault("title", "refused"));
    return new FieldgateException(code, String.valueOf(words), status, body);
  }
}
