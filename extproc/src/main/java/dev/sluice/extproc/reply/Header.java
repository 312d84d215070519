package dev.sluice.extproc.reply;

/// A header of an answer.
public record Header(String name, String value) {}
