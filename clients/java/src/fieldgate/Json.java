package fieldgate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON (RFC 8259) as Map, List, String, Number, Boolean and null. Strict: a doubled member is an error. */
public final class Json {
  private static final int DEPTH = 100;
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** @throws IllegalArgumentException for anything but one JSON value; it quotes nothing of the text */
  public static Object parse(String text) {
    Json reader = new Json(text);
    Object value = reader.value(0);
    reader.space();
    if (reader.at != text.length()) throw bad();
    return value;
  }

  /** @throws IllegalArgumentException for anything but a JSON object */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(String text) {
    if (parse(text) instanceof Map<?, ?> map) return (Map<String, Object>) map;
    throw bad();
  }

  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      String comma = "{";
      for (Map.Entry<?, ?> member : map.entrySet()) {
        if (member.getValue() == null && !map.containsKey(member.getKey())) continue;
        out.append(comma);
        quote(String.valueOf(member.getKey()), out);
        out.append(':');
        write(member.getValue(), out);
        comma = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof Iterable<?> list) {
      String comma = "";
      out.append('[');
      for (Object one : list) {
        out.append(comma);
        write(one, out);
        comma = ",";
      }
      out.append(']');
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      quote(value.toString(), out);
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20 || Character.isSurrogate(c)) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    out.append('"');
  }

  private Object value(int depth) {
    if (depth > DEPTH) throw bad();
    space();
    char c = peek();
    if (c == '{') return members(depth);
    if (c == '[') return items(depth);
    if (c == '"') return string();
    if (word("true")) return true;
    if (word("false")) return false;
    if (word("null")) return null;
    return number();
  }

  private Map<String, Object> members(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    space();
    if (peek() == '}') {
      at++;
      return map;
    }
    do {
      space();
      String name = string();
      space();
      expect(':');
      Object value = value(depth + 1);
      if (map.containsKey(name)) throw bad();
      map.put(name, value);
      space();
    } while (more('}'));
    return map;
  }

  private List<Object> items(int depth) {
    List<Object> list = new ArrayList<>();
    at++;
    space();
    if (peek() == ']') {
      at++;
      return list;
    }
    do {
      list.add(value(depth + 1));
      space();
    } while (more(']'));
    return list;
  }

  private boolean more(char end) {
    char c = peek();
    at++;
    if (c != ',' && c != end) throw bad();
    return c == ',';
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    for (;;) {
      char c = peek();
      at++;
      if (c == '"') return out.toString();
      if (c < 0x20) throw bad();
      out.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = peek();
    at++;
    int plain = "\"\\/".indexOf(c);
    if (plain >= 0) return c;
    int control = "bfnrt".indexOf(c);
    if (control >= 0) return "\b\f\n\r\t".charAt(control);
    if (c != 'u' || at + 4 > text.length()) throw bad();
    String hex = text.substring(at, at + 4);
    if (!hex.matches("[0-9a-fA-F]{4}")) throw bad();
    at += 4;
    return (char) Integer.parseInt(hex, 16);
  }

  private Number number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    String found = text.substring(start, at);
    if (!found.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) throw bad();
    if (found.matches("-?\\d{1,18}")) return Long.valueOf(found);
    return Double.valueOf(found);
  }

  private boolean word(String word) {
    if (!text.startsWith(word, at)) return false;
    at += word.length();
    return true;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char peek() {
    if (at >= text.length()) throw bad();
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) throw bad();
    at++;
  }

  private static IllegalArgumentException bad() {
    return new IllegalArgumentException("not JSON of the form that was expected");
  }
}
