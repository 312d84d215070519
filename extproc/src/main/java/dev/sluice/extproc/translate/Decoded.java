package dev.sluice.extproc.translate;

import dev.sluice.wire.translate.AnswerDecoder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads an answer by a decoder that writes in the client's words by itself.
record Decoded(Part part, Supplier<byte[]> last, BooleanSupplier whole, LongSupplier heldBytes)
    implements Translation.Reading {

  /// What a part of the answer comes to.
  interface Part {
    byte[] read(byte[] part, int offset, int length);
  }

  @Override
  public byte[] read(byte[] bytes, int offset, int length) {
    return part.read(bytes, offset, length);
  }

  @Override
  public byte[] end() {
    return last.get();
  }

  @Override
  public boolean isWhole() {
    return whole.getAsBoolean();
  }

  @Override
  public AnswerDecoder.Held held() {
    return new AnswerDecoder.Held(heldBytes.getAsLong(), false);
  }

  /// The words are the client's own.
  @Override
  public @Nullable JsonNode usage(@Nullable JsonNode passed) {
    return passed;
  }
}
