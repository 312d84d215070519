package dev.sluice.ledger;

/// How far a ledger's log has come.
///
/// @param epoch of the ledger's memory: another one means that what was known before is lost, and
///   was rebuilt. Milliseconds since 1970 at its begin
/// @param sequence number of the last event, without a gap within an epoch
public record Position(long epoch, long sequence) implements Comparable<Position> {

  /// Before any event.
  public static final Position NONE = new Position(0, 0);

  @Override
  public int compareTo(Position other) {
    return epoch == other.epoch
        ? Long.compare(sequence, other.sequence)
        : Long.compare(epoch, other.epoch);
  }
}
