package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One session of a client that works as Claude Code does: it runs the tools that it is told to,
/// sends every answer back as it came, asks again where it may, and goes on where an answer was cut
/// after a whole block.
final class Session {

  private static final int ATTEMPTS_MAX = 11;
  private static final int BACK_OFF_MILLIS = 20;
  private static final int LONG_PROMPT_SENTENCES = 9_000;

  private static final String FRAME =
      """
      {"model":"work","max_tokens":4000,"thinking":{"type":"adaptive"},
       "tools":[{"name":"Step","description":"Does one step.","input_schema":{"type":"object",
         "properties":{"session":{"type":"string"},"step":{"type":"integer"}},
         "required":["session","step"]}}]}
      """;

  private static final String RESUME =
      "Your response above was cut off mid-stream. Resume directly where it ended.";

  private final RecordedClient client;
  private final Task task;
  private final SplittableRandom random;
  private final Findings findings;
  private final ObjectNode request;
  private final ArrayNode messages;
  private long done;

  Session(RecordedClient client, Task task, SplittableRandom random, Findings findings) {
    this.client = client;
    this.task = task;
    this.random = random;
    this.findings = findings;
    this.request = (ObjectNode) JsonMapper.shared().readTree(FRAME);
    this.messages = request.putArray("messages");
    // One body in eight is longer than what the gateway reads before it admits a request.
    var prompt = "Be brief. ".repeat(random.nextInt(8) == 0 ? LONG_PROMPT_SENTENCES : 1);
    request.put("system", prompt);
    if (random.nextInt(4) == 0) {
      request.putObject("thinking").put("type", "enabled").put("budget_tokens", 1_024);
    }
  }

  /// Carries the session to its end, and fails where it cannot.
  void run() throws InterruptedException {
    say(task.said());
    while (true) {
      var answer = answer();
      var calls = answer.blocks().stream().filter(Session::isCall).toList();
      assertThat(steps(calls)).as("%s", messages).isEqualTo(task.next(done));
      if (calls.isEmpty()) {
        assertThat(answer.stopReason()).isEqualTo("end_turn");
        assertThat(text(answer.blocks())).isEqualTo(task.result());
        return;
      }
      assertThat(answer.stopReason()).isEqualTo("tool_use");
      keep(answer.blocks());
      work(calls);
    }
  }

  private static boolean isCall(JsonNode block) {
    return block.path("type").asString().equals("tool_use");
  }

  private List<Long> steps(List<ObjectNode> calls) {
    return calls.stream()
        .peek(call -> assertThat(call.path("name").asString()).isEqualTo(Task.TOOL))
        .map(call -> call.path("input"))
        .peek(input -> assertThat(input.path("session").asString()).isEqualTo(task.session()))
        .map(input -> input.path("step").asLong())
        .toList();
  }

  private static String text(List<ObjectNode> blocks) {
    return blocks.stream()
        .filter(block -> block.path("type").asString().equals("text"))
        .map(block -> block.path("text").asString())
        .reduce("", String::concat);
  }

  private void say(String text) {
    var content = messages.addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "text").put("text", text);
  }

  private void keep(List<ObjectNode> blocks) {
    messages.addObject().put("role", "assistant").putArray("content").addAll(blocks);
  }

  private void work(List<ObjectNode> calls) {
    var results = messages.addObject().put("role", "user").putArray("content");
    for (var call : calls) {
      results
          .addObject()
          .put("type", "tool_result")
          .put("tool_use_id", call.path("id").asString())
          .put("content", "Step %d is done.".formatted(++done));
    }
  }

  private Told.Message answer() throws InterruptedException {
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      switch (ask()) {
        case Told.Message message -> {
          findings.answered(attempt);
          return message;
        }
        case Told.Broken(var blocks) -> {
          findings.broken();
          resume(blocks);
        }
        case Told.Failed failed -> {
          var pause = failed.pause();
          assertThat(pause).as("%s of %s", failed, messages).isNotNull();
          findings.failed(failed.status());
          // As Claude Code would, but sooner where it was not told how long.
          long millis = Math.max(pause.toMillis(), (long) BACK_OFF_MILLIS * attempt);
          TimeUnit.MILLISECONDS.sleep(millis);
        }
      }
    }
    throw new AssertionError("no answer to " + messages);
  }

  /// Keeps what was whole, and asks for the rest; where a call was whole, or nothing, asks again.
  private void resume(List<ObjectNode> blocks) {
    if (!blocks.isEmpty() && blocks.stream().noneMatch(Session::isCall)) {
      keep(blocks);
      say(RESUME);
    }
  }

  private Told ask() {
    boolean streams = random.nextInt(4) > 0;
    request.put("stream", streams);
    var headers = new ArrayList<Header>();
    headers.add(new Header("content-type", "application/json"));
    headers.add(new Header("anthropic-version", "2023-06-01"));
    headers.add(new Header("anthropic-beta", "interleaved-thinking-2025-05-14"));
    headers.add(new Header("x-claude-code-session-id", task.session()));
    var body = request.toString().getBytes(StandardCharsets.UTF_8);
    var http = new HttpRequest("POST", "/v1/messages?beta=true", headers, body);
    return Answers.read(client, new RecordedTraffic.Request("session", http), streams);
  }
}
