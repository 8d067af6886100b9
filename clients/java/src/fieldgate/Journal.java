package fieldgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The answers of a list job in a file, so that a job that was interrupted goes on where it ended: one JSON object a line,
 * on disk before the answer is handed over. It holds no number that was asked by, and only its owner may read it.
 */
final class Journal implements AutoCloseable {
  /** The result of people whose answer was lost on the way: they may have been released, as the log says. */
  static final Map<String, Object> LOST = Map.of("lost", true);
  final Map<Integer, Map<String, Object>> done = new TreeMap<>();
  /** Starts of requests that were sent and have no answer yet. */
  final Set<Integer> asked = new HashSet<>();
  private final FileChannel file;

  /** @throws IllegalArgumentException if the file belongs to another job or was changed */
  Journal(Path path, Object job) {
    try {
      if (Files.notExists(path)) {
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      String text = Files.readString(path);
      // A line that was cut off when the process ended is written again.
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      file = FileChannel.open(path, StandardOpenOption.WRITE);
      file.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
      file.position(file.size());
      String head = digestOf(Json.write(sorted(job)));
      List<Map<String, Object>> lines = new ArrayList<>();
      try {
        whole.lines().forEach(line -> lines.add(Json.object(line)));
        for (int i = 1; i < lines.size(); i++) take(lines.get(i));
      } catch (RuntimeException changed) {
        throw new IllegalArgumentException(path + " is no journal of a list");
      }
      if (lines.isEmpty()) write(Map.of("job", head));
      else if (!head.equals(lines.get(0).get("job"))) throw new IllegalArgumentException(path + " holds the job of another list");
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    }
  }

  void asking(int start) {
    add(Map.of("asking", start));
  }

  void notSent(int start) {
    add(Map.of("refused", start));
  }

  void keep(int start, List<?> results) {
    add(Map.of("from", start, "results", results));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    }
  }

  private void add(Map<String, Object> line) {
    try {
      write(line);
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    }
    take(line);
  }

  @SuppressWarnings("unchecked")
  private void take(Map<String, Object> line) {
    if (line.get("asking") instanceof Number start) {
      asked.add(start.intValue());
    } else if (line.get("refused") instanceof Number start) {
      asked.remove(start.intValue());
    } else {
      int start = ((Number) line.get("from")).intValue();
      List<?> results = (List<?>) line.get("results");
      asked.remove(start);
      for (int i = 0; i < results.size(); i++) done.put(start + i, (Map<String, Object>) results.get(i));
    }
  }

  private void write(Map<String, Object> line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) file.write(bytes);
    file.force(true);
  }

  /** The same text in every process: some maps have another order in each. */
  private static Object sorted(Object value) {
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, Object> members = new TreeMap<>();
      map.forEach((name, member) -> members.put(String.valueOf(name), sorted(member)));
      return members;
    }
    return value instanceof List<?> list ? list.stream().map(Journal::sorted).toList() : value;
  }

  private static String digestOf(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
