package dev.sluice.standalone.up;

/// A command line that cannot be understood, or manifests that cannot be used: exit code 2.
public final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
