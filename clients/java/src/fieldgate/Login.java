package fieldgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A person who has logged in. {@code key} is the private JWK to which the issuer has bound the token, null if it binds none: the
 * agency's tokens are then bound to it as well.
 */
public record Login(String accessToken, Map<String, Object> key) {
  /** As {@code fieldgate login} keeps it. @throws IllegalArgumentException that names the file and quotes nothing of it */
  @SuppressWarnings("unchecked")
  public static Login read(Path path) {
    try {
      Map<String, Object> file = Json.object(Files.readString(path));
      if (!(file.get("accessToken") instanceof String token)) throw new IllegalArgumentException();
      return new Login(token, (Map<String, Object>) file.get("key"));
    } catch (IOException | RuntimeException unreadable) {
      throw new IllegalArgumentException(path + " is no login file");
    }
  }

  /** Without token and key, so that no log line holds one. */
  @Override
  public String toString() {
    return "Login";
  }
}
