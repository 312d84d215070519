package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.anthropic.BodyEdit;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The body of a count of tokens for Claude in a cloud.
public final class CloudCount {

  private CloudCount() {}

  /// At Vertex AI: the path is one for all models, so that the body names it.
  ///
  /// @param asked the values of the client's headers `anthropic-beta`
  public static MessagesEdit.Edited atVertex(
      String model, List<String> asked, byte[] bytes, int offset, int length) {
    var edited = MessagesEdit.edit(CloudFrame.VERTEX, asked, bytes, offset, length);
    // Counting refuses the beta that a search needs.
    var betas =
        edited.betas().stream().filter(beta -> !beta.equals(CloudFrame.WEB_SEARCH)).toList();
    return with(
        new MessagesEdit.Edited(edited.body(), betas, edited.untold()),
        MessageJson.JSON.createObjectNode().put("model", model));
  }

  /// At Bedrock: the body of the InvokeModel that would be sent, which has a limit to its answer.
  ///
  /// @param maxTokens of the answer, where the body has none; 0 where it does
  public static MessagesEdit.Edited atBedrock(
      long maxTokens, List<String> betas, byte[] bytes, int offset, int length) {
    var edited = MessagesEdit.edit(CloudFrame.BEDROCK_COUNT, betas, bytes, offset, length);
    var limit = MessageJson.JSON.createObjectNode().put("max_tokens", maxTokens);
    return maxTokens == 0 ? edited : with(edited, limit);
  }

  /// Before the members that the frame has put first.
  private static MessagesEdit.Edited with(MessagesEdit.Edited edited, ObjectNode member) {
    var body = edited.body();
    int start = 0;
    while (body[start] != '{') {
      start++;
    }
    var written = MessageJson.JSON.writeValueAsString(member);
    var first = written.substring(1, written.length() - 1) + ",";
    var whole = new BodyEdit().insert(start + 1, first).apply(body, 0, body.length);
    return new MessagesEdit.Edited(whole, edited.betas(), edited.untold());
  }
}
