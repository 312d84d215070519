package dev.sluice.wire.openai;

import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Knows by a provider's words that a request does not fit the model's context, and says it in the
/// words by which the client recovers: it makes its prompt shorter, or asks for less output.
final class ContextErrors {

  /// Codes and wordings of a context that is full.
  private static final Pattern FULL =
      Pattern.compile(
          "context_length_exceeded|exceed_context_size|model_max_prompt_tokens_exceeded"
              + "|maximum context length|maximum prompt length|max(imum)? sequence length"
              + "|context window|context (size|length)|model token limit"
              + "|prompt (is )?too long|prompt exceeds max length|input is too long"
              + "|input tokens? exceed|range of input length|too many tokens: (?!max tokens)"
              + "|too large for model|.inputs. tokens . .max_new_tokens.",
          Pattern.CASE_INSENSITIVE);

  /// Where the numbers are: `asked` in all, or `input` and `output`, and `max`.
  private static final List<Pattern> NUMBERS =
      Stream.of(
              "max[a-z_]*tokens.{0,40} is too large: OUTPUT.*? context length is MAX tokens"
                  + " and your request has INPUT input tokens",
              "passed INPUT input tokens and requested OUTPUT output tokens"
                  + ".*? context length is only MAX",
              "must be <= MAX\\. Given: INPUT .inputs. tokens and OUTPUT",
              "context length(?: is| of|:)? MAX tokens.*?requested (?:about |a total of )?ASKED"
                  + " tokens(?:.*?[ (]OUTPUT (?:tokens )?(?:in|for|of)(?: the)?"
                  + " (?:completion|output))?",
              "context length is MAX tokens.*?resulted in ASKED tokens",
              "context length is MAX tokens.*?request has ASKED input tokens",
              "limit of MAX tokens.*?resulted in ASKED tokens",
              "contains ASKED tokens.*?too large for model with MAX maximum context",
              "too long: ASKED, model maximum context length: MAX",
              "too long: ASKED tokens > MAX maximum",
              "cannot exceed MAX - received ASKED",
              "maximum prompt length is MAX but the request contains ASKED tokens",
              "current length is ASKED while limit is MAX",
              "input \\(ASKED tokens\\) is longer than the model's context length \\(MAX tokens",
              "request \\(ASKED tokens\\) exceeds the available context size \\(MAX tokens",
              "token limit: MAX \\(requested: ASKED\\)")
          .map(ContextErrors::pattern)
          .toList();

  private ContextErrors() {}

  /// @param words the error's code and type
  /// @return null where it is about something else
  static @Nullable ProviderError read(String words, String message) {
    if (!FULL.matcher(words).find() && !FULL.matcher(message).find()) {
      return null;
    }
    for (var pattern : NUMBERS) {
      var matcher = pattern.matcher(message);
      if (matcher.find()) {
        return told(
            number(matcher, "ASKED"),
            number(matcher, "INPUT"),
            number(matcher, "OUTPUT"),
            number(matcher, "MAX"));
      }
    }
    return unnumbered();
  }

  private static ProviderError told(long asked, long input, long output, long max) {
    long read = input > 0 ? input : asked - output;
    if (output > 0 && read <= max && read + output > max) {
      return new ProviderError(
          Kind.INVALID_REQUEST,
          ("input length and `max_tokens` exceed context limit: %d + %d > %d, decrease input"
                  + " length or `max_tokens` and try again")
              .formatted(read, output, max));
    }
    return read > max
        ? new ProviderError(
            Kind.PROMPT_TOO_LONG, "prompt is too long: %d tokens > %d maximum".formatted(read, max))
        : unnumbered();
  }

  private static ProviderError unnumbered() {
    return new ProviderError(Kind.PROMPT_TOO_LONG, "Input is too long.");
  }

  /// 0 where the message does not say.
  private static long number(Matcher matcher, String name) {
    if (!matcher.namedGroups().containsKey(name)) {
      return 0;
    }
    var digits = matcher.group(name);
    return digits == null ? 0 : Long.parseLong(digits.replace(",", ""));
  }

  private static Pattern pattern(String words) {
    var expression = words;
    for (var name : List.of("ASKED", "INPUT", "OUTPUT", "MAX")) {
      expression = expression.replace(name, "(?<" + name + ">[0-9][0-9,]{0,15})");
    }
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  }
}
