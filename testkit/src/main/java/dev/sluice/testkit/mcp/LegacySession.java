package dev.sluice.testkit.mcp;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A session of a simulated server: what runs in it, its streams, and what it asked the client.
final class LegacySession {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private final String id;
  private final String version;
  private final Feed own = new Feed("own");
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Set<String> running = new HashSet<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Set<String> ids = new HashSet<>();
  private final Map<String, Optional<JsonNode>> asked = new HashMap<>();
  private final Set<String> subscribed = new HashSet<>();
  private int level;
  private boolean initialized;
  private boolean listening;
  private boolean over;
  private int lastAsked;

  LegacySession(String id, String version) {
    this.id = id;
    this.version = version;
    feeds.put("own", own);
  }

  String id() {
    return id;
  }

  String version() {
    return version;
  }

  Feed own() {
    return own;
  }

  synchronized boolean initialized() {
    return initialized;
  }

  synchronized void begin() {
    initialized = true;
  }

  /// The stream of a request that begins; its id must be new.
  synchronized Feed begin(JsonNode request) throws ProblemException {
    if (!ids.add(request.toString())) {
      throw ProblemException.of(400, -32600, "an id that was used before");
    }
    running.add(request.toString());
    var feed = new Feed("r" + ids.size());
    feeds.put(feed.name(), feed);
    return feed;
  }

  synchronized Optional<Feed> feed(String name) {
    return Optional.ofNullable(feeds.get(name));
  }

  synchronized boolean running(JsonNode request) {
    return running.contains(request.toString());
  }

  synchronized boolean over() {
    return over;
  }

  synchronized void ended(JsonNode request) {
    running.remove(request.toString());
  }

  synchronized void cancel(JsonNode request) {
    cancelled.add(request.toString());
    notifyAll();
  }

  synchronized boolean cancelled(JsonNode request, Duration wait) {
    await(wait, () -> cancelled.contains(request.toString()) || over);
    return cancelled.contains(request.toString()) || over;
  }

  /// True for what a client sets in its session: what it watches, and from which level on it hears
  /// log messages.
  synchronized boolean took(String method, JsonNode params) {
    return switch (method) {
      case "resources/subscribe" -> {
        subscribed.add(params.path("uri").stringValue(""));
        yield true;
      }
      case "resources/unsubscribe" -> {
        subscribed.remove(params.path("uri").stringValue(""));
        yield true;
      }
      case "logging/setLevel" -> {
        level = Talk.LEVELS.indexOf(params.path("level").stringValue(""));
        yield true;
      }
      default -> false;
    };
  }

  synchronized int subscriptions() {
    return subscribed.size();
  }

  synchronized void updated(String uri) {
    if (subscribed.contains(uri)) {
      var params = JsonNodeFactory.instance.objectNode().put("uri", uri);
      own.add(notification("notifications/resources/updated", params));
    }
  }

  synchronized boolean logs(String said) {
    return Talk.LEVELS.indexOf(said) >= level;
  }

  synchronized boolean listen() {
    var first = !listening;
    listening = true;
    return first;
  }

  synchronized void unlisten() {
    listening = false;
  }

  synchronized boolean listening() {
    return listening;
  }

  synchronized void end() {
    over = true;
    feeds.values().forEach(Feed::close);
    notifyAll();
  }

  /// Sends a request on a stream, and waits for the client's answer to it.
  JsonNode ask(Feed feed, String method, ObjectNode params) throws ProblemException {
    String name;
    synchronized (this) {
      name = "ask-" + ++lastAsked;
      asked.put("\"" + name + "\"", Optional.empty());
    }
    var request = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("id", name);
    request.put("method", method).set("params", params);
    feed.add(request.toString());
    var answer = answer("\"" + name + "\"");
    if (answer.has("error")) {
      throw ProblemException.of(200, -32000, "The client refused");
    }
    return answer.path("result");
  }

  private synchronized JsonNode answer(String name) throws ProblemException {
    await(ANSWER_MAX, () -> asked.getOrDefault(name, Optional.empty()).isPresent() || over);
    return asked
        .getOrDefault(name, Optional.empty())
        .orElseThrow(() -> ProblemException.of(200, -32000, "The client did not answer"));
  }

  /// False for an answer to what was never asked, or was answered before.
  synchronized boolean answered(ObjectNode message) {
    var name = message.path("id").toString();
    if (asked.getOrDefault(name, Optional.of(message)).isPresent()) {
      return false;
    }
    asked.put(name, Optional.of(message));
    notifyAll();
    return true;
  }

  private void await(Duration wait, java.util.function.BooleanSupplier done) {
    var end = System.nanoTime() + wait.toNanos();
    try {
      while (!done.getAsBoolean() && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  static String notification(String method, ObjectNode params) {
    var message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    message.put("method", method).set("params", params);
    return message.toString();
  }
}
