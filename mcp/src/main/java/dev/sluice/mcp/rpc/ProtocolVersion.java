package dev.sluice.mcp.rpc;

import java.util.List;

/// A version of the protocol by its date; one that is not known here is kept as it is.
public record ProtocolVersion(String date) {

  public static final ProtocolVersion V2026_07_28 = new ProtocolVersion("2026-07-28");
  public static final ProtocolVersion V2025_11_25 = new ProtocolVersion("2025-11-25");
  public static final ProtocolVersion V2025_06_18 = new ProtocolVersion("2025-06-18");
  public static final ProtocolVersion V2025_03_26 = new ProtocolVersion("2025-03-26");
  public static final ProtocolVersion V2024_11_05 = new ProtocolVersion("2024-11-05");

  /// Those of the modern era that are spoken here, the newest first.
  public static final List<ProtocolVersion> MODERN = List.of(V2026_07_28);

  /// Those with sessions that are spoken here, the newest first.
  public static final List<ProtocolVersion> LEGACY =
      List.of(V2025_11_25, V2025_06_18, V2025_03_26, V2024_11_05);

  /// Dates of one form sort as texts.
  public Era era() {
    return date.compareTo(V2026_07_28.date) >= 0 ? Era.MODERN : Era.LEGACY;
  }

  public boolean spoken() {
    return MODERN.contains(this) || LEGACY.contains(this);
  }

  /// Whether a client names the version in a header once a session has begun.
  public boolean namedInHeader() {
    return date.compareTo(V2025_06_18.date) >= 0;
  }

  @Override
  public String toString() {
    return date;
  }
}
