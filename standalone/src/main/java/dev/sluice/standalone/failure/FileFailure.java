package dev.sluice.standalone.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/// Says what is the matter with a file: the JDK's exceptions name the path, and leave the rest to
/// their type.
public final class FileFailure {

  private FileFailure() {}

  /// One sentence with the path, where there is one.
  public static String sentence(IOException e) {
    return e instanceof FileSystemException failure && failure.getFile() != null
        ? failure.getFile() + ": " + reason(e)
        : String.valueOf(e.getMessage());
  }

  /// Without the path.
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "access denied";
      case NoSuchFileException _ -> "it does not exist";
      case NotDirectoryException _ -> "it is not a folder";
      case FileAlreadyExistsException _ -> "a file is in its place";
      case FileSystemLoopException _ -> "a link that leads back to a folder above it";
      case FileSystemException failure when failure.getReason() != null ->
          failure.getReason().toLowerCase(Locale.ROOT);
      default -> String.valueOf(e.getMessage());
    };
  }
}
