package dev.sluice.mcp.sandbox.engine;

import dev.sluice.mcp.sandbox.engine.CappedMemory.MemoryIsFull;
import dev.sluice.mcp.sandbox.engine.Halted.Reason;
import io.roastedroot.quickjs4j.core.JavyPluginModule;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;

/// One QuickJS with a memory of its own, for one run, by one thread at a time.
///
/// It stands on Endive's machine and on the module that quickjs4j compiled ahead of time, and not
/// on quickjs4j's own engine: that one copies whatever code hands over into this heap, and gives
/// code its own objects.
public final class Engine {
  private static final int ALIGNMENT = 1;

  private final AtomicLong nanos = new AtomicLong(System.nanoTime());
  private final Imports imports = new Imports(nanos::get);
  private final CappedMemory memory;
  private final Instance instance;
  private byte[] resume = {};

  private Engine(long memoryBytesMax) {
    var module = JavyPluginModule.load();
    var held = new @Nullable CappedMemory[1];
    instance =
        Instance.builder(module)
            .withMemoryFactory(limits -> held[0] = new CappedMemory(limits))
            .withMachineFactory(JavyPluginModule::create)
            .withImportValues(imports.of(module))
            .build();
    memory = Objects.requireNonNull(held[0]);
    memory.cap(memoryBytesMax);
  }

  /// QuickJS as it starts, without anything of ours.
  static Engine empty(long memoryBytesMax) throws Halted {
    var engine = new Engine(memoryBytesMax);
    guarded(() -> engine.instance.export("initialize_runtime").apply());
    return engine;
  }

  /// A copy of one that is ready.
  ///
  /// @param memoryBytesMax until a run has a cap of its own
  static Engine of(Original original, long memoryBytesMax) {
    var engine = new Engine(memoryBytesMax);
    int missing = original.memory().length / CappedMemory.PAGE_SIZE - engine.memory.pages();
    engine.memory.grow(missing);
    engine.memory.write(0, original.memory());
    for (int i = 0; i < original.globals().length; i++) {
      engine.instance.global(i).setValue(original.globals()[i]);
    }
    engine.resume = original.resume();
    return engine;
  }

  Original original(byte[] compiled) {
    var globals = new long[instance.globalCount()];
    for (int i = 0; i < globals.length; i++) {
      globals[i] = instance.global(i).getValue();
    }
    return new Original(memory.readBytes(0, (int) memoryBytes()), globals, compiled);
  }

  /// Gives it to one run.
  ///
  /// @param epochNanos what its clock shows from now on
  public void serve(Host host, long memoryBytesMax, SharedMemory shared, long epochNanos) {
    imports.serve(host);
    memory.cap(memoryBytesMax);
    memory.share(shared);
    nanos.set(epochNanos);
  }

  /// Goes on with a run: its start, or one call that has finished; and then all jobs that can run.
  public void resume() throws Halted {
    run(resume);
  }

  /// Nobody uses it any more.
  public void end() {
    memory.giveBack();
  }

  void run(byte[] compiled) throws Halted {
    guarded(() -> instance.export("eval").apply(put(compiled), compiled.length, 0, 0));
  }

  private static void guarded(Runnable work) throws Halted {
    try {
      work.run();
    } catch (MemoryIsFull e) {
      throw new Halted(e.reason(), e);
    } catch (StackOverflowError e) {
      throw new Halted(Reason.STACK, e);
    } catch (WasmInterruptedException e) {
      throw new Halted(Reason.INTERRUPTED, e);
    } catch (WasmEngineException e) {
      throw new Halted(reason(e), e);
    } catch (RuntimeException e) {
      throw new Halted(Reason.BROKEN, e);
    }
  }

  private static Reason reason(WasmEngineException e) {
    // Endive turns a StackOverflowError into the first; the second is the module's own stack, which
    // lies at the bottom of its memory and has run out of it. Neither has a class of its own.
    var message = String.valueOf(e.getMessage());
    return message.equals("call stack exhausted") || message.contains("to access address: -")
        ? Reason.STACK
        : Reason.BROKEN;
  }

  byte[] compile(String source) {
    byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
    int at = (int) instance.export("compileSrc").apply(put(bytes), bytes.length)[0];
    int code = instance.memory().readInt(at);
    return instance.memory().readBytes(code, instance.memory().readInt(at + 4));
  }

  /// How much memory it has taken so far.
  public long memoryBytes() {
    return (long) memory.pages() * CappedMemory.PAGE_SIZE;
  }

  private int put(byte[] bytes) {
    int at = allocate(instance, bytes.length);
    instance.memory().write(at, bytes);
    return at;
  }

  static int allocate(Instance instance, int bytes) {
    return (int) instance.export("cabi_realloc").apply(0, 0, ALIGNMENT, bytes)[0];
  }
}
