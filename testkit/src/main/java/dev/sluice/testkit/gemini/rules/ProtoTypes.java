package dev.sluice.testkit.gemini.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The messages of a request with the type of each field: a word for a scalar, a name for a
/// message, `[]` behind what repeats, `{}` behind a map by name, `any` for free JSON.
final class ProtoTypes {

  private static final String REQUEST =
      """
      GenerateContentRequest: contents Content[], systemInstruction Content, tools Tool[], \
      toolConfig ToolConfig, generationConfig GenerationConfig, safetySettings SafetySetting[], \
      cachedContent string, model string, labels any
      CountTokensRequest: contents Content[], generateContentRequest GenerateContentRequest, \
      systemInstruction Content, tools Tool[], generationConfig GenerationConfig
      BatchEmbedContentsRequest: requests EmbedContentRequest[]
      EmbedContentRequest: model string, content Content, taskType string, title string, \
      outputDimensionality int
      Content: role string, parts Part[]
      Part: text string, inlineData Blob, fileData FileData, functionCall FunctionCall, \
      functionResponse FunctionResponse, executableCode any, codeExecutionResult any, \
      thought bool, thoughtSignature bytes, videoMetadata any, mediaResolution any
      Blob: mimeType string, data bytes, displayName string
      FileData: mimeType string, fileUri string, displayName string
      FunctionCall: id string, name string, args any
      FunctionResponse: id string, name string, response any, parts any, willContinue bool, \
      scheduling string
      Tool: functionDeclarations FunctionDeclaration[], googleSearch GoogleSearch, \
      googleSearchRetrieval any, codeExecution any, urlContext UrlContext, computerUse any
      GoogleSearch: timeRangeFilter any, searchTypes any, excludeDomains string[], \
      blockingConfidence string
      UrlContext:
      FunctionDeclaration: name string, description string, behavior string, parameters Schema, \
      parametersJsonSchema any, response Schema, responseJsonSchema any
      Schema: type Type, format string, title string, description string, nullable bool, \
      enum string[], maxItems int, minItems int, properties Schema{}, required string[], \
      minProperties int, maxProperties int, minLength int, maxLength int, pattern string, \
      example any, anyOf Schema[], propertyOrdering string[], default any, items Schema, \
      minimum number, maximum number
      ToolConfig: functionCallingConfig FunctionCallingConfig, retrievalConfig any, \
      includeServerSideToolInvocations bool
      FunctionCallingConfig: mode Mode, allowedFunctionNames string[]
      SafetySetting: category string, threshold string, method string
      GenerationConfig: stopSequences string[], responseMimeType string, responseSchema Schema, \
      responseJsonSchema any, responseModalities string[], candidateCount int, \
      maxOutputTokens int, temperature number, topP number, topK number, seed int, \
      presencePenalty number, frequencyPenalty number, responseLogprobs bool, logprobs int, \
      speechConfig any, thinkingConfig ThinkingConfig, mediaResolution string
      ThinkingConfig: includeThoughts bool, thinkingBudget int, thinkingLevel Level
      """;

  private static final Map<String, Map<String, String>> MESSAGES = parse();

  private ProtoTypes() {}

  static boolean isMessage(String type) {
    return MESSAGES.containsKey(type);
  }

  /// The fields of a message with their types.
  static Map<String, String> fields(String message) {
    return MESSAGES.getOrDefault(message, Map.of());
  }

  private static Map<String, Map<String, String>> parse() {
    var messages = new HashMap<String, Map<String, String>>();
    for (var line : REQUEST.lines().toList()) {
      var parts = line.split(":", 2);
      var fields = new HashMap<String, String>();
      Arrays.stream(parts[1].strip().split(", ", -1))
          .filter(field -> !field.isEmpty())
          .map(field -> field.split(" ", 2))
          .forEach(field -> fields.put(field[0], field[1]));
      messages.put(parts[0], Map.copyOf(fields));
    }
    return Map.copyOf(messages);
  }
}
