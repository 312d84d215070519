package dev.sluice.testkit.script;

/// The content coding of an answer, whatever the request asked for.
public enum Coding {
  IDENTITY,
  GZIP
}
