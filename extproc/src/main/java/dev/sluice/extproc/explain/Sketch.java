package dev.sluice.extproc.explain;

import dev.sluice.extproc.decode.Client;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is supposed of the request that is explained.
///
/// @param bytes of its body, at least
/// @param tools that it lists
/// @param headers by their names in lower case; of those that a client's request is known by
public record Sketch(long bytes, int tools, Set<Trait> traits, SortedMap<String, String> headers) {

  /// The least request that is worth an answer.
  public static final Sketch LEAST = new Sketch(0, 0, Set.of(), new TreeMap<>());

  public static final String SESSION = "x-claude-code-session-id";
  public static final String AGENT = "x-claude-code-agent-id";

  public static final long BYTES_MAX = 32L << 20;
  public static final int TOOLS_MAX = 1_000;

  private static final String BYTES = "bytes";
  private static final String TOOLS = "tools";
  private static final String WITH = "with";
  private static final String HEADER = "header";

  /// What a request may ask for or bring along.
  public enum Trait {
    THINKING("thinking"),
    WEB_SEARCH("a web search"),
    DOCUMENT("a document"),
    IMAGE("an image");

    private final String words;

    Trait(String words) {
      this.words = words;
    }

    /// As commands spell it.
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Null for none.
    public static @Nullable Trait of(String word) {
      for (var trait : values()) {
        if (trait.word().equals(word)) {
          return trait;
        }
      }
      return null;
    }

    public static String all() {
      return EnumSet.allOf(Trait.class).stream().map(Trait::word).collect(Collectors.joining(", "));
    }
  }

  public Sketch {
    var sorted = EnumSet.noneOf(Trait.class);
    sorted.addAll(traits);
    traits = Collections.unmodifiableSet(sorted);
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }

  /// Whether nothing is supposed.
  boolean isLeast() {
    return equals(LEAST);
  }

  /// Whether it names a session, of which something may be spent.
  boolean namesSession() {
    return headers.containsKey(SESSION);
  }

  /// @param run what it is called where it does not say
  Client client(String run) {
    var client =
        Client.of(
            headers.getOrDefault(SESSION, run),
            headers.getOrDefault(AGENT, namesSession() ? null : run),
            null,
            headers.get("user-agent"));
    return client.with(headers);
  }

  /// For people.
  String words() {
    if (isLeast()) {
      return "one word";
    }
    var with = new ArrayList<String>();
    if (tools > 0) {
      with.add(tools + (tools == 1 ? " tool" : " tools"));
    }
    traits.forEach(trait -> with.add(trait.words));
    var size = bytes > 0 ? "a request of " + bytes + " bytes" : "a small request";
    return with.isEmpty() ? size : size + " with " + String.join(", ", with);
  }

  /// As the query of a URL; empty where nothing is supposed.
  public String query() {
    var parts = new ArrayList<String>();
    if (bytes > 0) {
      parts.add(BYTES + "=" + bytes);
    }
    if (tools > 0) {
      parts.add(TOOLS + "=" + tools);
    }
    traits.forEach(trait -> parts.add(WITH + "=" + trait.word()));
    headers.forEach((name, value) -> parts.add(HEADER + "=" + encoded(name + ":" + value)));
    return String.join("&", parts);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// Reads a query of this form.
  ///
  /// @param query null for none
  /// @throws SketchException for another one
  public static Sketch read(@Nullable String query) throws SketchException {
    long bytes = 0;
    int tools = 0;
    var traits = EnumSet.noneOf(Trait.class);
    var headers = new TreeMap<String, String>();
    for (var part : query == null || query.isEmpty() ? List.<String>of() : parts(query)) {
      var said = part.split("=", 2);
      var value = said.length < 2 ? "" : said[1];
      switch (said[0]) {
        case BYTES -> bytes = number(BYTES, value, BYTES_MAX);
        case TOOLS -> tools = (int) number(TOOLS, value, TOOLS_MAX);
        case WITH -> traits.add(trait(WITH, value));
        case HEADER -> addHeader(headers, value);
        default -> throw new SketchException(said[0] + " (expected: bytes, tools, with, header)");
      }
    }
    return new Sketch(bytes, tools, traits, headers);
  }

  private static List<String> parts(String query) {
    return List.of(query.split("&")).stream()
        .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
        .toList();
  }

  /// @param name of what is read, for the sentence
  public static long number(String name, String text, long most) throws SketchException {
    if (text.matches("[0-9]{1,12}") && Long.parseLong(text) <= most) {
      return Long.parseLong(text);
    }
    throw new SketchException(name + " " + text + " (expected: 0.." + most + ")");
  }

  /// @param name of what is read, for the sentence
  public static Trait trait(String name, String word) throws SketchException {
    var trait = Trait.of(word);
    if (trait == null) {
      throw new SketchException(name + " " + word + " (expected: " + Trait.all() + ")");
    }
    return trait;
  }

  /// @param said `NAME: VALUE`
  public static void addHeader(SortedMap<String, String> headers, String said)
      throws SketchException {
    int colon = said.indexOf(':');
    var name = colon < 0 ? "" : said.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    if (!Client.keeps(name)) {
      throw new SketchException(
          "header "
              + said
              + " (expected: NAME: VALUE, with a name that routes look at: x-claude-code-*,"
              + " x-sluice-tag-*, user-agent, anthropic-beta or x-sluice-fallbacks)");
    }
    headers.put(name, said.substring(colon + 1).strip());
  }
}
