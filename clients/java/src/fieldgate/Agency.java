package fieldgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The keys of an agency, as {@code fieldgate agency init} writes them. {@code enc} is null without one. */
public record Agency(String clientId, String issuer, Map<String, Object> sig, Map<String, Object> enc) {
  /** @throws IllegalArgumentException that names the file and quotes nothing of it */
  @SuppressWarnings("unchecked")
  public static Agency read(Path path) {
    Agency read;
    boolean hybrid;
    try {
      Map<String, Object> file = Json.object(Files.readString(path));
      Map<String, Object> sig = (Map<String, Object>) file.get("sig");
      if (!(file.get("clientId") instanceof String id) || !(file.get("issuer") instanceof String issuer) || sig == null) {
        throw new IllegalArgumentException();
      }
      hybrid = file.containsKey("hybrid");
      read = new Agency(id, issuer, sig, (Map<String, Object>) file.get("enc"));
    } catch (IOException | RuntimeException unreadable) {
      throw new IllegalArgumentException(path + " is no key file: it needs clientId, issuer, sig and enc");
    }
    if (!hybrid) return read;
    throw new FieldgateException("NO_ENCRYPTION_KEY", path + " holds a hybrid key, and this client opens no answer that is"
        + " sealed to one: use the sidecar, or another client");
  }

  /** Without the keys, so that no log line holds one. */
  @Override
  public String toString() {
    return "Agency[" + clientId + " at " + issuer + "]";
  }
}
