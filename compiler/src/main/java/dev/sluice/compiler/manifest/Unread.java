package dev.sluice.compiler.manifest;

/// A file or folder whose content is not known for now: what it held stays as it was.
public sealed interface Unread {

  String path();

  /// One that cannot be read.
  record Broken(String path, String reason) implements Unread {}

  /// One that is being written: known in a moment, and no problem.
  record Changing(String path) implements Unread {}
}
