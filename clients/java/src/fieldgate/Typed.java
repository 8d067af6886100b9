package fieldgate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Readers of JSON values as types: null stays null, and a value of another type is no answer of the gateway. */
final class Typed {
  private Typed() {}

  static <T> Function<Object, T> as(Class<T> type) {
    return value -> {
      if (value == null || type.isInstance(value)) return type.cast(value);
      throw new FieldgateException("ANSWER_INVALID", "the answer has a member of another type");
    };
  }

  @SuppressWarnings("unchecked")
  static <T> Function<Object, T> object(Function<Map<String, Object>, T> made) {
    return value -> value == null ? null : made.apply((Map<String, Object>) as(Map.class).apply(value));
  }

  static <T> Function<Object, List<T>> list(Function<Object, T> item) {
    return value -> value == null ? null : ((List<?>) as(List.class).apply(value)).stream().<T>map(item::apply).toList();
  }

  static <T> Function<Object, Map<String, T>> map(Function<Object, T> item) {
    return value -> {
      if (value == null) return null;
      Map<String, T> all = new LinkedHashMap<>();
      ((Map<?, ?>) as(Map.class).apply(value)).forEach((name, one) -> all.put((String) name, item.apply(one)));
      return all;
    };
  }
}
