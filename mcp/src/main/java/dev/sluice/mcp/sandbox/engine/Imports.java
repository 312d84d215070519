package dev.sluice.mcp.sandbox.engine;

import dev.sluice.mcp.sandbox.engine.Host.Body;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;

/// The functions that the module imports; there is no other way out of it.
///
/// One leads to the host. Of WASI's there are random bytes, a clock that stands still, an empty
/// environment, and an output that goes nowhere; every other one answers that there is no such
/// thing.
final class Imports {
  private static final long[] DONE = {0};
  private static final long[] BAD_DESCRIPTOR = {8};
  private static final int NAME_BYTES_MAX = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final LongSupplier nanos;
  private Host host = Host.NONE;

  Imports(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void serve(Host next) {
    host = next;
  }

  ImportValues of(WasmModule module) {
    var values = ImportValues.builder();
    var section = module.importSection();
    for (int i = 0; i < section.importCount(); i++) {
      var function = (FunctionImport) section.getImport(i);
      var type = module.typeSection().getType(function.typeIndex());
      values.addFunction(
          new HostFunction(function.module(), function.name(), type, handle(function.name())));
    }
    return values.build();
  }

  private WasmFunctionHandle handle(String name) {
    return switch (name) {
      case "invoke" -> this::invoke;
      case "random_get" -> Imports::random;
      case "clock_time_get" -> this::clock;
      case "environ_sizes_get" -> Imports::noEnvironment;
      case "environ_get" -> (_, _) -> DONE;
      case "fd_write" -> Imports::swallow;
      case "proc_exit" -> Imports::exit;
      default -> (_, _) -> BAD_DESCRIPTOR;
    };
  }

  private long[] invoke(Instance instance, long... arguments) {
    var operation = name(instance, arguments[0], arguments[1]);
    var head = name(instance, arguments[2], arguments[3]);
    var body = new Passage(instance, (int) arguments[4], (int) arguments[5]);
    byte[] answer = host.answer(operation, head, body).getBytes(StandardCharsets.UTF_8);
    int wide = Engine.allocate(instance, 8);
    int at = Engine.allocate(instance, answer.length);
    instance.memory().write(at, answer);
    instance.memory().writeI32(wide, at);
    instance.memory().writeI32(wide + 4, answer.length);
    return new long[] {wide};
  }

  private static String name(Instance instance, long at, long bytes) {
    if (bytes < 0 || bytes > NAME_BYTES_MAX) {
      throw new IllegalStateException("BUG: a name of " + bytes + " bytes");
    }
    return instance.memory().readString((int) at, (int) bytes);
  }

  private long[] clock(Instance instance, long... arguments) {
    instance.memory().writeLong((int) arguments[2], nanos.getAsLong());
    return DONE;
  }

  private static long[] random(Instance instance, long... arguments) {
    byte[] bytes = new byte[Math.toIntExact(arguments[1])];
    RANDOM.nextBytes(bytes);
    instance.memory().write((int) arguments[0], bytes);
    return DONE;
  }

  private static long[] noEnvironment(Instance instance, long... arguments) {
    instance.memory().writeI32((int) arguments[0], 0);
    instance.memory().writeI32((int) arguments[1], 0);
    return DONE;
  }

  /// Takes what is written, as a pipe to nowhere does: Rust writes here as it panics.
  private static long[] swallow(Instance instance, long... arguments) {
    int written = 0;
    for (int i = 0; i < arguments[2]; i++) {
      written += instance.memory().readInt((int) arguments[1] + 8 * i + 4);
    }
    instance.memory().writeI32((int) arguments[3], written);
    return DONE;
  }

  private static long[] exit(Instance instance, long... arguments) {
    throw new IllegalStateException("the module exits with " + arguments[0]);
  }

  /// A body where it lies.
  private record Passage(Instance instance, int at, int bytes) implements Body {
    @Override
    public String text() {
      return instance.memory().readString(at, bytes);
    }

    @Override
    public String text(long bytesMax) {
      int most = (int) Math.clamp(bytesMax, 0, bytes);
      while (most > 0 && most < bytes && within(instance.memory().read(at + most))) {
        most--;
      }
      return instance.memory().readString(at, most);
    }

    /// Of a character that began before.
    private static boolean within(byte utf8) {
      return (utf8 & 0xC0) == 0x80;
    }
  }
}
