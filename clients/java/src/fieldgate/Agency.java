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
    try {
      Map<String, Object> file = Json.object(Files.readString(path));
      Map<String, Object> sig = (Map<String, Object>) file.get("sig");
      if (!(file.get("clientId") instanceof String id) || !(file.get("issuer") instanceof String issuer) || sig == null) {
        throw new IllegalArgumentException();
      }
      if (file.containsKey("hybrid")) throw new UnsupportedOperationException();
      return new Agency(id, issuer, sig, (Map<String, Object>) file.get("enc"));
    } catch (UnsupportedOperationException hybrid) {
      throw new IllegalArgumentException(path + " holds a hybrid key, and this client opens no answer that is sealed to one:"
          + " use the sidecar, or another client");
    } catch (IOException | RuntimeException unreadable) {
      throw new IllegalArgumentException(path + " is no key file: it needs clientId, issuer, sig and enc");
    }
  }

  /** Without the keys, so that no log line holds one. */
  @Override
  public String toString() {
    return "Agency[" + clientId + " at " + issuer + "]";
  }
}
