package dev.sluice.extproc.count;

import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Header;
import java.util.List;

/// The answer to a count of tokens where the provider does not count for us: by the size of the
/// request, and marked as an estimate. It is never billed, and no hold rests on it.
///
/// @param densities learned from what was billed
public record CountEstimate(Densities densities) {

  /// Of text and JSON, in hundredths: what recorded requests of Claude Code were billed.
  private static final long BYTES_A_TOKEN_HUNDREDTHS = 380;

  /// An image of a usual size.
  private static final long IMAGE_TOKENS = 1_600;

  /// Of a PDF in base64: a page of a few thousand bytes is about as many tokens.
  private static final long PDF_BYTES_A_TOKEN = 20;

  /// Of an answer that nobody has counted.
  public static final String HEADER = "x-sluice-estimated";

  private static final Header ESTIMATED = new Header(HEADER, "true");

  public Answer answer(Exchange.Facts facts) {
    return counted(facts.requestId(), tokens(facts)).with(List.of(ESTIMATED));
  }

  /// The same in the words of Anthropic, of tokens that somebody has counted.
  public static Answer counted(String requestId, long tokens) {
    return Answers.json(requestId, root -> root.put("input_tokens", tokens));
  }

  long tokens(Exchange.Facts facts) {
    var request = facts.request();
    var media = request.media();
    long text = request.bodyBytes() - media.encodedBytes();
    return densities.tokens(facts, text, BYTES_A_TOKEN_HUNDREDTHS)
        + media.images() * IMAGE_TOKENS
        + media.pdfBytes() / PDF_BYTES_A_TOKEN;
  }
}
