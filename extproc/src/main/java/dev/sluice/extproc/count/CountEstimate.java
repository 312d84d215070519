package dev.sluice.extproc.count;

import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Header;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.util.List;

/// The answer to a count of tokens where the provider does not count for us: by the size of the
/// request, and marked as an estimate. It is never billed, and no hold rests on it.
public final class CountEstimate {

  /// Of text and JSON, in hundredths: what recorded requests of Claude Code were billed.
  private static final long BYTES_A_TOKEN_HUNDREDTHS = 380;

  /// An image of a usual size.
  private static final long IMAGE_TOKENS = 1_600;

  /// Of a PDF in base64: a page of a few thousand bytes is about as many tokens.
  private static final long PDF_BYTES_A_TOKEN = 20;

  private static final Header ESTIMATED = new Header("x-sluice-estimated", "true");

  private CountEstimate() {}

  public static Answer answer(String requestId, MessagesRequest request) {
    var counted = Answers.json(requestId, root -> root.put("input_tokens", tokens(request)));
    return counted.with(List.of(ESTIMATED));
  }

  static long tokens(MessagesRequest request) {
    var media = request.media();
    long text = request.bodyBytes() - media.encodedBytes();
    return Math.ceilDiv(text * 100, BYTES_A_TOKEN_HUNDREDTHS)
        + media.images() * IMAGE_TOKENS
        + media.pdfBytes() / PDF_BYTES_A_TOKEN;
  }
}
