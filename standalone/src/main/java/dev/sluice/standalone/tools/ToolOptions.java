package dev.sluice.standalone.tools;

import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.upstream.guard.AddressRange;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.standalone.serve.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which servers of tools a gateway may reach, as its command line says.
///
/// @param allowed hosts and ranges of addresses that are refused otherwise
/// @param refused ranges of addresses that are open otherwise
/// @param programs where those that are programs are started
/// @param codeMode limits of programs of models
public record ToolOptions(
    List<Allowed> allowed, List<AddressRange> refused, Launcher programs, CodeModeLimits codeMode) {

  public static final String ALLOW = "--mcp-allow";
  public static final String REFUSE = "--mcp-refuse";
  public static final String STDIO = "--mcp-stdio";
  public static final String CODE_MODE = "--code-mode";

  /// Programs are children, as long as nothing is said.
  public static final ToolOptions OF_A_MACHINE = startingIn(new Launcher.Children());

  /// No programs, as long as nothing is said.
  public static final ToolOptions OF_A_POD = startingIn(new Launcher.Nowhere());

  private static final String API_SERVER = "KUBERNETES_SERVICE_HOST";

  public ToolOptions {
    allowed = List.copyOf(allowed);
    refused = List.copyOf(refused);
  }

  private static ToolOptions startingIn(Launcher programs) {
    return new ToolOptions(List.of(), List.of(), programs, CodeModeLimits.STANDARD);
  }

  /// These, and what `option` says.
  ///
  /// @param left starts with its value
  public ToolOptions with(String option, Iterator<String> left) throws UsageException {
    var value = value(option, left);
    return switch (option) {
      case STDIO -> new ToolOptions(allowed, refused, launcher(value), codeMode);
      case CODE_MODE ->
          new ToolOptions(allowed, refused, programs, CodeModeOption.with(codeMode, option, value));
      case REFUSE -> refusing(option, value);
      case ALLOW -> allowing(option, value);
      default -> throw new IllegalStateException("BUG: no option of tools: " + option);
    };
  }

  private ToolOptions allowing(String option, String value) throws UsageException {
    var more = new ArrayList<>(allowed);
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
    return new ToolOptions(more, refused, programs, codeMode);
  }

  private ToolOptions refusing(String option, String value) throws UsageException {
    var more = new ArrayList<>(refused);
    for (var text : value.split(",")) {
      more.add(
          AddressRange.of(text.strip())
              .orElseThrow(
                  () ->
                      new UsageException(
                          "%s %s (expected: an address or a range, as 10.0.0.0/8)"
                              .formatted(option, text))));
    }
    return new ToolOptions(allowed, more, programs, codeMode);
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

  /// What servers may not be: what nobody's may, what is to be closed, and in a pod the Service of
  /// the API server. Its other addresses come with the policy.
  public GuardRules guard(Map<String, String> environment) {
    var apiServer = AddressRange.of(environment.getOrDefault(API_SERVER, ""));
    var closed = Stream.concat(refused.stream(), apiServer.stream()).toList();
    return GuardRules.STANDARD.refusing(closed).allowing(allowed);
  }
}
