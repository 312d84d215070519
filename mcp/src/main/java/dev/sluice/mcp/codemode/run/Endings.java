package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.sandbox.Outcome;
import dev.sluice.mcp.upstream.call.CallResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// How a run ended, for the model that wrote the program.
///
/// @param prettyBytesMax up to which a returned value is told on several lines
/// @param outputBytesMax of what a program prints and returns
record Endings(int prettyBytesMax, long outputBytesMax) {
  private static final String NOTHING =
      "The program returned nothing and printed nothing. What is to come back needs return.";
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  CallResult told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Returned returned -> returned(returned);
      case Outcome.Failed(var error, var printed) ->
          Told.error(texts(printed, List.of(error.sentence())));
      case Outcome.Stopped(var exceeded, var printed) ->
          Told.error(texts(printed, List.of(exceeded.sentence())));
      case Outcome.Broken(var printed) ->
          Told.error(
              texts(
                  printed,
                  List.of(
                      "The program broke off for a reason of the gateway's own. "
                          + "Write it in another way, or try again.")));
    };
  }

  private CallResult returned(Outcome.Returned returned) {
    var notes = new ArrayList<String>();
    var json = returned.json();
    var printed = returned.printed();
    if (returned.leftOutBytes() > 0) {
      notes.add(json + "…");
      notes.add(leftOut(returned.leftOutBytes()));
    } else if (json != null) {
      notes.add(pretty(json));
    } else if (printed.isEmpty()) {
      notes.add(NOTHING);
    }
    if (returned.unawaited().calls() > 0) {
      notes.add(unawaited(returned.unawaited()));
    }
    return Told.result(texts(printed, notes));
  }

  private static String unawaited(Outcome.Unawaited unawaited) {
    int calls = unawaited.calls();
    var where =
        unawaited
            .first()
            .map(at -> (calls == 1 ? " (line " : " (the first in line ") + at.line() + ")")
            .orElse("");
    return (calls == 1 ? "1 call was" : calls + " calls were")
        + " not awaited%s: nothing is known of what came of it.".formatted(where)
        + " Use await on each call, and on each function that makes one.";
  }

  private String leftOut(long bytes) {
    return "(%d more bytes were returned and are left out: %d are allowed of what a program prints"
            .formatted(bytes, outputBytesMax)
        + " and returns. Return only what you need to read.)";
  }

  private static List<String> texts(String printed, List<String> notes) {
    var texts = new ArrayList<String>();
    if (!printed.isEmpty()) {
      texts.add(printed.stripTrailing());
    }
    texts.addAll(notes);
    return texts;
  }

  private String pretty(String json) {
    boolean compound = json.startsWith("{") || json.startsWith("[");
    if (!compound || json.getBytes(StandardCharsets.UTF_8).length > prettyBytesMax) {
      return json;
    }
    try {
      return PRETTY.writeValueAsString(PRETTY.readTree(json));
    } catch (JacksonException _) {
      // Deeper than we read.
      return json;
    }
  }
}
