package fieldgate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/** Lists of any number of people, in pieces that one request allows, with a journal. */
final class Lists {
  private Lists() {}

  static Map<String, Object> piece(Map<String, Object> body, List<?> subjects, int start, int size) {
    Map<String, Object> part = new LinkedHashMap<>(body);
    part.put("subjects", new ArrayList<>(subjects.subList(start, Math.min(start + size, subjects.size()))));
    return part;
  }

  /** @param once a person whose answer was lost is not asked about again */
  static void ask(Path path, Object job, int count, int size, boolean once, IntFunction<List<?>> request,
      BiConsumer<Integer, Map<String, Object>> keep) {
    try (Journal journal = new Journal(path, job)) {
      for (int start = 0; start < count; start += size) {
        int end = Math.min(start + size, count);
        if (once && journal.asked.contains(start)) journal.keep(start, Collections.nCopies(end - start, Journal.LOST));
        else if (!journal.done.containsKey(start)) {
          journal.asking(start);
          try {
            journal.keep(start, request.apply(start));
          } catch (FieldgateException error) {
            if (!error.code.equals("ANSWER_LOST")) journal.notSent(start);
            throw error;
          }
        }
        for (int at = start; at < end; at++) keep.accept(at, journal.done.get(at));
      }
    }
  }
}
