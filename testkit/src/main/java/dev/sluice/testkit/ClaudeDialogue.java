package dev.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// One process of Claude Code that is told one prompt after the other, and tells by events what it
/// does (`--input-format stream-json`).
public final class ClaudeDialogue implements AutoCloseable {

  /// One thing that the CLI tells; no node at the end of its output.
  private record Told(@Nullable JsonNode event) {}

  private final Process process;
  private final Path stderr;
  private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();

  ClaudeDialogue(Process process, Path stderr) {
    this.process = process;
    this.stderr = stderr;
    Thread.ofVirtual().name("claude-dialogue").start(this::read);
  }

  /// What it tells until the prompt is answered; the last event is of type `result`.
  ///
  /// @throws IllegalStateException if that takes longer
  public List<JsonNode> say(String prompt, Duration timeout) {
    write(prompt);
    var events = new ArrayList<JsonNode>();
    long end = System.nanoTime() + timeout.toNanos();
    while (events.isEmpty() || !is(events.getLast(), "result")) {
      events.add(next(end, events));
    }
    return events;
  }

  /// Ends as a CLI does that is told no more.
  public int end(Duration timeout) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("claude did not end within " + timeout);
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void close() {
    try {
      ClaudeCode.end(process);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void write(String prompt) {
    var line = JsonNodeFactory.instance.objectNode().put("type", "user");
    line.putObject("message").put("role", "user").put("content", prompt);
    try {
      var input = process.getOutputStream();
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode next(long end, List<JsonNode> before) {
    try {
      var next = told.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      var event = next == null ? null : next.event();
      if (event == null) {
        throw new IllegalStateException(
            "claude %s; stderr: %s; last events: %s"
                .formatted(
                    next == null ? "took too long" : "ended",
                    Files.readString(stderr),
                    before.subList(Math.max(0, before.size() - 3), before.size())));
      }
      return event;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        told.add(new Told(JsonMapper.shared().readTree(line)));
      }
    } catch (IOException _) {
      // The process was ended: what it told so far is all.
    } finally {
      told.add(new Told(null));
    }
  }

  private static boolean is(JsonNode event, String type) {
    return event.path("type").asString("").equals(type);
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while claude ran", e);
  }
}
