package dev.sluice.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class OpenAiErrorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "401|{'error':{'message':'Incorrect API key','code':'invalid_api_key'}}|CREDENTIAL",
        "400|{'error':{'message':'bad','type':'x','code':null}}|INVALID_REQUEST",
        "422|{'detail':[{'loc':['body'],'msg':'field required','type':'missing'}]}|INVALID_REQUEST",
        "403|{'error':'plain'}|PERMISSION",
        "404|{'error':{'message':'no model','code':'model_not_found'}}|NOT_FOUND",
        "429|{'error':{'message':'slow down','code':'rate_limit_exceeded'}}|RATE_LIMIT",
        "429|{'error':{'message':'no','code':'insufficient_quota'}}|BILLING",
        "429|{'error':{'message':'You exceeded your current quota, check your plan'}}|BILLING",
        "402|{'error':{'message':'Insufficient Balance','code':'invalid_request_error'}}|BILLING",
        "413|{'error':{'message':'TPM','code':'rate_limit_exceeded'}}|RATE_LIMIT",
        "413|<html>too large</html>|TOO_LARGE",
        "500|{'error':{'message':'oops','type':'server_error'}}|SERVER",
        "503|{'error':{'message':'busy','type':'server_error'}}|OVERLOADED",
        "504||TIMEOUT",
        "502|<html><h1>Bad Gateway</h1></html>|SERVER",
        "200|{'error':{'message':'x','code':'503'}}|OVERLOADED",
        "0|{'error':{'message':'x','code':401}}|CREDENTIAL",
        "400|[{'error':{'code':400,'message':'no','status':'INVALID'}}]|INVALID_REQUEST",
        "400|{'object':'error','message':'no','type':'Bad','code':400}|INVALID_REQUEST",
        "422|{'object':'error','message':{'detail':[{'msg':'no'}]}}|INVALID_REQUEST",
        "0|{'object':'error','message':'slow down','type':'rate_limited','code':'1300'}|RATE_LIMIT",
        "0|{'message':'busy','type':'too_many_requests_error','code':'queue_exceeded'}|RATE_LIMIT",
        "400|{'error':{'message':'no','type':'Arrearage','code':'Arrearage'},'id':'c1'}|BILLING",
        "400|{'code':'Bad argument','error':'Incorrect API key provided: sk***YA.'}|CREDENTIAL",
        "400|{'code':'Bad argument','error':'One text per message.'}|INVALID_REQUEST",
        "429|{'error':{'code':'1113','message':'Insufficient balance. Recharge.'}}|BILLING",
        "429|{'error':{'code':'1302','message':'Too fast.'}}|RATE_LIMIT",
        "429|{'error':{'http_code':'429','type':'insufficient_balance_error'}}|BILLING",
        "200|{'choices':null,'base_resp':{'status_code':1002,'status_msg':'a'}}|RATE_LIMIT",
        "200|{'base_resp':{'status_code':1004,'status_msg':'login fail'}}|CREDENTIAL",
        "500|{'base_resp':{'status_code':1008,'status_msg':'insufficient balance'}}|BILLING",
        "200|{'base_resp':{'status_code':1033,'status_msg':''}}|SERVER",
        "498|{'error':{'message':'Flex tier is full','type':'capacity'}}|OVERLOADED",
        "498|{'id':'1','message':'your request was blocked'}|INVALID_REQUEST",
        "403|{'error':{'message':'no','type':'exceeded_current_quota_error'}}|BILLING",
      })
  void says_errors_in_the_clients_vocabulary(int status, String body, Kind kind) {
    assertThat(read(status, body == null ? "" : body).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "This model's maximum context length is 1000 tokens. However, your messages"
            + " resulted in 1500 tokens (1400 in the messages, 100 in the functions)."
            + " Please reduce the length.",
        "This model's maximum context length is 1000 tokens. However, you requested 1700 tokens"
            + " (1500 in the messages, 200 in the completion). Please reduce the length.",
        "This endpoint's maximum context length is 1000 tokens. However, you requested about 1700"
            + " tokens (1400 of text input, 100 of tool input, 200 in the output).",
        "Requested token count exceeds the model's maximum context length of 1000 tokens. You"
            + " requested a total of 1700 tokens: 1500 tokens from the input messages and 200"
            + " tokens for the completion.",
        "Prompt contains 1500 tokens and 0 draft tokens, too large for model with 1000 maximum"
            + " context length",
        "The prompt is too long: 1500, model maximum context length: 1000",
        "This model's maximum prompt length is 1000 but the request contains 1500 tokens.",
        "Please reduce the length of the messages or completion. Current length is 1500 while limit"
            + " is 1000, context_length_exceeded",
        "The input (1500 tokens) is longer than the model's context length (1000 tokens).",
        "the request (1500 tokens) exceeds the available context size (1000 tokens), try",
        "`inputs` tokens + `max_new_tokens` must be <= 1000. Given: 1500 `inputs` tokens and 200"
            + " `max_new_tokens`",
        "Input tokens exceed the configured limit of 1,000 tokens. Your messages resulted in 1,500"
            + " tokens.",
        "Invalid request: Your request exceeded model token limit: 1000 (requested: 1500)",
        "prompt is too long: 1500 tokens > 1000 maximum",
        "too many tokens: total number of tokens in the prompt cannot exceed 1000 - received 1500.",
      })
  void a_prompt_that_is_too_long_is_said_in_the_words_that_the_client_knows(String message) {
    assertThat(read(400, told(message)))
        .isEqualTo(
            new ProviderError(
                Kind.PROMPT_TOO_LONG, "prompt is too long: 1500 tokens > 1000 maximum"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Your input exceeds the context window of this model. Please adjust your input.",
        "Range of input length should be [1, 129024]",
        "Prompt exceeds max length",
        "invalid params, context window exceeds limit (2013)",
        "Trying to keep the first 9 tokens when context the overflows. However, the model is loaded"
            + " with context length of only 4096 tokens, which is not enough.",
      })
  void without_numbers_it_is_said_without_numbers(String message) {
    assertThat(read(400, told(message)))
        .isEqualTo(new ProviderError(Kind.PROMPT_TOO_LONG, "Input is too long."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "This model's maximum context length is 1000 tokens. However, you requested 1100 tokens"
            + " (900 in the messages, 200 in the completion).",
        "'max_tokens' or 'max_completion_tokens' is too large: 200. This model's maximum context"
            + " length is 1000 tokens and your request has 900 input tokens (200 > 1000 - 900).",
        "You passed 900 input tokens and requested 200 output tokens. However, the model's context"
            + " length is only 1000 tokens.",
        "`inputs` tokens + `max_new_tokens` must be <= 1000. Given: 900 `inputs` tokens and 200"
            + " `max_new_tokens`",
      })
  void too_much_output_is_said_so_that_the_client_asks_for_less(String message) {
    assertThat(read(400, told(message)))
        .isEqualTo(
            new ProviderError(
                Kind.INVALID_REQUEST,
                "input length and `max_tokens` exceed context limit: 900 + 200 > 1000, decrease"
                    + " input length or `max_tokens` and try again"));
  }

  @Test
  void a_limit_of_the_output_is_no_full_context() {
    var words = "too many tokens: max tokens must be less than or equal to 4096";
    assertThat(read(400, told(words))).isEqualTo(new ProviderError(Kind.INVALID_REQUEST, words));
  }

  @Test
  void a_full_context_is_known_by_the_words_beside_a_code_too() {
    var body = "{'base_resp':{'status_code':2013,'status_msg':'context window exceeds limit'}}";
    assertThat(read(200, body).kind()).isEqualTo(Kind.PROMPT_TOO_LONG);
  }

  @Test
  void a_rate_limit_that_speaks_of_tokens_is_no_full_context() {
    assertThat(read(429, told("Rate limit: maximum context length of tokens per minute")).kind())
        .isEqualTo(Kind.RATE_LIMIT);
  }

  @Test
  void keeps_the_providers_words_for_the_log_but_no_more_than_a_few_thousand() {
    assertThat(read(400, "{'detail':'x is wrong'}").message()).isEqualTo("x is wrong");
    assertThat(read(502, "y".repeat(60_000)).message()).hasSize(4000);
  }

  private static String told(String message) {
    return "{'error':{'type':'invalid_request_error','message':"
        + JsonMapper.shared().writeValueAsString(message)
        + "}}";
  }

  private static ProviderError read(int status, String body) {
    var json = body.replace("{'", "{\"").replace("':", "\":").replace(":'", ":\"");
    json = json.replace("'}", "\"}").replace("',", "\",").replace(",'", ",\"");
    json = json.replace("['", "[\"").replace("']", "\"]");
    return OpenAiErrors.read(status, json.getBytes(StandardCharsets.UTF_8));
  }
}
