package dev.sluice.mcp.codemode.run;

/// What a program gets of images and audio.
public enum Media {
  /// Their type and size.
  NOTED,
  /// Their data, too.
  WHOLE
}
