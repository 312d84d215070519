package dev.sluice.extproc.envoy;

/// A message of Envoy: the first `length` bytes of an array, which is lent until it is given back.
@SuppressWarnings("ArrayRecordComponent") // A copy would cost more than the rest of the flow.
record Message(byte[] bytes, int length) {}
