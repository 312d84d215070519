package dev.sluice.feed.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.proto.tools.v1.ToolsProto;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a gateway says of its servers of tools, as bytes.
///
/// @param reports those of a later version's verdicts without the tools that have one
public record ToolWords(List<ServerReport> reports, List<ToolChange> changes) {

  public ToolWords {
    reports = List.copyOf(reports);
    changes = List.copyOf(changes);
  }

  /// At most so many bytes: first the definitions are left out, from the last on, then the tools of
  /// servers.
  public byte[] write(int bytesMax) {
    var told = ToolsProto.Told.newBuilder();
    reports.forEach(report -> told.addReports(message(report)));
    for (int at = told.getReportsCount() - 1; at >= 0 && size(told) > bytesMax; at--) {
      told.setReports(at, told.getReports(at).toBuilder().clearTools());
    }
    long left = (long) bytesMax - size(told);
    for (var change : changes) {
      var message = message(change);
      left -= message.getSerializedSize() + 8;
      if (left < 0) {
        break;
      }
      told.addChanges(message);
    }
    return told.build().toByteArray();
  }

  private static int size(ToolsProto.Told.Builder told) {
    return told.build().getSerializedSize();
  }

  /// @throws UnreadablePolicyException where it is no message of its kind
  public static ToolWords read(byte[] bytes) {
    try {
      var told = ToolsProto.Told.parseFrom(bytes);
      return new ToolWords(
          told.getReportsList().stream().map(ToolWords::report).toList(),
          told.getChangesList().stream().map(ToolWords::change).toList());
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadablePolicyException("tools: no message of its kind", e);
    }
  }

  private static ToolsProto.ServerReport message(ServerReport report) {
    var since = report.since();
    var message =
        ToolsProto.ServerReport.newBuilder()
            .setNamespace(report.server().namespace())
            .setName(report.server().name())
            .setConnected(report.connected())
            .setSince(
                Timestamp.newBuilder()
                    .setSeconds(since.getEpochSecond())
                    .setNanos(since.getNano()));
    var protocol = report.protocol();
    if (protocol != null) {
      message.setProtocol(protocol);
    }
    var lastError = report.lastError();
    if (lastError != null) {
      message.setLastError(lastError);
    }
    message.setToolsFail(report.toolsFail());
    for (var tool : report.tools()) {
      message.addTools(
          ToolsProto.Tool.newBuilder()
              .setName(tool.name())
              .setDigest(tool.digest())
              .setVerdict(tool.verdict().name())
              .addAllSuspicions(tool.suspicions()));
    }
    return message.build();
  }

  private static ServerReport report(ToolsProto.ServerReport message) {
    return new ServerReport(
        new ObjectName(message.getNamespace(), message.getName()),
        message.getConnected(),
        Instant.ofEpochSecond(message.getSince().getSeconds(), message.getSince().getNanos()),
        message.hasProtocol() ? message.getProtocol() : null,
        message.getToolsList().stream().flatMap(tool -> tool(tool).stream()).toList(),
        message.hasLastError() ? message.getLastError() : null,
        message.hasToolsFail() ? message.getToolsFail() : message.hasLastError());
  }

  private static Optional<ServerReport.Tool> tool(ToolsProto.Tool message) {
    return Arrays.stream(Verdict.values())
        .filter(verdict -> verdict.name().equals(message.getVerdict()))
        .findFirst()
        .map(
            verdict ->
                new ServerReport.Tool(
                    message.getName(), message.getDigest(), verdict, message.getSuspicionsList()));
  }

  private static ToolsProto.ToolChange message(ToolChange change) {
    var message =
        ToolsProto.ToolChange.newBuilder()
            .setNamespace(change.server().namespace())
            .setServer(change.server().name())
            .setTool(change.tool())
            .setCurrent(change.current())
            .setDigest(change.digest());
    var recorded = change.recorded();
    if (recorded != null) {
      message.setRecorded(recorded);
    }
    return message.build();
  }

  private static ToolChange change(ToolsProto.ToolChange message) {
    return new ToolChange(
        new ObjectName(message.getNamespace(), message.getServer()),
        message.getTool(),
        message.hasRecorded() ? message.getRecorded() : null,
        message.getCurrent(),
        message.getDigest());
  }
}
