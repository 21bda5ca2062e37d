package abdm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON with maps, lists, texts, numbers, truth values and null: Java's library has none. Enough for
 * this client; take a library for yours.
 */
final class Json {
    /** A text is no JSON. */
    static final class Malformed extends Check.Mismatch {
        Malformed(String sentence) {
            super(sentence);
        }
    }

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    // --- reading -----------------------------------------------------------------------------

    static Object read(String text) {
        try {
            var json = new Json(text);
            var value = json.value();
            json.skipBlanks();
            if (json.at < text.length()) {
                throw new Malformed("something stands behind the JSON");
            }
            return value;
        } catch (IndexOutOfBoundsException | NumberFormatException error) {
            var shown = text.substring(0, Math.min(200, text.length()));
            throw new Malformed("this is no JSON: " + shown);
        }
    }

    /** The value at {@code path}, or null. ABDM leaves fields out: nothing is taken for granted. */
    static Object dig(Object value, Object... path) {
        for (var step : path) {
            if (step instanceof String key && value instanceof Map<?, ?> map) {
                value = map.get(key);
            } else if (step instanceof Integer index && value instanceof List<?> list) {
                value = index < list.size() ? list.get(index) : null;
            } else {
                return null;
            }
        }
        return value;
    }

    /** The text at {@code path}, or null; a number as its digits. */
    static String text(Object value, Object... path) {
        var found = dig(value, path);
        return found instanceof String || found instanceof Number ? found.toString() : null;
    }

    /** The list at {@code path}; an empty one when there is none. */
    @SuppressWarnings("unchecked")
    static List<Object> list(Object value, Object... path) {
        return dig(value, path) instanceof List<?> list ? (List<Object>) list : List.of();
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        skipBlanks();
        return text.charAt(at);
    }

    private void take(String expected) {
        if (!text.startsWith(expected, at)) {
            throw new IndexOutOfBoundsException();
        }
        at += expected.length();
    }

    private Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> constant("true", true);
            case 'f' -> constant("false", false);
            case 'n' -> constant("null", null);
            default -> number();
        };
    }

    private Object constant(String word, Object value) {
        take(word);
        return value;
    }

    private Map<String, Object> object() {
        var map = new LinkedHashMap<String, Object>();
        for (take("{"); next() != '}';) {
            if (!map.isEmpty()) {
                take(",");
                next();
            }
            var key = string();
            next();
            take(":");
            map.put(key, value());
        }
        take("}");
        return map;
    }

    private List<Object> array() {
        var list = new ArrayList<Object>();
        for (take("["); next() != ']';) {
            if (!list.isEmpty()) {
                take(",");
            }
            list.add(value());
        }
        take("]");
        return list;
    }

    private Number number() {
        var from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        var number = new BigDecimal(text.substring(from, at));
        var isLong = number.scale() <= 0 && number.precision() < 19;
        return isLong ? (Number) number.longValue() : number;
    }

    private String string() {
        var out = new StringBuilder();
        take("\"");
        for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
            out.append(c == '\\' ? escaped() : c);
        }
        return out.toString();
    }

    private char escaped() {
        var c = text.charAt(at++);
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        var place = "bfnrt".indexOf(c);
        return place < 0 ? c : "\b\f\n\r\t".charAt(place);
    }

    // --- writing -----------------------------------------------------------------------------

    static String write(Object value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            var separator = "{";
            for (var entry : map.entrySet()) {
                out.append(separator);
                write(entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            var separator = "[";
            for (var item : list) {
                out.append(separator);
                write(item, out);
                separator = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            out.append('"');
            for (var c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            out.append('"');
        } else {
            out.append(value);
        }
    }
}
