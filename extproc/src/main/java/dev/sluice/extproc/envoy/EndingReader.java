package dev.sluice.extproc.envoy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import com.google.protobuf.WireFormat;
import com.google.protobuf.util.Durations;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Ending.Readings;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogType;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the ends of requests out of the bytes of an access log message, without the objects in
/// between: of each entry a tenth is wanted.
final class EndingReader {

  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;
  private static final String RETRY_AFTER = "retry-after";

  private final CodedInputStream input;

  private EndingReader(byte[] message) {
    input = CodedInputStream.newInstance(message);
  }

  static List<Ending> read(byte[] message) throws IOException {
    var reader = new EndingReader(message);
    var endings = new ArrayList<Ending>();
    reader.fields(
        message.length,
        number ->
            number == StreamAccessLogsMessage.HTTP_LOGS_FIELD_NUMBER && reader.entries(endings));
    return endings;
  }

  /// Takes a field that is wanted.
  private interface Taker {
    /// @return false where it is not wanted: then it is still to be skipped
    boolean take(int number) throws IOException;
  }

  private void fields(int end, Taker taker) throws IOException {
    while (input.getTotalBytesRead() < end) {
      int tag = input.readTag();
      if (!taker.take(WireFormat.getTagFieldNumber(tag))) {
        input.skipField(tag);
      }
    }
  }

  /// The end of the message that begins here.
  private int enter() throws IOException {
    int length = input.readRawVarint32();
    return input.getTotalBytesRead() + length;
  }

  private <T extends MessageLite> T whole(Parser<T> parser) throws IOException {
    return input.readMessage(parser, ExtensionRegistryLite.getEmptyRegistry());
  }

  private boolean entries(List<Ending> endings) throws IOException {
    fields(
        enter(),
        number -> {
          if (number != HTTPAccessLogEntries.LOG_ENTRY_FIELD_NUMBER) {
            return false;
          }
          var entry = new Entry();
          fields(enter(), entry::take);
          endings.add(entry.ending());
          return true;
        });
    return true;
  }

  /// What is wanted of one entry.
  private final class Entry {

    private String requestId = "";
    private int status;
    private String details = "";
    private long bodyBytes;
    private long wireBytes;
    private long headerBytes;
    private ResponseFlags flags = ResponseFlags.getDefaultInstance();
    private boolean sent;
    private boolean ofAttempt;
    private String header = "";
    private java.time.@Nullable Duration retryAfter;
    private @Nullable Duration firstByte;
    private Duration lastByte = Duration.getDefaultInstance();
    private @Nullable Duration duration;
    private Struct meter = Struct.getDefaultInstance();
    private Struct hold = Struct.getDefaultInstance();

    boolean take(int number) throws IOException {
      switch (number) {
        case HTTPAccessLogEntry.COMMON_PROPERTIES_FIELD_NUMBER -> fields(enter(), this::common);
        case HTTPAccessLogEntry.REQUEST_FIELD_NUMBER -> fields(enter(), this::request);
        case HTTPAccessLogEntry.RESPONSE_FIELD_NUMBER -> fields(enter(), this::response);
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean request(int number) throws IOException {
      if (number != HTTPRequestProperties.REQUEST_ID_FIELD_NUMBER) {
        return false;
      }
      requestId = input.readString();
      return true;
    }

    private boolean response(int number) throws IOException {
      switch (number) {
        case HTTPResponseProperties.RESPONSE_CODE_FIELD_NUMBER ->
            status = whole(UInt32Value.parser()).getValue();
        case HTTPResponseProperties.RESPONSE_BODY_BYTES_FIELD_NUMBER ->
            bodyBytes = input.readUInt64();
        case HTTPResponseProperties.UPSTREAM_HEADER_BYTES_RECEIVED_FIELD_NUMBER ->
            headerBytes = input.readUInt64();
        case HTTPResponseProperties.RESPONSE_CODE_DETAILS_FIELD_NUMBER ->
            details = input.readString();
        case HTTPResponseProperties.RESPONSE_HEADERS_FIELD_NUMBER -> fields(enter(), this::header);
        default -> {
          return false;
        }
      }
      return true;
    }

    /// An entry of the map of headers.
    private boolean header(int number) throws IOException {
      if (number == MAP_KEY) {
        header = input.readString();
      } else if (number == MAP_VALUE && header.equals(RETRY_AFTER)) {
        retryAfter = seconds(input.readString());
      } else {
        return false;
      }
      return true;
    }

    /// Null for a date, which no provider of models sends.
    private static java.time.@Nullable Duration seconds(String value) {
      return value.matches("\\d{1,6}") ? java.time.Duration.ofSeconds(Long.parseLong(value)) : null;
    }

    private boolean common(int number) throws IOException {
      switch (number) {
        case AccessLogCommon.RESPONSE_FLAGS_FIELD_NUMBER -> flags = whole(ResponseFlags.parser());
        case AccessLogCommon.TIME_TO_LAST_UPSTREAM_TX_BYTE_FIELD_NUMBER -> {
          sent = true;
          return false;
        }
        case AccessLogCommon.TIME_TO_FIRST_DOWNSTREAM_TX_BYTE_FIELD_NUMBER ->
            firstByte = whole(Duration.parser());
        case AccessLogCommon.TIME_TO_LAST_DOWNSTREAM_TX_BYTE_FIELD_NUMBER ->
            lastByte = whole(Duration.parser());
        case AccessLogCommon.DURATION_FIELD_NUMBER -> duration = whole(Duration.parser());
        case AccessLogCommon.METADATA_FIELD_NUMBER -> fields(enter(), this::metadata);
        case AccessLogCommon.UPSTREAM_WIRE_BYTES_RECEIVED_FIELD_NUMBER ->
            wireBytes = input.readUInt64();
        case AccessLogCommon.ACCESS_LOG_TYPE_FIELD_NUMBER ->
            ofAttempt = input.readEnum() == AccessLogType.UpstreamEnd_VALUE;
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean metadata(int number) throws IOException {
      if (number != Metadata.FILTER_METADATA_FIELD_NUMBER) {
        return false;
      }
      int end = enter();
      String namespace = "";
      while (input.getTotalBytesRead() < end) {
        int tag = input.readTag();
        int part = WireFormat.getTagFieldNumber(tag);
        if (part == MAP_KEY) {
          namespace = input.readString();
        } else if (part == MAP_VALUE && namespace.equals(DataPlane.METER_NAMESPACE)) {
          meter = whole(Struct.parser());
        } else if (part == MAP_VALUE && namespace.equals(DataPlane.HOLD_NAMESPACE)) {
          hold = whole(Struct.parser());
        } else {
          input.skipField(tag);
        }
      }
      return true;
    }

    Ending ending() {
      var holdId = text(hold, DataPlane.HOLD_ID);
      return new Ending(
          requestId,
          holdId == null ? requestId : holdId,
          ofAttempt && flags.getUpstreamRequestTimeout() ? Ending.TIMED_OUT : status,
          flags.getDownstreamConnectionTermination() || flags.getDownstreamRemoteReset(),
          sent,
          source(),
          firstByte == null ? null : Long.valueOf(Durations.toMillis(firstByte)),
          Durations.toMillis(duration == null ? lastByte : duration),
          bodyBytes,
          Math.max(wireBytes - headerBytes, 0),
          readings(),
          retryAfter,
          ofAttempt);
    }

    /// Envoy tells no word for the end of an attempt. One without a status took too long, or its
    /// connection broke, if it had any.
    private String source() {
      if (ofAttempt && status > 0) {
        return Ending.BY_PROVIDER;
      }
      return ofAttempt && !flags.getUpstreamRequestTimeout() ? Ending.BROKE_BEFORE : details;
    }

    private Readings readings() {
      var stopped = meter.getFieldsMap().get(DataPlane.METER_STOPPED);
      return new Readings(
          text(meter, DataPlane.METER_START),
          text(meter, DataPlane.METER_DELTA),
          stopped != null && stopped.getBoolValue(),
          number(text(meter, DataPlane.METER_STATUS)),
          text(meter, DataPlane.METER_ERROR),
          text(meter, DataPlane.METER_USAGE),
          text(meter, DataPlane.METER_VISIBLE),
          text(meter, DataPlane.METER_UPSTREAM_REQUEST_ID));
    }

    private static int number(@Nullable String status) {
      return status == null ? 0 : Integer.parseInt(status);
    }

    private static @Nullable String text(Struct from, String field) {
      Value value = from.getFieldsMap().get(field);
      return value == null ? null : value.getStringValue();
    }
  }
}
