package dev.sluice.wire.openai.chat;

/// Chunks of a stream, in JSON with single quotes.
final class Chunks {

  static final String DONE = "data: [DONE]\n\n";

  private Chunks() {}

  static String json(String json) {
    return json.replace('\'', '"');
  }

  static String data(String json) {
    return "data: " + json(json) + "\n\n";
  }

  static String delta(String delta) {
    return data(
        "{'id':'a1','model':'m','choices':[{'index':0,'delta':"
            + delta
            + ",'finish_reason':null}]}");
  }

  static String finish(String reason) {
    return data(
        "{'id':'a1','model':'m','choices':[{'index':0,'delta':{},'finish_reason':'"
            + reason
            + "'}]}");
  }

  static String fragment(String call) {
    return delta("{'tool_calls':[{" + call + "}]}");
  }

  static String call(int index, String id, String name, String arguments) {
    return fragment(
        "'index':"
            + index
            + ",'id':'"
            + id
            + "','type':'function','function':{'name':'"
            + name
            + "','arguments':'"
            + arguments
            + "'}");
  }
}
