package dev.sluice.wire.openai.client;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import dev.sluice.wire.translate.ToolInput;
import tools.jackson.databind.node.ObjectNode;

/// The inputs of a body's calls, which are JSON within its texts: all of them have its limit again.
final class ToolInputs {

  private long tokens;

  /// @throws MalformedBodyException beyond the limit
  ObjectNode read(Field arguments) {
    var input = ToolInput.measured(arguments.text());
    tokens += input.tokens();
    if (tokens > JsonBody.TOKENS_MAX) {
      throw new MalformedBodyException(
          arguments.path() + ": " + tokens + " JSON tokens up to here",
          "at most " + JsonBody.TOKENS_MAX + " in all calls");
    }
    return input.json();
  }
}
