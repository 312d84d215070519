package dev.sluice.mcp.sandbox.engine;

/// An engine at rest that is ready for a program: what is in its memory, and its globals. There is
/// no other state in the module, so that a copy of these is an engine of its own.
final class Original {
  private final byte[] memory;
  private final long[] globals;
  private final byte[] resume;

  Original(byte[] memory, long[] globals, byte[] resume) {
    this.memory = memory;
    this.globals = globals;
    this.resume = resume;
  }

  /// Makes the one engine that all others are copies of.
  static Original make(long memoryBytesMax) throws Halted {
    // In another engine, since what compiling leaves behind would be in every copy.
    var compiler = Engine.empty(memoryBytesMax);
    var engine = Engine.empty(memoryBytesMax);
    engine.run(compiler.compile(Scripts.prelude()));
    engine.run(compiler.compile(Scripts.types()));
    return engine.original(compiler.compile(Scripts.RESUME));
  }

  byte[] memory() {
    return memory;
  }

  long[] globals() {
    return globals;
  }

  /// Compiled code that goes on with a run.
  byte[] resume() {
    return resume;
  }
}
