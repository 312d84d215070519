package dev.sluice.xds;

import dev.sluice.core.envoy.DataPlane;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogType;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Takes access log entries, by the path that the client asked for; not those of failed attempts.
final class TestLog extends AccessLogServiceGrpc.AccessLogServiceImplBase {

  private final Map<String, BlockingQueue<HTTPAccessLogEntry>> entries = new ConcurrentHashMap<>();

  @Override
  public StreamObserver<StreamAccessLogsMessage> streamAccessLogs(
      StreamObserver<StreamAccessLogsResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StreamAccessLogsMessage message) {
        for (var entry : message.getHttpLogs().getLogEntryList()) {
          if (entry.getCommonProperties().getAccessLogType() != AccessLogType.UpstreamEnd) {
            queue(entry.getRequest().getPath()).add(entry);
          }
        }
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }

  HTTPAccessLogEntry take(String path) throws InterruptedException {
    var entry = queue(path).poll(10, TimeUnit.SECONDS);
    if (entry == null) {
      throw new AssertionError("no access log entry for " + path);
    }
    entries.remove(path);
    return entry;
  }

  boolean has(String path) {
    return entries.containsKey(path);
  }

  /// The meter's fields as text.
  static Map<String, String> meter(HTTPAccessLogEntry entry) {
    var fields = new TreeMap<String, String>();
    var metadata = entry.getCommonProperties().getMetadata().getFilterMetadataMap();
    if (metadata.containsKey(DataPlane.METER_NAMESPACE)) {
      metadata
          .get(DataPlane.METER_NAMESPACE)
          .getFieldsMap()
          .forEach(
              (name, value) ->
                  fields.put(
                      name,
                      value.hasBoolValue()
                          ? Boolean.toString(value.getBoolValue())
                          : value.getStringValue()));
    }
    return fields;
  }

  private BlockingQueue<HTTPAccessLogEntry> queue(String path) {
    return entries.computeIfAbsent(path, _ -> new LinkedBlockingQueue<>());
  }
}
