package dev.sluice.wire.anthropic;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Price;

/// The most that a request can cost, found without counting tokens.
///
/// 1. A token of text has at least one byte, so the body's bytes bound its text.
/// 2. Images and PDFs are not billed by their bytes: those are taken out, and an allowance for each
///    is put in.
/// 3. What the provider adds by itself has an allowance too: its own words about tools, and what
///    its searches bring.
/// 4. What cannot be bounded (files and URLs, tools that the provider runs) counts as the whole
///    context window.
/// 5. Nothing is ever read beyond the context window, and nothing written beyond it.
///
/// What is to be embedded is bounded where it is read.
///
/// Input counts at the dearest rate at which it can be billed, output at its own.
///
/// @param outputTokens the most that the answer can have
/// @param webSearches the most that the request allows
/// @param cache what the provider may write to its cache
public record LooseBound(long inputTokens, long outputTokens, long webSearches, Cache cache) {

  /// For how long input can be cached: writing for an hour is the dearest input of all.
  public enum Cache {
    FIVE_MINUTES,
    ONE_HOUR
  }

  /// What the provider says about tools, and the marks around messages.
  static final long PREAMBLE_TOKENS = 1_000;

  /// The largest image, at the highest resolution that a model takes.
  static final long IMAGE_TOKENS = 5_000;

  /// A page of a PDF, as text and as an image.
  static final long PDF_PAGE_TOKENS = 8_000;

  /// The smallest page, in bytes of base64.
  static final long PDF_PAGE_BYTES_MIN = 512;

  /// The most pages that the provider takes in one request.
  static final long PDF_PAGES_MAX = 600;

  /// What one search brings into the context.
  static final long WEB_SEARCH_TOKENS = 30_000;

  public LooseBound(long inputTokens, long outputTokens, long webSearches) {
    this(inputTokens, outputTokens, webSearches, Cache.ONE_HOUR);
  }

  public static LooseBound of(MessagesRequest request, long contextTokensMax) {
    var inputs = request.inputs();
    if (inputs != null) {
      // Each of them may have a context window of its own.
      return new LooseBound(inputs.tokensMax(), 0, 0, Cache.FIVE_MINUTES);
    }
    var media = request.media();
    var tools = request.serverTools();
    long input =
        tokensMax(request.bodyBytes(), media)
            + PREAMBLE_TOKENS
            + tools.webSearches() * WEB_SEARCH_TOKENS;
    boolean unbounded = media.unbounded() || tools.unbounded();
    return new LooseBound(
        unbounded ? contextTokensMax : Math.min(input, contextTokensMax),
        Math.min(request.outputTokens(), contextTokensMax),
        tools.webSearches());
  }

  /// The most tokens that so many bytes are, with the media among them.
  static long tokensMax(long bytes, MessagesRequest.Media media) {
    long pages = media.pdfs() + media.pdfBytes() / PDF_PAGE_BYTES_MIN;
    return bytes
        - media.encodedBytes()
        + media.images() * IMAGE_TOKENS
        + Math.min(pages, PDF_PAGES_MAX) * PDF_PAGE_TOKENS;
  }

  public LooseBound withOutput(long tokens) {
    return new LooseBound(inputTokens, Math.min(outputTokens, tokens), webSearches, cache);
  }

  public LooseBound withInput(long tokens) {
    return new LooseBound(Math.min(inputTokens, tokens), outputTokens, webSearches, cache);
  }

  public LooseBound withCache(Cache other) {
    return new LooseBound(inputTokens, outputTokens, webSearches, other);
  }

  /// All that is read and written.
  public long tokens() {
    return inputTokens + outputTokens;
  }

  /// What the bound costs.
  ///
  /// @throws IllegalStateException if searches are allowed that have no price
  public NanoUsd cost(Price price) {
    return withoutOutput(price).plus(price.outputRate(inputTokens).cost(outputTokens));
  }

  /// The most output tokens that `amount` covers; never more than were asked for.
  public long outputTokensFor(NanoUsd amount, Price price) {
    var left = amount.minus(withoutOutput(price));
    return Math.min(outputTokens, price.outputRate(inputTokens).tokensFor(left));
  }

  /// The most output tokens that so many tokens in all leave; never more than were asked for.
  public long outputTokensWithin(long tokens) {
    return Math.min(outputTokens, Math.max(0, tokens - inputTokens));
  }

  private NanoUsd withoutOutput(Price price) {
    var input =
        switch (cache) {
          case FIVE_MINUTES -> price.inputBoundWithoutHourCache(inputTokens);
          case ONE_HOUR -> price.inputBound(inputTokens);
        };
    var perSearch = price.webSearchPerUse();
    if (webSearches == 0) {
      return input;
    }
    if (perSearch == null) {
      throw new IllegalStateException("BUG: web searches without a price were admitted");
    }
    return input.plus(perSearch.times(webSearches));
  }
}
