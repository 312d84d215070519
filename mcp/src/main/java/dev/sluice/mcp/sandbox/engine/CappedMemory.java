package dev.sluice.mcp.sandbox.engine;

import dev.sluice.mcp.sandbox.engine.Halted.Reason;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/// The memory of one engine, which ends the run when it would grow over its cap.
///
/// A refused growth would be an error that JavaScript can catch; this one it cannot.
@SuppressWarnings("removal") // of Memory, which still demands them
final class CappedMemory implements Memory {
  private final ByteArrayMemory pages;
  private int pagesMax;
  private SharedMemory shared = new SharedMemory(Long.MAX_VALUE);
  private long taken;

  CappedMemory(MemoryLimits limits) {
    pages = new ByteArrayMemory(limits);
    pagesMax = limits.maximumPages();
  }

  void cap(long bytesMax) {
    pagesMax = (int) (bytesMax / PAGE_SIZE);
  }

  /// From now on it grows at the cost of this, until it is given back.
  void share(SharedMemory with) {
    shared = with;
    taken = 0;
  }

  void giveBack() {
    shared.give(taken);
    taken = 0;
  }

  @Override
  public int grow(int more) {
    if (more > 0 && (long) pages() + more > pagesMax) {
      throw new MemoryIsFull(Reason.MEMORY);
    }
    long bytes = (long) more * PAGE_SIZE;
    if (!shared.take(bytes)) {
      throw new MemoryIsFull(Reason.SHARED_MEMORY);
    }
    taken += bytes;
    return pages.grow(more);
  }

  @Override
  public int pages() {
    return pages.pages();
  }

  @Override
  public int initialPages() {
    return pages.initialPages();
  }

  @Override
  public int maximumPages() {
    return pages.maximumPages();
  }

  @Override
  public boolean shared() {
    return pages.shared();
  }

  @Override
  public Object lock(int address) {
    return pages.lock(address);
  }

  @Override
  public int waitOn(int address, int expected, long timeout) {
    throw new UnsupportedOperationException("one thread has this memory");
  }

  @Override
  public int waitOn(int address, long expected, long timeout) {
    throw new UnsupportedOperationException("one thread has this memory");
  }

  @Override
  public int notify(int address, int waiters) {
    return 0;
  }

  @Override
  public void initialize(Instance instance, DataSegment[] segments) {
    pages.initialize(instance, segments);
  }

  @Override
  public void initPassiveSegment(int segment, int to, int offset, int size) {
    pages.initPassiveSegment(segment, to, offset, size);
  }

  @Override
  public void write(int address, byte[] data, int offset, int size) {
    pages.write(address, data, offset, size);
  }

  @Override
  public byte read(int address) {
    return pages.read(address);
  }

  @Override
  public byte[] readBytes(int address, int length) {
    return pages.readBytes(address, length);
  }

  @Override
  public void writeI32(int address, int data) {
    pages.writeI32(address, data);
  }

  @Override
  public int readInt(int address) {
    return pages.readInt(address);
  }

  @Override
  public void writeLong(int address, long data) {
    pages.writeLong(address, data);
  }

  @Override
  public long readLong(int address) {
    return pages.readLong(address);
  }

  @Override
  public void writeShort(int address, short data) {
    pages.writeShort(address, data);
  }

  @Override
  public short readShort(int address) {
    return pages.readShort(address);
  }

  @Override
  public long readU16(int address) {
    return pages.readU16(address);
  }

  @Override
  public void writeByte(int address, byte data) {
    pages.writeByte(address, data);
  }

  @Override
  public void writeF32(int address, float data) {
    pages.writeF32(address, data);
  }

  @Override
  public long readF32(int address) {
    return pages.readF32(address);
  }

  @Override
  public float readFloat(int address) {
    return pages.readFloat(address);
  }

  @Override
  public void writeF64(int address, double data) {
    pages.writeF64(address, data);
  }

  @Override
  public double readDouble(int address) {
    return pages.readDouble(address);
  }

  @Override
  public long readF64(int address) {
    return pages.readF64(address);
  }

  @Override
  public void zero() {
    pages.zero();
  }

  @Override
  public void fill(byte value, int from, int to) {
    pages.fill(value, from, to);
  }

  @Override
  public void copy(int to, int from, int size) {
    pages.copy(to, from, size);
  }

  @Override
  public void drop(int segment) {
    pages.drop(segment);
  }

  /// The run asked for more memory than it, or all runs together, may have.
  static final class MemoryIsFull extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    MemoryIsFull(Reason reason) {
      super("memory is full", null, false, false);
      this.reason = reason;
    }

    Reason reason() {
      return reason;
    }
  }
}
