package dev.sluice.standalone.tools;

import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.upstream.guard.AddressRange;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.standalone.serve.UsageException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which servers of tools a gateway may reach, as its command line says.
///
/// @param allowed hosts and ranges of addresses that are refused otherwise
/// @param programs where those that are programs are started
/// @param codeMode limits of programs of models
public record ToolOptions(List<Allowed> allowed, Launcher programs, CodeModeLimits codeMode) {

  public static final String ALLOW = "--mcp-allow";
  public static final String STDIO = "--mcp-stdio";
  public static final String CODE_MODE = "--code-mode";

  /// Programs are children, as long as nothing is said.
  public static final ToolOptions OF_A_MACHINE =
      new ToolOptions(List.of(), new Launcher.Children(), CodeModeLimits.STANDARD);

  /// No programs, as long as nothing is said.
  public static final ToolOptions OF_A_POD =
      new ToolOptions(List.of(), new Launcher.Nowhere(), CodeModeLimits.STANDARD);

  private static final String API_SERVER = "KUBERNETES_SERVICE_HOST";

  public ToolOptions {
    allowed = List.copyOf(allowed);
  }

  /// These, and what `option` says.
  ///
  /// @param left starts with its value
  public ToolOptions with(String option, Iterator<String> left) throws UsageException {
    var value = value(option, left);
    if (option.equals(STDIO)) {
      return new ToolOptions(allowed, launcher(value), codeMode);
    }
    if (option.equals(CODE_MODE)) {
      return new ToolOptions(allowed, programs, CodeModeOption.with(codeMode, option, value));
    }
    var more = Stream.<Allowed>builder();
    for (var text : value.split(",")) {
      more.add(
          Allowed.of(text.strip())
              .orElseThrow(
                  () ->
                      new UsageException(
                          option
                              + " "
                              + text
                              + " (expected: HOST, HOST:PORT, an address or a range, as"
                              + " 10.0.0.0/8)")));
    }
    return new ToolOptions(
        Stream.concat(allowed.stream(), more.build()).toList(), programs, codeMode);
  }

  static String value(String option, Iterator<String> left) throws UsageException {
    var value = left.hasNext() ? left.next() : "";
    if (value.isBlank()) {
      throw new UsageException(option + " (expected: a value after it)");
    }
    return value;
  }

  private static Launcher launcher(String text) {
    return text.equals("off")
        ? new Launcher.Nowhere()
        : new Launcher.Host(Path.of(text).toAbsolutePath().normalize());
  }

  /// What servers may not be: what nobody's may, and in a pod the API server.
  public GuardRules guard(Map<String, String> environment) {
    var apiServer = AddressRange.of(environment.getOrDefault(API_SERVER, ""));
    return GuardRules.STANDARD.refusing(apiServer.stream().toList()).allowing(allowed);
  }
}
