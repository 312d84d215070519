package dev.sluice.testkit.mcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A server of tools that is a program: it reads messages from its input, a line each, and writes
/// them to its output. Its arguments say how it behaves:
///
/// - `modern` or `legacy`: its era; `fragile`: of the legacy era, and ends at a question it does
///   not know; `mute`: of the legacy era, and says nothing to one
/// - `noise`: prints what is no message; `chatty`: says much beside its answers
/// - `family`: starts another program that goes on when it ends
/// - `stubborn`: does not end when its input does
public final class StdioProgram {

  private static final String PREFIX = "io.modelcontextprotocol/";

  private final Set<String> traits;
  private final PrintStream out;
  private final Desk desk = new Desk(McpScript.STANDARD);
  private final LegacySession session = new LegacySession("", "2025-11-25");

  private StdioProgram(Set<String> traits, PrintStream out) {
    this.traits = traits;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    var program = new StdioProgram(Set.copyOf(List.of(arguments)), out);
    program.begin();
    try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        program.read(line);
      }
    }
    if (program.traits.contains("stubborn")) {
      Thread.sleep(Duration.ofMinutes(10));
    }
    System.exit(0);
  }

  /// The command that starts it with the Java runtime and the classes of this process.
  public static List<String> command(List<String> traits) {
    var words = new java.util.ArrayList<String>();
    words.add(ProcessHandle.current().info().command().orElse("java"));
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.add(StdioProgram.class.getName());
    words.addAll(traits);
    return words;
  }

  private void begin() throws IOException {
    if (traits.contains("noise")) {
      out.println("Welcome to the simulated server");
      out.flush();
    }
    if (traits.contains("chatty")) {
      System.err.println("s".repeat(1_000_000));
      System.err.println("secret=" + System.getenv("SIMULATED_SECRET"));
    }
    if (traits.contains("family")) {
      // Another one than this, so that it does not end with our input.
      new ProcessBuilder("sleep", "600").redirectErrorStream(true).start();
    }
  }

  private void read(String line) {
    try {
      var message = Door.parsed(line.getBytes(StandardCharsets.UTF_8));
      if (!message.has("id")) {
        told(message);
      } else if (message.has("method")) {
        Thread.ofVirtual().name("simulator-tool").start(() -> answer(message));
      } else if (!session.answered(message)) {
        System.err.println("an answer to nothing");
      }
    } catch (ProblemException problem) {
      write(Door.failure(JsonNodeFactory.instance.nullNode(), problem));
    }
  }

  private void told(ObjectNode message) {
    switch (message.path("method").stringValue("")) {
      case "notifications/initialized" -> session.begin();
      case "notifications/cancelled" -> session.cancel(message.path("params").path("requestId"));
      default -> {
        // Nothing else changes anything here.
      }
    }
  }

  private void answer(ObjectNode message) {
    try {
      var result = result(message);
      if (traits.contains("modern")) {
        result.put("resultType", result.path("resultType").stringValue("complete"));
      }
      write(Door.answer(message.path("id"), result));
    } catch (ProblemException problem) {
      write(
          problem.result().isPresent()
              ? Door.answer(message.path("id"), problem.result().get())
              : Door.failure(message.path("id"), problem));
    }
  }

  private ObjectNode result(ObjectNode message) throws ProblemException {
    var method = message.path("method").stringValue("");
    var params =
        message.path("params") instanceof ObjectNode p ? p : JsonNodeFactory.instance.objectNode();
    var talk = new LineTalk(message.path("id"));
    return traits.contains("modern")
        ? modern(method, params, message.path("id"), talk)
        : legacy(method, params, talk);
  }

  private ObjectNode modern(String method, ObjectNode params, JsonNode id, Talk talk)
      throws ProblemException {
    var meta = params.path("_meta");
    if (!meta.path(PREFIX + "protocolVersion").stringValue("").equals("2026-07-28")
        || !meta.path(PREFIX + "clientCapabilities").isObject()) {
      throw ProblemException.of(400, -32602, "Invalid params: _meta is not complete");
    }
    return switch (method) {
      case "server/discover" -> card();
      case "subscriptions/listen" -> listened(id, params, talk);
      default -> desk.handle(method, params, talk);
    };
  }

  private ObjectNode card() {
    var card = JsonNodeFactory.instance.objectNode();
    card.putArray("supportedVersions").add("2026-07-28");
    card.set("capabilities", desk.capabilities());
    return card.put("ttlMs", 0).put("cacheScope", "private");
  }

  private static ObjectNode listened(JsonNode id, ObjectNode params, Talk talk) {
    var wanted = params.path("notifications");
    var acknowledged = of(id);
    acknowledged.set("notifications", wanted);
    talk.tell("notifications/subscriptions/acknowledged", acknowledged);
    if (wanted.path("toolsListChanged").booleanValue(false)) {
      talk.tell("notifications/tools/list_changed", of(id));
    }
    for (var uri : wanted.path("resourceSubscriptions")) {
      var updated = of(id);
      updated.set("uri", uri);
      talk.tell("notifications/resources/updated", updated);
    }
    var _ = talk.cancelled(Duration.ofMinutes(10));
    return JsonNodeFactory.instance.objectNode();
  }

  /// What it tells on one stream of changes.
  private static ObjectNode of(JsonNode id) {
    var told = JsonNodeFactory.instance.objectNode();
    told.putObject("_meta").set(PREFIX + "subscriptionId", id);
    return told;
  }

  private ObjectNode legacy(String method, ObjectNode params, Talk talk) throws ProblemException {
    return switch (method) {
      case "initialize" -> initialized();
      case "ping" -> JsonNodeFactory.instance.objectNode();
      case "server/discover" -> throw unknown(talk);
      default -> {
        if (!session.initialized()) {
          throw ProblemException.of(200, -32002, "Not initialized");
        }
        yield desk.handle(method, params, talk);
      }
    };
  }

  private ObjectNode initialized() {
    var result = JsonNodeFactory.instance.objectNode().put("protocolVersion", "2025-11-25");
    result.set("capabilities", desk.capabilities());
    result.set("serverInfo", Desk.server());
    return result;
  }

  private ProblemException unknown(Talk talk) {
    if (traits.contains("fragile")) {
      System.exit(3);
    }
    if (traits.contains("mute")) {
      var _ = talk.cancelled(Duration.ofMinutes(10));
    }
    return ProblemException.of(200, -32601, "Method not found");
  }

  private void write(ObjectNode message) {
    write(message.toString());
  }

  private void write(String message) {
    synchronized (out) {
      out.print(message + "\n");
      out.flush();
    }
  }

  /// A tool of a program.
  private final class LineTalk implements Talk {

    private final JsonNode id;

    LineTalk(JsonNode id) {
      this.id = id;
    }

    @Override
    public void tell(String method, ObjectNode params) {
      write(LegacySession.notification(method, params));
    }

    @Override
    public JsonNode ask(String key, String method, ObjectNode params, ObjectNode callParams)
        throws ProblemException {
      var direct = new Feed("");
      Thread.ofVirtual()
          .start(() -> direct.at(0, Duration.ofSeconds(10)).ifPresent(StdioProgram.this::write));
      return session.ask(direct, method, params);
    }

    @Override
    public boolean logs(String level, ObjectNode callParams) {
      return true;
    }

    @Override
    public boolean cancelled(Duration wait) {
      return session.cancelled(id, wait);
    }
  }
}
