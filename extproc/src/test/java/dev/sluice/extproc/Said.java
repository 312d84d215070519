package dev.sluice.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.TestGateway.Request;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The last thing that the gateway said, and whether it had read the body by then.
record Said(Request request, ProcessingResponse response, boolean bodyRead) {

  int status() {
    return response.getImmediateResponse().getStatus().getCodeValue();
  }

  String text() {
    return response.getImmediateResponse().getBody().toStringUtf8();
  }

  boolean forwarded() {
    return response.hasRequestBody() || changed().hasHeaderMutation();
  }

  /// What changes on the request.
  CommonResponse changed() {
    return response.hasRequestBody()
        ? response.getRequestBody().getResponse()
        : response.getRequestHeaders().getResponse();
  }

  /// Of an answer of the gateway's own.
  Map<String, String> headers() {
    return headers(response.getImmediateResponse().getHeaders().getSetHeadersList());
  }

  /// On the request.
  Map<String, String> changes() {
    return headers(changed().getHeaderMutation().getSetHeadersList());
  }

  private static Map<String, String> headers(
      List<io.envoyproxy.envoy.config.core.v3.HeaderValueOption> options) {
    var all = new LinkedHashMap<String, String>();
    options.forEach(
        o -> all.put(o.getHeader().getKey(), o.getHeader().getRawValue().toStringUtf8()));
    return all;
  }

  ByteString newBody() {
    return changed().getBodyMutation().getBody();
  }

  /// On the answer of the provider.
  Map<String, String> replyHeaders() {
    var all = new LinkedHashMap<String, String>();
    response
        .getDynamicMetadata()
        .getFieldsOrDefault(DataPlane.REPLY_NAMESPACE, Value.getDefaultInstance())
        .getStructValue()
        .getFieldsMap()
        .forEach((name, value) -> all.put(name, value.getStringValue()));
    return all;
  }
}
