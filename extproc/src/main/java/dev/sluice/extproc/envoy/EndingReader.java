package dev.sluice.extproc.envoy;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Ending.Readings;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import org.jspecify.annotations.Nullable;

/// Reads the end of a request out of its access log entry.
final class EndingReader {

  /// Envoy's word for an answer that it did not make itself.
  private static final String BY_PROVIDER = "via_upstream";

  private EndingReader() {}

  static Ending read(HTTPAccessLogEntry entry) {
    var common = entry.getCommonProperties();
    var response = entry.getResponse();
    var flags = common.getResponseFlags();
    return new Ending(
        entry.getRequest().getRequestId(),
        response.getResponseCode().getValue(),
        flags.getDownstreamConnectionTermination() || flags.getDownstreamRemoteReset(),
        common.hasTimeToLastUpstreamTxByte(),
        response.getResponseCodeDetails().equals(BY_PROVIDER),
        common.hasTimeToFirstDownstreamTxByte()
            ? Long.valueOf(millis(common.getTimeToFirstDownstreamTxByte()))
            : null,
        duration(common),
        response.getResponseBodyBytes(),
        readings(common));
  }

  private static long duration(AccessLogCommon common) {
    return common.hasDuration()
        ? millis(common.getDuration())
        : millis(common.getTimeToLastDownstreamTxByte());
  }

  private static long millis(Duration duration) {
    return Durations.toMillis(duration);
  }

  private static Readings readings(AccessLogCommon common) {
    var meter = common.getMetadata().getFilterMetadataMap().get(DataPlane.METER_NAMESPACE);
    if (meter == null) {
      return Readings.NONE;
    }
    var stopped = meter.getFieldsMap().get(DataPlane.METER_STOPPED);
    return new Readings(
        text(meter, DataPlane.METER_START),
        text(meter, DataPlane.METER_DELTA),
        stopped != null && stopped.getBoolValue(),
        text(meter, DataPlane.METER_ERROR),
        text(meter, DataPlane.METER_USAGE),
        text(meter, DataPlane.METER_VISIBLE),
        text(meter, DataPlane.METER_UPSTREAM_REQUEST_ID));
  }

  private static @Nullable String text(Struct meter, String field) {
    Value value = meter.getFieldsMap().get(field);
    return value == null ? null : value.getStringValue();
  }
}
