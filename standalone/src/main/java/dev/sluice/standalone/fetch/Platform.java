package dev.sluice.standalone.fetch;

import java.util.Locale;

/// The kinds of machine for which real parts are published.
enum Platform {
  LINUX_X86_64,
  LINUX_AARCH64,
  MACOS_X86_64,
  MACOS_ARM64;

  static Platform current() throws FetchException {
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    var arm = arch.equals("aarch64") || arch.equals("arm64");
    if (os.contains("linux")) {
      return arm ? LINUX_AARCH64 : LINUX_X86_64;
    }
    if (os.contains("mac")) {
      return arm ? MACOS_ARM64 : MACOS_X86_64;
    }
    throw new FetchException("operating system: " + os + " (expected: Linux or macOS)");
  }
}
